"""Statistics of a data set that does not fit in memory, one shard at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.open import open_images
from cnnviz.data.white import WhiteLike

from ..pixels.class_statistics import UNLABELED, PixelProfile
from ..pixels.class_sums import Tally
from .first_of_class import EXAMPLES
from .result import SetReport

#: Parts that need the images again, which a stream does not keep.
NOT_OF_A_STREAM = ("medians", "noise", "separability", "importance", "duplicates", "odd", "labels", "drift")


def stream_set(
    shards: Iterator[Any],
    name: str,
    class_names: Sequence[str] | None = None,
    progress: Progress = silent,
    fit: FitLike = None,
    white: WhiteLike = None,
) -> SetReport:
    """Return statistics of shards; each is anything that ``open_images`` takes: Images, array, (array, labels), path.

    All shards have images of one size; labels are numbers with the same meaning in every shard, and new classes in a
    later shard are added. Memory does not grow with the number of shards.
    """
    tally, kept, names, seen = None, _Kept(), tuple(class_names or ()), 0
    labelled, source, kind = True, name, ""
    for shard in shards:
        images = open_images(shard, fit=fit, white=white)
        if tally is None:
            labelled, source, kind = images.labels is not None, images.source, str(images.pixels.dtype)
            tally = Tally.empty(images.shape, len(names) if labelled and names else 1, images.peak)
        if labelled != (images.labels is not None):
            raise DataError("some shards have labels and others have none; give all of them labels, or none")
        if labelled:
            names = names or images.class_names
            names += tuple(images.class_names[len(names) :]) if not class_names else ()
            top = int(images.labels.max()) if images.labels is not None and len(images) else -1
            if top >= len(names):
                raise DataError(f"a shard has label {top} but there are {len(names)} class names")
            tally.grow(len(names))
        if images.peak != tally.peak:
            raise DataError(
                f"one shard's pixels reach {images.peak:g} and another's {tally.peak:g}; scale them to the same range"
            )
        tally.add(images.pixels, images.labels)
        kept.add(images, seen)
        seen += len(images)
        progress(seen, 0)
    if tally is None or not seen:
        raise DataError("the stream holds no images")
    profile = PixelProfile(source, names if labelled else UNLABELED, labelled, tally.peak, tally)
    return SetReport(name, profile, kept.images(source, profile.class_names, labelled, tally.peak), kind)


class _Kept:
    """Collects the first images of each class."""

    def __init__(self) -> None:
        self.pixels: list[np.ndarray] = []
        self.labels: list[int] = []
        self.places: list[int] = []
        self.counts: dict[int, int] = {}

    def add(self, images: Images, before: int) -> None:
        """Add a shard that follows ``before`` images of earlier shards."""
        labels = np.zeros(len(images), np.int64) if images.labels is None else images.labels
        for label in np.unique(labels).tolist():
            wanted = EXAMPLES - self.counts.get(label, 0)
            for place in np.flatnonzero(labels == label)[:wanted].tolist():
                self.pixels.append(images.pixels[place].copy())
                self.labels.append(label)
                self.places.append(before + place)
                self.counts[label] = self.counts.get(label, 0) + 1

    def images(self, source: str, names: tuple[str, ...], labelled: bool, peak: float) -> Images:
        """Return the images, class by class."""
        order = np.argsort(self.labels, kind="stable")
        labels = np.array(self.labels)[order] if labelled else None
        pixels = np.stack(self.pixels)[order]
        return Images(pixels, labels, names if labelled else (), source, np.array(self.places)[order], peak=peak)
