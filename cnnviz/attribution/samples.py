"""Gradients at many changed copies of each picture, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.targets import Weighted

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Inputs that are made at once, unless a single copy of all pictures is more.
AT_ONCE = 512


def slopes_of_copies(
    probe: Probe, pictures: int, target: Any, copies: int, changed: Callable[[range], np.ndarray]
) -> Iterator[np.ndarray]:
    """Yield the input gradients of so many copies of the pictures, (k, n, *input shape), a few copies at a time.

    ``changed`` returns the inputs of a range of copies, (k, n, *input shape). ``target`` is settled: the copies are
    asked for the class of the picture that they were made from.
    """
    at_once = max(1, AT_ONCE // max(1, pictures))
    for first in range(0, copies, at_once):
        which = range(first, min(first + at_once, copies))
        inputs = changed(which)
        flat = inputs.reshape(-1, *inputs.shape[2:])
        own = target.repeated(len(which)) if isinstance(target, Weighted) else target
        yield probe.slopes(flat, own).slopes[0].reshape(inputs.shape)
