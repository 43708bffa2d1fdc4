"""The class names of sets whose files carry only numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnnviz.core.errors import DataError

FASHION_MNIST = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

DIGITS = tuple("0123456789")


def names_for(labels: np.ndarray | None, given: Sequence[str] | None, source: str) -> tuple[str, ...]:
    """Return the names given, or the numbers "0", "1", … up to the largest label (at least ten of them up to 9).

    Fewer names than classes raises DataError.
    """
    highest = int(labels.max()) if labels is not None and len(labels) else -1
    if given is not None:
        names = tuple(str(name) for name in given)
        if highest >= len(names):
            raise DataError(
                f"{source} has labels up to {highest} but only {len(names)} class names were given"
            )
        return names
    if labels is None:
        return ()
    if highest > MAX_CLASSES:
        raise DataError(f"{source} has a label {highest}; labels are class numbers, counted from 0")
    return tuple(str(number) for number in range(max(highest + 1, 10)))


#: A label beyond this is a mistake (a pixel, an identifier), not a class.
MAX_CLASSES = 100_000
