"""Images to check, in each set and across both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from cnnviz.data.images import Images

from ..suspects.drift import find_drift
from ..suspects.duplicates import find_duplicates
from ..suspects.image_features import looks
from ..suspects.label_errors import find_label_errors
from ..suspects.outliers import find_odd
from .result import PARTS, DataReport, SetReport

#: The least images for which features of the whole set are computed.
FEWEST = 20
#: Runs a part if it was requested.
Take = Callable[[str, Callable[[], Any]], Any]


def suspects_of(one: SetReport, take: Take, left: list[str], several: bool, model: Any = "auto") -> SetReport:
    """Return the report on a set with duplicates, odd images and probable label errors.

    ``left`` collects what was left out. ``model`` judges the labels, as for ``find_label_errors``.
    """
    images = one.images
    assert images is not None
    # Odd images and label errors use the same features; they are computed once, if either is requested.
    seen = cache(lambda: looks(images.pixels, images.peak))
    duplicates = take("duplicates", lambda: find_duplicates(images))
    odd = take("odd", lambda: find_odd(images, _known(images, seen)))
    labels = None
    if images.labels is not None:
        labels = take("labels", lambda: find_label_errors(images, _known(images, seen), model=model))
    elif take("labels", lambda: True):
        left.append(f"{PARTS['labels']}: there are no labels")
    for held in (duplicates, odd, labels):
        if held is not None:
            left += [f"{one.name}: {words}" if several else words for words in held.left_out]
    return replace(one, duplicates=duplicates, odd=odd, label_errors=labels)


def _known(images: Images, seen: Callable[[], Any]) -> Any:
    """Return the image features; None for sets too small for any search."""
    return seen() if len(images) >= FEWEST else None


def suspects_of_both(report: DataReport, first: Images, second: Images, take: Take, left: list[str]) -> DataReport:
    """Return the report with duplicates across both sets and drift tests."""
    leaks = take("duplicates", lambda: find_duplicates(first, second))
    drift = take("drift", lambda: find_drift(first, second))
    for held in (leaks, drift):
        if held is not None:
            left += list(held.left_out)
    return replace(report, leaks=leaks, drift=drift)
