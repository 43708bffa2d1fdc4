"""The network truncated at the target layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cnnviz.models.import_tensorflow import tensorflow
from cnnviz.models.inactive_layers import UNCHANGING
from cnnviz.models.max_pool_gradient import max_pools
from cnnviz.models.relu_rules import RectifierRule, rectifiers

from .single_unit import single_unit

if TYPE_CHECKING:
    from cnnviz.models.runner import Runner
    from cnnviz.models.unrolled_graph import Step

    from .objective import Objective

#: The share of a gradient that passes the target unit's own inactive ReLU early on, and later where the whole map is
#: inactive: an escape for units that noise activates in few places or none.
LEAK = 0.1

#: activations(inputs, units, early): the objective of each unit, (n,), and the whole layer's output if wanted.
Answers = Callable[..., tuple[Any, Any]]


def unit_function(runner: Runner, objective: Objective, whole: bool) -> Answers:
    """Return a function of tensors for one unit per input; ``whole`` adds the layer's output."""
    step = _last(runner) if objective.path is None else runner.graph.step(objective.path)
    if step is not None and not whole:
        alone = _alone(runner, objective, step)
        if alone is not None:
            return alone
    return _together(runner, objective)


def _last(runner: Runner) -> Step | None:
    """Return the layer of the logits, if its units are the classes and its activation is left out."""
    head = runner.head
    step = runner.graph.producer(head.slot)
    while step is not None and step.kind in UNCHANGING and len(step.inputs) == 1:
        step = runner.graph.producer(step.inputs[0])
    return step if step is not None and head.units == head.classes and step.path in head.replace else None


def _alone(runner: Runner, objective: Objective, step: Step) -> Answers | None:
    linear = objective.path is None
    own = single_unit(step, linear)
    if own is None:
        return None
    before = runner.graph.towards(step.inputs[0])
    replace = max_pools(before)
    activation = None if linear else step.operation.activation
    rectified = activation is not None and step.path in rectifiers(runner.graph, runner.head)

    def activations(inputs: Any, units: Any, early: Any = False) -> tuple[Any, Any]:
        maps = own(before.run([inputs], replace=replace)[0][0], units)
        if activation is not None:
            maps = (_leaking([1], lambda: early).through(activation) if rectified else activation)(maps)
        return objective.of_maps(maps), None

    return activations


def _together(runner: Runner, objective: Objective) -> Answers:
    if objective.path is None:
        shortened = max_pools(runner.graph) | dict(runner.head.replace)

        def logits(inputs: Any, units: Any, early: Any = False) -> tuple[Any, Any]:
            made = runner.logits_of(runner.graph.run([inputs], replace=shortened)[0])
            return objective.of_tensor(made, units), made

        return logits
    graph = runner.graph.towards(runner.graph.step(objective.path).outputs[0])
    replace = max_pools(graph)
    last = graph.step(objective.path)
    # ``early`` is only known inside the loop, but the modified layer must be built before it.
    now = [False]
    if last.path in rectifiers(graph, runner.head):
        replace[last.path] = _leaking([1, 2] if objective.spatial else [], lambda: now[0]).changed(last)

    def activations(inputs: Any, units: Any, early: Any = False) -> tuple[Any, Any]:
        now[0] = early
        made = graph.run([inputs], replace=replace)[0][0]
        return objective.of_tensor(made, units), made

    return activations


def _leaking(axes: Sequence[int], early: Callable[[], Any]) -> RectifierRule:
    """Return a rule that leaks gradient early, and later where a unit's map, over ``axes``, is fully inactive."""

    def backward(gate: Any, output: Any, gradient: Any) -> Any:
        tf = tensorflow()
        shut = tf.reduce_max(output, axis=list(axes), keepdims=True) <= 0 if axes else output <= 0
        return tf.where(
            output > 0, gradient, tf.where(tf.logical_or(early(), shut), LEAK * gradient, tf.zeros_like(gradient))
        )

    return RectifierRule(backward)
