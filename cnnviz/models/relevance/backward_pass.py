"""The backward pass: steps with unchanged outputs whose gradient redistributes relevance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..import_tensorflow import tensorflow
from ..own_gradient import with_gradient
from .lrp_rules import Bounds, Redistribution

#: Called for each redistribution with the relevance absorbed by biases and stabilizer, each of the output's shape.
Note = Callable[[Any, Any], None]


class Linear(Protocol):
    """The linear part of a step, without bias and activation, for any version of its weights."""

    def __call__(self, xs: Sequence[Any], weights: str) -> Any:
        """Return the result, or None if it is certainly 0."""

    def bias(self) -> Any:
        """Return the bias, broadcastable to the result, or None."""


def route_relevance(xs: Sequence[Any], result: Any, back: Callable[[Any], Sequence[Any]]) -> Any:
    """Return ``result``, whose relevance goes to ``xs`` by ``back`` and by no other way."""
    tf = tensorflow()
    settled = tf.stop_gradient(result)

    def route(*inputs: Any) -> Any:
        def handed_on(relevance: Any) -> Any:
            given = list(back(relevance))
            return given if len(given) > 1 else given[0]

        return tf.identity(settled), handed_on

    return with_gradient(route, *xs)


def start_relevance(values: Any) -> Any:
    """Return the values as they are; what comes back is multiplied by them, so that a gradient becomes a share."""
    return route_relevance([values], values, lambda gradient: [gradient * values])


def redistribute(
    rule: Redistribution,
    linear: Linear,
    xs: Sequence[Any],
    z: Any,
    relevance: Any,
    *,
    never_negative: bool = False,
    bounds: Bounds | None = None,
    note: Note | None = None,
) -> list[Any]:
    """Return the relevance of each of ``xs`` from that of a linear step's result ``z``.

    All is computed in 32 bits, whatever the step itself is computed in.
    """
    tf = tensorflow()
    dtypes = [x.dtype for x in xs]
    # Two inputs may be the same tensor; each needs its own share.
    xs = [tf.cast(tf.identity(x), tf.float32) for x in xs]
    relevance = tf.cast(relevance, tf.float32)
    terms = rule.terms(xs, never_negative, bounds)
    bias = linear.bias()
    bias = None if bias is None else rule.bias(tf.cast(bias, tf.float32))
    stood_for = z
    # A result rounded to fewer bits differs from the sum computed here.
    if not rule.plain or z.dtype != tf.float32:
        parts = [_run(linear, versions, weights) for versions, weights in terms]
        stood_for = sum(part for part in (*parts, bias) if part is not None)
    share = tf.math.divide_no_nan(relevance, stood_for + rule.epsilon * tf.sign(stood_for))
    if note is not None:
        size = tf.abs(stood_for)
        left = tf.where(size > 0, relevance * tf.math.divide_no_nan(rule.epsilon, size + rule.epsilon), relevance)
        note(tf.zeros_like(share) if bias is None else bias * share, left)
    received = [tf.zeros_like(x) for x in xs]
    for versions, weights in terms:
        gradients = _transposed(linear, xs, weights, share)
        received = [
            so_far if gradient is None else so_far + version * gradient
            for so_far, version, gradient in zip(received, versions, gradients, strict=True)
        ]
    return [tf.cast(one, dtype) for one, dtype in zip(received, dtypes, strict=True)]


def _run(linear: Linear, xs: Sequence[Any], weights: str) -> Any:
    """Return a step's result in float32, or None if it is certainly 0."""
    made = linear(xs, weights)
    return None if made is None else tensorflow().cast(made, "float32")


def _transposed(linear: Linear, xs: Sequence[Any], weights: str, share: Any) -> Sequence[Any]:
    """Return Wᵀ · share for each of ``xs``, None where it is 0; the forward result is pruned."""
    tf = tensorflow()
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(xs)
        made = _run(linear, xs, weights)
    gradients: Sequence[Any] = [None] * len(xs) if made is None else tape.gradient(made, xs, output_gradients=share)
    return gradients
