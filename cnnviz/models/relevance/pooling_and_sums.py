"""Average pooling and sums of tensors: linear steps without weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Sum:
    """A step that adds up its inputs; ``taken_off`` are the positions of subtracted ones."""

    apply: Callable[[Sequence[Any]], Any]
    taken_off: frozenset[int] = frozenset()

    def __call__(self, xs: Sequence[Any], weights: str) -> Any:
        """Return the sum of all inputs, of those added, or of those subtracted."""
        import keras

        if weights == "own":
            return self.apply(xs)
        negative = weights == "negative"
        if negative and not self.taken_off:
            return None
        return self.apply(
            [x if (place in self.taken_off) == negative else keras.ops.zeros_like(x) for place, x in enumerate(xs)]
        )

    def bias(self) -> Any:
        """Return None."""
        return None
