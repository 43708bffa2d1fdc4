"""Gradients and scores at many changed copies of each image, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.targets import PerImageCell, Weighted, part_of
from cnnviz.models.batch_size import batch_size_for

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Inputs that are made at once, unless a single copy of all images is more.
AT_ONCE = 512


def gradients_of_copies(
    probe: Probe, pictures: int, target: Any, copies: int, changed: Callable[[range], np.ndarray]
) -> Iterator[np.ndarray]:
    """Yield the input gradients of so many copies of the images, (k, n, *input shape), a few copies at a time.

    ``changed`` returns the inputs of a range of copies, (k, n, *input shape). ``target`` is settled: the copies are
    asked for the class of the image that they were made from.
    """
    at_once = max(1, AT_ONCE // max(1, pictures))
    for first in range(0, copies, at_once):
        which = range(first, min(first + at_once, copies))
        inputs = changed(which)
        flat = inputs.reshape(-1, *inputs.shape[2:])
        own = target.repeated(len(which)) if isinstance(target, Weighted | PerImageCell) else target
        yield probe.value_and_gradients(flat, own).gradients[0].reshape(inputs.shape)


def scores_of_copies(
    probe: Probe, target: Any, owners: np.ndarray, changed: Callable[[slice], np.ndarray]
) -> np.ndarray:
    """Return the scores of changed copies, float32 (copies,), a batch of copies at a time.

    ``owners`` (copies,) says which image each copy was made from, and ``changed`` returns the inputs (m, h, w, c) of
    a slice of them. ``target`` is settled.
    """
    at_once = min(AT_ONCE, batch_size_for(probe.runner.graph))
    scores = np.empty(len(owners), np.float32)
    for first in range(0, len(owners), at_once):
        part = slice(first, min(first + at_once, len(owners)))
        inputs = changed(part).reshape(-1, *probe.runner.input_shape)
        scores[part] = probe.scores(inputs, part_of(target, owners[part]))
    return scores
