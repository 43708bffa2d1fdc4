"""A model's graph and compiled functions, kept for as long as the model lives, so that a loop may hand it over."""

from __future__ import annotations

import weakref
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import prod
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import ModelError
from cnnviz.core.model_card import LayerInfo

from .choose_output import choose_output, output_names
from .compiled_loss import Loss, loss_of_output
from .describe import layer_infos
from .given_inputs import GivenInputs, Tables, with_given_inputs
from .head_kind import HeadRequest
from .input_scale.choose import scale_of_model
from .input_scale.scale import Scale
from .repairs.layer_names import runs
from .runner import Runner
from .shapes import image_shape, refuse_lookups, refuse_series
from .unrolled_graph import Graph, graph_of

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, eq=False)
class Prepared:
    """What wrap needs of a model besides the values of its weights.

    ``image_shape`` is (height, width, channels), and ``output`` the name of the chosen output, "" if there is one only
    or none is chosen; ``notes`` say how it was chosen, ``input_notes`` what the inputs besides the image are.
    """

    runner: Runner
    image_shape: tuple[int, int, int]
    layers: tuple[LayerInfo, ...]
    output: str
    notes: tuple[str, ...] = ()
    input_notes: tuple[str, ...] = ()
    _scales: dict[str, Scale] = field(default_factory=dict)

    def scale(self, model_hash: str) -> Scale:
        """Return the scale that the model itself shows; measured again only for other weights than the last time."""
        if model_hash not in self._scales:
            runner = self.runner
            self._scales.clear()
            self._scales[model_hash] = scale_of_model(runner.graph, runner.input_shape, self.image_shape[2])
        return self._scales[model_hash]


_Choice = tuple[tuple[int, int] | None, str | int | None, str, Hashable, int]


@dataclass(eq=False)
class _Entry:
    """What is kept of one model: its structure when it was prepared, and the results by size and output."""

    model: weakref.ref[Any]
    structure: list[Any]
    graph: Graph | None = None
    made: dict[_Choice, Prepared] = field(default_factory=dict)


#: By the id of the model. Nothing in an entry holds the model, and the entry goes when the model does.
_entries: dict[int, _Entry] = {}


def prepare_model(
    model: keras.Model,
    input_size: tuple[int, int] | None = None,
    output: str | int | None = None,
    head: str = "auto",
    loss: Any = None,
    names: int = 0,
    inputs: GivenInputs | None = None,
) -> Prepared:
    """Return the prepared model, the same object as before unless its layers have changed since, or it has ``inputs``.

    New values of weights are no change. ``loss`` is what the model or its file was compiled with, and ``names`` the
    number of class names given. ModelError for a model that takes no images.
    """
    entry = _entry_of(model) if not inputs else _Entry(weakref.ref(model), [])
    size = None if input_size is None else (int(input_size[0]), int(input_size[1]))
    graph = entry.graph = entry.graph or graph_of(model)
    outputs = output_names(model, len(graph.outputs))
    losses = tuple(loss_of_output(loss, i, name, len(outputs)) for i, name in enumerate(outputs))
    choice = (size, output, head, losses, names)
    made = entry.made
    if choice not in made:
        # A softmax means the same whatever the loss, so that compiling is no reason to trace again.
        alike = (one for other, one in made.items() if other[:3] == choice[:3] and one.runner.head.is_softmax)
        found = next(alike, None)
        made[choice] = found or _prepare(graph, model.name, outputs, inputs or {}, *choice)
    return made[choice]


def _entry_of(model: keras.Model) -> _Entry:
    entry, structure = _entries.get(id(model)), _structure(model)
    if entry is None or entry.model() is not model or not _same(entry.structure, structure):
        entry = _entries[id(model)] = _Entry(weakref.ref(model, _forget(id(model))), structure)
    return entry


def _prepare(
    graph: Graph,
    name: str,
    outputs: Sequence[str],
    inputs: GivenInputs,
    input_size: tuple[int, int] | None,
    output: str | int | None,
    head: str,
    losses: Sequence[Loss | None],
    names: int,
) -> Prepared:
    input_notes: tuple[str, ...] = ()
    tables: Tables = {}
    if inputs or len(graph.inputs) != 1:
        graph, tables, input_notes = with_given_inputs(graph, inputs, name)
    for step in graph.steps:
        if not runs(step.operation.name):
            raise ModelError(f"TensorFlow cannot run a layer called {step.operation.name!r}; rename it and save again")
    refuse_lookups(graph)
    taken = graph.taken[0][1][1:]
    refuse_series(graph, taken)
    first = any(getattr(step.operation, "data_format", None) == "channels_first" for step in graph.steps)
    shape = image_shape(taken, input_size, first)
    input_shape = shape[: len(taken)] if len(taken) > 1 else (prod(shape),)
    requests = [HeadRequest(head, loss, names) for loss in losses]
    number: int | None = 0
    notes: tuple[str, ...] = ()
    if len(graph.outputs) > 1 or output is not None:
        number, notes = choose_output(graph, input_shape, outputs, output, requests, name)
        graph = graph if number is None else graph.towards(graph.outputs[number])
    asked = HeadRequest("none") if number is None else requests[number]
    runner = Runner(graph, input_shape, asked=asked, tables=tables)
    chosen = "" if number is None or (len(outputs) == 1 and output is None) else outputs[number]
    return Prepared(runner, shape, layer_infos(runner.graph, shape), chosen, notes, input_notes)


def _forget(key: int) -> Any:
    def forget(reference: Any) -> None:
        entry = _entries.get(key)
        # The id may belong to a newer model by now.
        if entry is not None and entry.model is reference:
            del _entries[key]

    return forget


def _structure(model: keras.Model) -> list[Any]:
    """Return what a traced graph rests on: layers, variables, and the public attributes of layers.

    Values that change with every training are no part of it.
    """
    made: list[Any] = [*model.variables]
    for layer in model._flatten_layers():
        skipped = _attributes_of_models() if layer is model or hasattr(layer, "predict") else _OF_LAYERS
        made.append(None if layer is model else layer)
        for name, value in vars(layer).items():
            if name[0] != "_" and name not in skipped:
                made += (name, value)
    return made


_OF_LAYERS = frozenset(("built", "trainable", "supports_masking"))


@cache
def _attributes_of_models() -> frozenset[str]:
    """Return the names of a model's attributes that compiling, training and predicting set."""
    import keras

    functions = {f"{what}_function" for what in ("train", "test", "predict")}
    stops = {f"stop_{what}" for what in ("training", "evaluating", "predicting")}
    return frozenset(vars(keras.Model())) | _OF_LAYERS | functions | stops | {"optimizer", "history"}


_COMPARED = (bool, int, float, str, tuple, type(None))


def _same(before: list[Any], now: list[Any]) -> bool:
    return len(before) == len(now) and all(
        a is b or (type(a) is type(b) and isinstance(a, _COMPARED) and a == b) for a, b in zip(before, now, strict=True)
    )
