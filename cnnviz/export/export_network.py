"""Export of a probe's network as a list of nodes and one block of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.core.exported_network import Exported, Refusal

from . import activation, convolution, dense, merging, normalization, pooling, reshaping
from .nodes import Program, UnsupportedError, translator
from .weights import Block

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

FORMAT = 1

# Importing these modules registers their translators.
_FAMILIES = (activation, convolution, dense, merging, normalization, pooling, reshaping)


def export(probe: Probe) -> Exported | list[Refusal]:
    """Return a model's export, or a refusal for every unsupported layer.

    Kernels are rounded to 16 bits (weights.py), values per channel keep 32. ``manifest`` has the input (shape, and
    factor and shift from unit pixels, for all channels or each), the nodes, the number of each layer path, and the
    numbers of the logits and of the function that turns them into probabilities.
    """
    graph = probe.runner.graph
    affine = probe.scale.affine
    if affine is None:
        return [Refusal("", "preprocessing", "a Python function preprocesses the pixels")]
    program = Program(probe.runner.input_shape)
    numbers = {graph.inputs[0]: 0}
    paths: dict[str, int] = {}
    refused: list[Refusal] = []
    logits = None
    for step in graph.steps:
        if any(slot not in numbers for slot in step.inputs):
            continue  # fed by a layer that was refused
        try:
            number = translator(step)(program, step, tuple(numbers[slot] for slot in step.inputs))
        except UnsupportedError as error:
            refused.append(Refusal(step.path, step.kind, str(error)))
            continue
        numbers[step.outputs[0]] = paths[step.path] = number
        if step.path in probe.runner.head.replace:
            logits = program.nodes[number - 1].inputs[0]
    if refused:
        return refused
    output = numbers[probe.runner.head.slot]
    block = Block()
    nodes = [
        {
            "op": node.op,
            "inputs": list(node.inputs),
            "shape": list(node.shape),
            **{name: list(value) if isinstance(value, tuple) else value for name, value in node.settings.items()},
            "weights": {name: block.add(name, array, node.shape[-1]) for name, array in node.weights.items()},
        }
        for node in program.nodes
    ]
    manifest = {
        "format": FORMAT,
        "input": {
            "shape": list(probe.runner.input_shape),
            "factor": list(affine.factor),
            "shift": list(affine.shift),
            "reversed": affine.bgr,
        },
        "picture": list(probe.card.input_shape),
        "nodes": nodes,
        "paths": paths,
        "logits": output if logits is None else logits,
        "squash": probe.runner.head.squash if probe.card.score == "logits" else "none",
        "classes": probe.runner.head.classes,
    }
    return Exported(manifest, block.bytes())
