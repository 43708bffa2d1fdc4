"""The relevance balance of each step: what arrives, is passed on, and is absorbed by biases and stabilizer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.data.images import Images

from ..gradients import replacements, run_spec, seed_tensor_spec
from ..import_tensorflow import tensorflow
from ..target_spec import gradient_spec
from .backward_pass import Note, route_relevance
from .tensor_arguments import Wiring

if TYPE_CHECKING:
    from ..probe import Probe
    from .rule_assignment import RelevanceRule


@dataclass(frozen=True, eq=False)
class Account:
    """The relevance balance of one step, float32 (n,) each, summed over the step's values.

    ``arrived`` = ``handed_on`` + ``biases`` + ``stabilizer``, up to rounding.
    """

    path: str
    kind: str
    arrived: np.ndarray
    handed_on: np.ndarray
    biases: np.ndarray
    stabilizer: np.ndarray

    @property
    def missing(self) -> np.ndarray:
        """Relevance that arrived and is not accounted for, (n,)."""
        return self.arrived - self.handed_on - self.biases - self.stabilizer


def account(probe: Probe, images: Images, target: Any, rule: RelevanceRule) -> list[Account]:
    """Return the account of each step that relevance reaches, last step first; computed in memory as one batch."""
    tf = tensorflow()
    inputs = probe.inputs(images)
    spec, given = gradient_spec(probe, inputs, target, rule=rule)
    runner = probe.runner
    ledger = _Ledger()
    replace = ledger.metered(runner.graph.steps, replacements(spec, runner, notes=ledger.note))

    @tf.function(autograph=False)
    def kept(inputs: Any, given: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(inputs)
            scores, _, _ = run_spec(spec, runner, replace, inputs, given)
        # The ledger is filled while the gradient is traced.
        return tape.gradient(scores, inputs), ledger.entries

    run = kept.get_concrete_function(runner.input_spec(), seed_tensor_spec(spec, runner))
    _, entries = run(tf.constant(inputs), tf.constant(np.zeros(len(inputs), np.int32) if given is None else given))
    zero = np.zeros(len(inputs), np.float32)
    rows = []
    for step in reversed(runner.graph.steps):
        held = entries.get(step.path, {})
        if "arrived" in held:
            columns = [
                np.sum([one.numpy() for one in held.get(name, [])], axis=0) + zero
                for name in ("arrived", "handed_on", "biases", "stabilizer")
            ]
            rows.append(Account(step.path, step.kind, *columns))
    return rows


class _Ledger:
    """Sums of relevance by path and column, entered while the backward pass is traced."""

    def __init__(self) -> None:
        self.entries: dict[str, dict[str, list[Any]]] = {}

    def enter(self, path: str, column: str, relevance: Any) -> None:
        tf = tensorflow()
        count = tf.shape(relevance)[0]
        total = tf.reduce_sum(tf.reshape(tf.cast(relevance, tf.float32), (count, -1)), axis=1)
        self.entries.setdefault(path, {}).setdefault(column, []).append(total)

    def note(self, path: str) -> Note:
        def noted(biases: Any, stabilizer: Any) -> None:
            self.enter(path, "biases", biases)
            self.enter(path, "stabilizer", stabilizer)

        return noted

    def metered(self, steps: Sequence[Any], replace: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
        """Put a meter at both ends of every step, including replaced ones."""
        return {step.path: self._between(step, replace.get(step.path, step.operation)) for step in steps}

    def _between(self, step: Any, operation: Callable[..., Any]) -> Callable[..., Any]:
        wiring = Wiring.of(step)

        def call(*args: Any, **kwargs: Any) -> Any:
            import keras

            xs = [self._meter(step.path, "handed_on", x) for x in wiring.tensors(args, kwargs)]
            made = wiring.calling(operation, args, kwargs)(xs)
            return keras.tree.map_structure(lambda x: self._meter(step.path, "arrived", x), made)

        return call

    def _meter(self, path: str, column: str, x: Any) -> Any:
        def back(relevance: Any) -> list[Any]:
            self.enter(path, column, relevance)
            return [relevance]

        return route_relevance([x], x, back)
