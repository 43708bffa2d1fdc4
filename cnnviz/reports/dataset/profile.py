"""Building the report on a data set."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

import numpy as np

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.bands import BandsLike, bands_from
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.train_test import Opened, open_sets, without_unused
from cnnviz.data.white import WhiteLike

from ..pixels.brightness_shift import brightness_shift
from ..pixels.class_medians import median_pictures
from ..pixels.class_statistics import profile_pixels
from ..pixels.pixel_importance import importance
from ..pixels.separability import separability
from .first_of_class import examples_of
from .result import PARTS, DataReport, SetReport
from .streamed_profile import NOT_OF_A_STREAM, stream_set
from .suspects import suspects_of, suspects_of_both

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike


T = TypeVar("T")

#: The most values in the sums of all classes, 8 bytes each, twice.
MOST_SUMS = 40_000_000


def profile_images(
    images: ImagesLike,
    other: ImagesLike | None = None,
    *,
    parts: Collection[str] = tuple(PARTS),
    class_names: Sequence[str] | None = None,
    drop_missing: bool = True,
    model: ModelLike | None = "auto",
    seed: int = 0,
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> DataReport:
    """Report on images without a model; with ``other``, on two sets side by side.

    Both are anything that ``open_images`` takes; of a named set, folder or .npz file with a train and a test part, both
    parts are used. An iterator of these is a stream of shards of any length; parts that need the images again are left
    out. ``parts`` are the optional parts, of ``PARTS``: medians, noise, separability, importance, duplicates, odd,
    labels, drift. Images with NaN or infinity are left out and counted, or refused (MissingPixels) without
    ``drop_missing``. ``model`` judges the labels and should not have been trained on them: anything that ``open_model``
    takes, None for a quick classifier, or "auto", a bundled network for a small set of its classes, else the quick
    classifier. ``seed`` is for all sampling; ``fit``, ``bands`` and ``white`` are as in ``open_images``.
    """
    bands = bands_from(bands) or None
    for part in parts:
        if part not in PARTS:
            raise UnknownNameError("part", part, list(PARTS))
    if model not in (None, "auto"):
        from cnnviz.models.open import open_model

        model = open_model(model)  # a misspelled name fails before the long work
    steps = _Steps(tuple(parts), progress)
    if _is_stream(images) or _is_stream(other):
        return _of_streams(images, other, class_names, parts, progress, fit, white)
    opened = open_sets(images, other, drop_missing=drop_missing, class_names=class_names, fit=fit, white=white)
    opened = without_unused(opened) if class_names is None else opened
    opened = tuple(replace(one, images=one.images.with_bands(bands)) for one in opened)
    for one in opened:
        _refuse_too_large(one.images)
    sets = tuple(_set_report(one, steps) for one in opened)
    first, second = opened[0].images, opened[1].images if len(opened) > 1 else None
    report = DataReport(sets)
    classed = first.labels is not None and len(np.unique(first.labels)) > 1
    left: list[str] = []
    if second is None:
        left += [f"{PARTS[part]}: there is only one set" for part in ("noise", "drift") if part in parts]
    else:
        report = replace(report, differences=_differences(report, first, second, seed, steps, left))
    for part in ("separability", "importance"):
        if part in parts and not classed:
            left.append(f"{PARTS[part]}: there are no labels of two classes")
    if classed:
        report = replace(report, separability=steps.take("separability", lambda: separability(first, seed=seed)))
        if np.sum(np.bincount(first.labels) > 1) > 1:  # type: ignore[arg-type]
            report = replace(report, importance=steps.take("importance", lambda: importance(first, seed=seed)))
        elif "importance" in parts:
            left.append(f"{PARTS['importance']}: it needs two images each of two classes")
    sets = tuple(suspects_of(one, steps.take, left, second is not None, model) for one in sets)
    report = replace(report, sets=sets)
    if second is not None:
        report = suspects_of_both(report, first, second, steps.take, left)
    left += [f"{PARTS[part]}: not requested" for part in PARTS if part not in parts]
    steps.end()
    return replace(report, left_out=tuple(dict.fromkeys(left)))


class _Steps:
    """Runs the requested parts and reports progress."""

    def __init__(self, wanted: tuple[str, ...], progress: Progress) -> None:
        self.wanted, self.progress = wanted, progress
        self.total, self.done = len(wanted) + 1, 0
        self.begun: set[str] = set()

    def take(self, part: str, work: Callable[[], T]) -> T | None:
        """Return the result of ``work``, or None if the part was not requested."""
        if part not in self.wanted:
            return None
        if part not in self.begun:
            self.begun.add(part)
            self.done += 1
            self.progress(self.done, self.total + 1)
        return work()

    def end(self) -> None:
        """Report completion."""
        self.progress(self.total + 1, self.total + 1)


def _set_report(one: Opened, steps: _Steps) -> SetReport:
    images = one.images
    return SetReport(
        one.name,
        profile_pixels(images),
        examples_of(images),
        str(images.pixels.dtype),
        images.hash,
        images.shown_notes,
        images,
        one.missing_values,
        one.missing_pictures,
        medians=steps.take("medians", lambda: median_pictures(images)),
    )


def _differences(report: DataReport, first: Images, second: Images, seed: int, steps: _Steps, left: list[str]) -> Any:
    if not report.same_classes:
        if "noise" in steps.wanted:
            left.append(f"{PARTS['noise']}: the two sets have different classes")
        return None
    if max(np.bincount(one.labels).max() if one.labels is not None else len(one) for one in (first, second)) < 2:
        left.append(f"{PARTS['noise']}: it needs two images of a class")
        return None
    return steps.take("noise", lambda: brightness_shift(first, second, seed=seed))


def _refuse_too_large(images: Images) -> None:
    classes = len(images.class_names) if images.labels is not None else 1
    h, w, c = images.shape
    if classes * h * w * c > MOST_SUMS:
        raise UsageError(
            f"mean images of {classes:,} classes at {h}×{w}×{c} would take too much memory; make the "
            "images smaller, or take fewer classes"
        )


def _of_streams(
    images: ImagesLike,
    other: Any,
    class_names: Sequence[str] | None,
    parts: Collection[str],
    progress: Progress,
    fit: FitLike,
    white: WhiteLike,
) -> DataReport:
    sets = []
    for one, name in ((images, "pictures" if other is None else "first"), (other, "second")):
        if one is not None:
            shards = one if _is_stream(one) else iter([one])
            sets.append(stream_set(shards, name, class_names, progress, fit, white))
    left = [f"{PARTS[part]}: the images came as a stream" for part in NOT_OF_A_STREAM if part in parts]
    return DataReport(tuple(sets), left_out=tuple(left))


def _is_stream(source: Any) -> TypeGuard[Iterator[Any]]:
    """Return whether a source gives shards: an iterator, but no generator of Keras, whose iteration has no end."""
    return isinstance(source, Iterator) and not hasattr(source, "__getitem__")
