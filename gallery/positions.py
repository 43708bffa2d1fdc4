"""Positions of a result's images on a page."""

from __future__ import annotations

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images
from cnnviz.features.predictions import Predictions


def places(page: Predictions, images: Images) -> np.ndarray:
    """Return the position on the page of each image of ``images``, (n,) int64, -1 for a missing one.

    Images are matched by their number in their original set. UsageError if these numbers are not unique, or are those
    of other images.
    """
    own = page.images
    if own is images:
        return np.arange(len(own))
    assert own.indices is not None and images.indices is not None
    at = {int(number): position for position, number in enumerate(own.indices)}
    found = np.array([at.get(int(number), -1) for number in images.indices], np.int64)
    here = found >= 0
    same = own.shape == images.shape and np.array_equal(own.pixels[found[here]], images.pixels[here])
    if len(at) < len(own) or not same:
        raise UsageError(f"the images of {images.source} are not those of this page; use the same images for both")
    return found
