"""A copy of a network with random weights, as a control."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from cnnviz.core.errors import ModelError

from .import_tensorflow import tensorflow
from .open import wrap
from .probe import Probe


def layers_with_weights(probe: Probe) -> tuple[str, ...]:
    """Return the paths of the layers whose weights are learned, in the order in which they run, each once."""
    found: dict[int, str] = {}
    for step in probe.runner.graph.towards(probe.runner.head.slot).steps:
        if getattr(step.operation, "weights", None) and not _fitted(step.operation):
            found.setdefault(id(step.operation), step.path)
    return tuple(found.values())


def reinitialized_copy(probe: Probe, seed: int = 0, paths: Collection[str] | None = None) -> Probe:
    """Return a probe of a copy with random weights; the user's model is only read.

    ``paths`` are the layers to randomize, of ``layers_with_weights``; by default all, and others keep their weights.
    Kernels are normal with a standard deviation of √(2 / fan-in) (He et al. 2015, section 2.2); biases and
    normalization have their initial values. Each weight depends only on the seed and its position. ModelError for a
    model that Keras cannot copy.
    """
    tensorflow()
    import keras

    try:
        twin = keras.models.clone_model(probe.model)
    except Exception as error:
        raise ModelError(f"Keras cannot copy {probe.model.name!r}, so there is no control: {error}") from error
    if not twin.built:
        twin.build(probe.model.input_shape)
    fixed = {id(weight) for layer in twin._flatten_layers() for weight in _fitted(layer)}
    if paths is not None:
        chosen = {id(own) for path in paths for own in probe.runner.graph.step(path).operation.weights}
        pairs = zip(twin.weights, probe.model.weights, strict=True)
        fixed |= {id(weight) for weight, own in pairs if id(own) not in chosen}
    for place, (weight, own) in enumerate(zip(twin.weights, probe.model.weights, strict=True)):
        if id(weight) in fixed or "seed" in weight.name:
            weight.assign(own)
        else:
            weight.assign(_drawn(weight, np.random.default_rng([seed, place])))
    size = probe.card.input_shape
    made = wrap(
        twin,
        scale=probe.scale,
        class_names=probe.card.score_names or None,
        input_size=size[:2],
        output=probe.card.output or None,
        head=probe.card.head,
        inputs=probe.given or None,
        name=f"{probe.card.name}, random weights",
        source=probe.card.source,
        background=probe.card.background,
    )
    return replace(made, named=probe.named).with_fit(probe.card.fit).with_invert(probe.card.invert)


def _fitted(layer: Any) -> list[Any]:
    """Return the weights of a pixel-scaling layer, which are statistics of the data and are kept."""
    return list(layer.weights) if type(layer).__name__ == "Normalization" else []


def _drawn(weight: Any, random: np.random.Generator) -> np.ndarray:
    shape = tuple(weight.shape)
    if len(shape) < 2:
        ones = any(word in weight.name for word in ("gamma", "variance", "scale"))
        return np.ones(shape, np.float32) if ones else np.zeros(shape, np.float32)
    # Each output of a depthwise kernel reads one input channel.
    depthwise = "depthwise" in weight.path or "Depthwise" in weight.path
    fan_in = float(np.prod(shape[:-2] if depthwise else shape[:-1]))
    return np.asarray(random.normal(0, np.sqrt(2 / max(1.0, fan_in)), shape), np.float32)
