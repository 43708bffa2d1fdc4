"""Affine steps: batch normalization, rescaling, arithmetic with constants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Affine:
    """x · factor + shift, both broadcastable to x."""

    factor: Callable[[], Any]
    shift: Callable[[], Any]

    def __call__(self, xs: Sequence[Any], weights: str) -> Any:
        """Return x times a version of the factor."""
        import keras

        ops = keras.ops
        factor = ops.cast(self.factor(), xs[0].dtype)
        if weights == "positive":
            factor = ops.maximum(factor, 0)
        elif weights == "negative":
            factor = ops.minimum(factor, 0)
        return xs[0] * factor

    def bias(self) -> Any:
        """Return the shift."""
        return self.shift()


def batch_normalization(layer: Any, rank: int) -> Affine:
    """Ioffe & Szegedy 2015 with the moving statistics; factor and shift have ``rank`` axes, the batch's included."""
    import keras

    ops = keras.ops
    shape = [1] * rank
    shape[layer.axis] = -1

    def held(variable: Any) -> Any:
        return ops.cast(ops.convert_to_tensor(variable), "float32")

    def factor() -> Any:
        scale = 1 / ops.sqrt(held(layer.moving_variance) + layer.epsilon)
        return ops.reshape(scale * held(layer.gamma) if layer.scale else scale, shape)

    def shift() -> Any:
        moved = ops.reshape(-held(layer.moving_mean), shape) * factor()
        return moved + ops.reshape(held(layer.beta), shape) if layer.center else moved

    return Affine(factor, shift)


def fit_affine(apply: Callable[[Sequence[Any]], Any], x: Any) -> Affine:
    """Find factor and shift of a step on one tensor from what it makes of zeros and ones of the shape of ``x``."""
    import keras

    ops = keras.ops

    def shift() -> Any:
        return apply([ops.zeros_like(x)])

    return Affine(lambda: apply([ops.ones_like(x)]) - shift(), shift)
