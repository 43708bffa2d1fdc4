"""Functions of Keras 2 that Keras 3 computes differently under the same name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def hard_sigmoid_of_keras_2(x: Any) -> Any:
    """Return x / 5 + 1/2 within 0…1; Keras 3 has x / 6 + 1/2."""
    from keras import ops

    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


#: By their names in a repaired configuration.
OLD_FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {"hard_sigmoid_of_keras_2": hard_sigmoid_of_keras_2}
