"""The pages of evaluations, and the evaluation on the page of a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.features.predictions import Predictions
from cnnviz.reports.comparison import Comparison
from cnnviz.reports.evaluation.evaluate import evaluated
from cnnviz.reports.evaluation.labels import LabelEvaluation
from cnnviz.reports.evaluation.regression import RegressionEvaluation
from cnnviz.reports.evaluation.result import Evaluation
from cnnviz.reports.row_comparison import RowComparison

if TYPE_CHECKING:
    from .page_file import Page

#: The most pixel values on a page; of a larger set it has the most informative images.
MOST_VALUES = 40_000_000


def evaluation_page(result: Evaluation, start: str | None = None, most: int = MOST_VALUES) -> Page:
    """Return the page, with metrics of all images and, if these are too large, a selection of them."""
    from .build import build_page
    from .content import Content

    shown = _shown(result, most)
    images = result.as_predictions()
    other = result.other
    if len(shown) < len(result):
        note = (
            f"{len(shown):,} of {len(result):,} images: mistakes, the least confident, and some at random; the page "
            "Evaluation covers all"
        )
        images = images.take(shown)
        images = replace(images, images=images.images.with_notes(note))
        other = None if other is None else other.take(shown)
    further = () if other is None else (Comparison(images, other),)
    return build_page(Content(images, results=(result, *further)), start=start or "#/evaluation")


def labels_page(result: LabelEvaluation, start: str | None = None, most: int = MOST_VALUES) -> Page:
    """Return the page of labels, with figures of all images and, if these are too large, a selection of them."""
    labels = range(len(result.model.class_names))
    mistakes = [part for i in labels for part in (result.false_alarms(i), result.misses(i))]
    return _page(result, start or "#/labels", "mistakes of each label", [*mistakes, result.at_random], most)


def regression_page(result: RegressionEvaluation, start: str | None = None, most: int = MOST_VALUES) -> Page:
    """Return the page of a regression, with figures of all images and, if these are too large, a selection of them."""
    worst = [result.worst(i) for i in range(result.outputs.shape[1])]
    return _page(result, start or "#/regression", "the largest errors", [*worst, result.at_random], most)


def row_comparison_page(result: RowComparison, start: str | None = None) -> Page:
    """Return the page of the first model's evaluation, which says how the second one differs."""
    one = result.evaluation
    return labels_page(one, start) if isinstance(one, LabelEvaluation) else regression_page(one, start)


def _page(
    result: LabelEvaluation | RegressionEvaluation, start: str, what: str, first: Sequence[np.ndarray], most: int
) -> Page:
    from .build import build_page
    from .content import Content

    images = result.as_predictions()
    room = _room(result, most)
    if len(result) > room:
        rest = np.random.default_rng(result.seed).permutation(len(result))
        shown = _first_distinct([*first, rest], room)
        images = images.take(shown)
        note = f"{len(shown):,} of {len(result):,} images: {what}, and some at random; the figures are of all"
        images = replace(images, images=images.images.with_notes(note))
    return build_page(Content(images, results=(result,)), start=start)


def evaluation_of(first: Predictions, second: Predictions | None = None) -> tuple[Evaluation, ...]:
    """Return the evaluation of labeled images; nothing without labels or for a single image."""
    if first.truth is None or len(first) < 2:
        return ()
    return (evaluated(first, second),)


def _shown(result: Evaluation, most: int) -> np.ndarray:
    room = _room(result, most)
    if len(result) <= room:
        return np.arange(len(result))
    wrong = np.flatnonzero(~result.hits)
    wrong = wrong[np.argsort(-result.confidence[wrong], kind="stable")]
    rest = np.random.default_rng(result.seed).permutation(len(result))
    return _first_distinct([result.worst, result.least_sure, result.at_random, wrong, rest], room)


def _room(result: Predictions, most: int) -> int:
    """Return how many images a page of so many pixel values has."""
    return max(1, most // max(1, int(np.prod(result.images.shape))))


def _first_distinct(positions: Sequence[np.ndarray], room: int) -> np.ndarray:
    """Return the first positions without repeats, at most ``room`` of them, in order."""
    wanted = np.concatenate(positions)
    _, first = np.unique(wanted, return_index=True)
    return np.sort(wanted[np.sort(first)[:room]])
