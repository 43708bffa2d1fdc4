"""A flat, executable list of steps for any Keras model, with nested models unrolled.

Keras has a graph per model, and a model inside a model is one opaque node of it. Here every nested model is unrolled in
place, so that each inner layer can be addressed by its path, tapped, and replaced for one run. Nothing is cloned and no
layer is called on a symbolic tensor: the user's model gains no nodes and keeps its weights. This is the only file that
depends on how Keras stores graphs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import ModelError

from .import_tensorflow import tensorflow
from .trace_call import input_shape, trace_call

if TYPE_CHECKING:
    import keras


Operation = Callable[..., Any]

#: The model's input, as a place among the paths of steps.
INPUT = ""


@dataclass(frozen=True)
class Slot:
    """The place of one tensor in a run."""

    index: int


@dataclass(frozen=True)
class Step:
    """One call of one layer or operation: ``outputs`` = operation(*args, **kwargs), Slots standing for tensors."""

    path: str
    operation: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    outputs: tuple[Slot, ...]
    shapes: tuple[tuple[int | None, ...], ...]
    inputs: tuple[Slot, ...]

    @property
    def kind(self) -> str:
        """The operation's class name, such as "Conv2D"; for a custom class with its module."""
        return _kind(type(self.operation))

    @property
    def is_keras(self) -> bool:
        """Whether the operation is implemented in Keras, and not in a custom class."""
        return _is_keras(type(self.operation))


def _is_keras(own: type) -> bool:
    return getattr(own, "call", own).__module__.split(".")[0] in ("keras", "cnnviz")


def _kind(own: type) -> str:
    """Return a class's name; a custom class gets its module too, since it may differ from the Keras class."""
    import keras

    name = own.__name__
    if _is_keras(own):
        return name
    as_function = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    taken = hasattr(keras.layers, name) or hasattr(keras.ops, as_function)
    return f"{name} of {own.__module__}" if taken else name


@dataclass(frozen=True)
class Graph:
    """The steps of a model in an order in which they can run, with its input and output slots.

    ``taken`` has each input's name and its shape with the batch axis.
    """

    steps: tuple[Step, ...]
    inputs: tuple[Slot, ...]
    outputs: tuple[Slot, ...]
    taken: tuple[tuple[str, tuple[int | None, ...]], ...] = ()

    def step(self, path: str) -> Step:
        """Return the step at this path; KeyError if there is none."""
        for step in self.steps:
            if step.path == path:
                return step
        raise KeyError(path)

    def producer(self, slot: Slot) -> Step | None:
        """Return the step that fills a slot, or None for an input."""
        for step in self.steps:
            if slot in step.outputs:
                return step
        return None

    def towards(self, output: Slot) -> Graph:
        """Return the graph of one output, with only the steps that it depends on."""
        needed = {output}
        kept = []
        for step in reversed(self.steps):
            if needed & set(step.outputs):
                kept.append(step)
                needed.update(step.inputs)
        return Graph(tuple(reversed(kept)), self.inputs, (output,), self.taken)

    def after(self, slot: Slot, output: Slot) -> Graph:
        """Return the graph of one output from a tensor in the middle, with the steps that depend on it.

        Its inputs are the slot and whatever else these steps read.
        """
        resting, kept = {slot}, []
        for step in self.towards(output).steps:
            if resting & set(step.inputs):
                kept.append(step)
                resting.update(step.outputs)
        read = (fed for step in kept for fed in step.inputs)
        return Graph(tuple(kept), tuple(dict.fromkeys((slot, *(x for x in read if x not in resting)))), (output,))

    def resting_on(self, paths: Iterable[str]) -> list[str]:
        """Return the paths of the steps that depend on the outputs of some steps, INPUT for the model's own."""
        wanted = set(paths)
        reached = set(self.inputs) if INPUT in wanted else set()
        found = []
        for step in self.steps:
            if reached & set(step.inputs):
                found.append(step.path)
                reached.update(step.outputs)
            elif step.path in wanted:
                reached.update(step.outputs)
        return found

    def up_to(self, outputs: tuple[Slot, ...]) -> Graph:
        """Return the graph that ends in these tensors, with only the steps that they depend on."""
        needed = {step for output in outputs for step in self._resting_on(output)}
        return Graph(tuple(step for i, step in enumerate(self.steps) if i in needed), self.inputs, outputs, self.taken)

    def _resting_on(self, output: Slot) -> set[int]:
        kept = {id(step) for step in self.towards(output).steps}
        return {i for i, step in enumerate(self.steps) if id(step) in kept}

    def run(
        self,
        inputs: Sequence[Any],
        taps: Sequence[str] = (),
        replace: Mapping[str, Operation] | None = None,
        watch: Callable[[Any], Any] | None = None,
    ) -> tuple[list[Any], dict[str, Any]]:
        """Run the steps in inference mode on tensors; return the outputs and the first output of each tapped path.

        ``replace`` gives another callable for the operation at a path; taps then return the replacement's output.
        ``watch`` is called with each tapped tensor when it is computed.
        """
        values = {slot.index: x for slot, x in zip(self.inputs, inputs, strict=True)}
        tapped = execute(self.steps, values, taps, replace or {}, watch)
        return [values[slot.index] for slot in self.outputs], tapped

    def run_both(
        self, inputs: Sequence[Any], taps: Sequence[str], replace: Mapping[str, Operation]
    ) -> tuple[list[Any], dict[str, Any]]:
        """Return the outputs under ``replace`` and the taps without it; only steps that differ run twice."""
        changed = [place for place, step in enumerate(self.steps) if step.path in replace]
        first = min(changed, default=len(self.steps))
        values = {slot.index: x for slot, x in zip(self.inputs, inputs, strict=True)}
        tapped = execute(self.steps[:first], values, taps, {}, None)
        plain = dict(values)
        if not tapped.keys() >= set(taps):
            tapped |= execute(self.steps[first:], plain, taps, {}, None)
        execute(self.steps[first:], values, (), replace, None)
        return [values[slot.index] for slot in self.outputs], tapped


def execute(
    steps: Sequence[Step],
    values: dict[int, Any],
    taps: Sequence[str] = (),
    replace: Mapping[str, Operation] | None = None,
    watch: Callable[[Any], Any] | None = None,
) -> dict[str, Any]:
    """Run steps in order, reading and filling ``values`` by slot; return the tapped outputs."""
    import keras

    def filled(leaf: Any) -> Any:
        return values[leaf.index] if isinstance(leaf, Slot) else leaf

    tapped: dict[str, Any] = {}
    replace = replace or {}
    # A stateless scope keeps losses and moving statistics out of the user's model.
    with keras.StatelessScope():
        for step in steps:
            args = keras.tree.map_structure(filled, step.args)
            kwargs = keras.tree.map_structure(filled, dict(step.kwargs))
            made = keras.tree.flatten(replace.get(step.path, step.operation)(*args, **kwargs))
            if step.path in taps:
                tapped[step.path] = made[0]
                if watch is not None:
                    watch(made[0])
            values.update({slot.index: value for slot, value in zip(step.outputs, made, strict=True)})
    return tapped


def graph_of(model: keras.Model) -> Graph:
    """Unroll a built Sequential or Functional model; ModelError for one that has no graph."""
    tensorflow()
    function = _as_function(model) or trace_call(model)
    if function is None:
        raise ModelError(_without_graph(model))
    unroller = _Unroller()
    inputs = tuple(unroller.new_slot() for _ in function.inputs)
    outputs = unroller.unroll(function, "", inputs)
    taken = tuple((str(tensor.name), tuple(tensor.shape)) for tensor in function.inputs)
    return Graph(tuple(unroller.steps), inputs, outputs, taken)


def _without_graph(model: keras.Model) -> str:
    """Return why a model has no graph of layers: it has not seen an input, or its call cannot be followed."""
    import keras

    what = f"{model.name!r} is a {type(model).__name__}"
    if isinstance(model, keras.Sequential) and not model.layers:
        return f"{what} without layers; add some"
    if not model.built or not input_shape(model):
        return f"{what} that does not know its input shape yet: call it once on a batch, or give it a keras.Input"
    return (
        f"{what} whose call is more than Keras layers and keras.ops, such as TensorFlow's own functions or decisions "
        "by value, so its layers cannot be followed; write these steps with keras.ops, or rebuild it as a Functional "
        "model"
    )


def _as_function(operation: Any) -> Any:
    """Return the graph of a Functional or built Sequential model, or None for any other model."""
    import keras

    if isinstance(operation, keras.Function):
        return operation
    if isinstance(operation, keras.Sequential) and operation.built and operation.layers:
        try:
            # From the tensors, not from layer.output: a loaded layer has several nodes and .output is the first.
            return keras.Function(operation.inputs, operation.outputs)
        except (AttributeError, ValueError, TypeError):
            return None
    return None


class _Unroller:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._slots = 0
        self._calls: dict[str, int] = {}

    def new_slot(self) -> Slot:
        self._slots += 1
        return Slot(self._slots - 1)

    def unroll(self, function: Any, prefix: str, inputs: Sequence[Slot]) -> tuple[Slot, ...]:
        import keras

        slots = {id(tensor): slot for tensor, slot in zip(function.inputs, inputs, strict=True)}

        def slotted(leaf: Any) -> Any:
            return slots.get(id(leaf), leaf)

        for depth in sorted(function._nodes_by_depth, reverse=True):
            for node in function._nodes_by_depth[depth]:
                if node.is_input or any(id(x) not in slots for x in node.input_tensors):
                    continue
                fed = tuple(slots[id(x)] for x in node.input_tensors)
                path = self._path(prefix + node.operation.name)
                inner = _as_function(node.operation)
                if inner is not None and len(inner.inputs) == len(fed):
                    made = self.unroll(inner, path + "/", fed)
                else:
                    made = tuple(self.new_slot() for _ in node.outputs)
                    args = keras.tree.map_structure(slotted, tuple(node.arguments.args))
                    kwargs = keras.tree.map_structure(slotted, dict(node.arguments.kwargs))
                    shapes = tuple(tuple(x.shape) for x in node.outputs)
                    if _takes_training(node.operation):
                        # Whatever the call's argument was: Keras overrides it in predict too.
                        kwargs["training"] = False
                    self.steps.append(Step(path, node.operation, args, kwargs, made, shapes, fed))
                slots.update({id(x): slot for x, slot in zip(node.outputs, made, strict=True)})
        return tuple(slots[id(x)] for x in function.outputs)

    def _path(self, path: str) -> str:
        self._calls[path] = self._calls.get(path, 0) + 1
        return path if self._calls[path] == 1 else f"{path}@{self._calls[path]}"


def _takes_training(operation: Any) -> bool:
    return bool(getattr(operation, "_call_has_training_arg", False))
