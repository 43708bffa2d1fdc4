"""The pages of results: their content, and the route where each opens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import numpy as np

from cnnviz.attribution.confused_pairs import ConfusedPairs
from cnnviz.attribution.heatmaps import Heatmaps
from cnnviz.attribution.reconstruct import Reconstructions
from cnnviz.attribution.result import Attribution
from cnnviz.features.activations import Activations
from cnnviz.features.filters.result import Filters
from cnnviz.features.predictions import Predictions
from cnnviz.features.representation.layer_statistics import Statistics
from cnnviz.features.responses import Responses
from cnnviz.maximization.result import Maximized
from cnnviz.reports.class_pair import ClassPair
from cnnviz.reports.comparison import Comparison
from cnnviz.reports.dataset.result import DataReport
from cnnviz.reports.report import Report

from .build import build_page
from .content import Content, of_activations
from .evaluation_page import evaluation_of
from .heatmap_views import alone
from .page_file import Page
from .sections.maximized import path_of
from .sections.originals import Originals
from .words import image_ids

#: The most images on a page of reconstructions; of a larger set it has only those that it shows.
MOST_PICTURES = 2_000


def activations_page(result: Activations, start: str | None = None) -> Page:
    """The page of activations, which opens at the layer where there is one, else at the overview."""
    if len(result.values) == 1:
        start = start or f"#/layer/{next(iter(result))}"
    return build_page(of_activations(result), start=start)


def predictions_page(result: Predictions, start: str | None = "#/images") -> Page:
    """The page of predictions, which opens at the images."""
    return build_page(Content(result, results=(*evaluation_of(result),)), start=start)


def layers_page(result: Responses | Statistics, start: str | None = None) -> Page:
    """The page of responses or of statistics, which opens at the first layer."""
    start = start or f"#/layer/{quote(next(iter(result.layers)), safe='')}"
    return build_page(Content(result.as_predictions(), results=(result,)), start=start)


def report_page(result: Report, start: str | None = None, further: tuple[Any, ...] = ()) -> Page:
    """Return the page of a report and its companions, with ``further`` results."""
    further = (*result.companions, *further)
    mapped = result.shown if result.examples is not None else None
    data = () if result.data is None else (result.data,)
    if not any(isinstance(one, Comparison) for one in further):
        further = (*further, *evaluation_of(result.predictions))
    content = Content(result.predictions, result.examples, mapped, (result.responses, *data, *further))
    return build_page(content, start=start)


def comparison_page(result: Comparison, start: str | None = "#/compare?of=models") -> Page:
    """Return the page of two models, with the report if there is one."""
    results = (result, *evaluation_of(result.first, result.second))
    if result.report is not None:
        return report_page(result.report, start, results)
    return build_page(Content(result.first, results=results), start=start)


def class_pair_page(result: ClassPair, start: str | None = None) -> Page:
    """The page of two classes: the report, which opens where they are compared."""
    start = start or f"#/compare?of=classes&a={result.first}&b={result.second}"
    if result.report is not None:
        return report_page(result.report, start)
    seen = (result.answers,) if isinstance(result.answers, Responses) else ()
    return build_page(Content(result.answers, results=seen), start=start)


def heatmaps_page(result: Heatmaps, start: str | None = None, original: bool = False) -> Page:
    """Return the page of heatmaps, which opens at the image if there is only one.

    With ``original`` it also shows the maps over the image files.
    """
    first = f"#/image/{image_ids(result)[0]}" if len(result) == 1 else "#/images"
    further = (Originals(),) if original else ()
    return build_page(Content(result, results=(result, *further)), start=start or first)


def attribution_page(result: Attribution, start: str | None = None, original: bool = False) -> Page:
    """Return the page of heatmaps by one method."""
    return heatmaps_page(alone(result), start, original)


def pairs_page(result: ConfusedPairs, start: str | None = None, original: bool = False) -> Page:
    """Return the page of heatmaps of two classes, which opens at their comparison."""
    return heatmaps_page(result, start or "#/compare?of=pairs", original)


def reconstructions_page(result: Reconstructions, start: str | None = None) -> Page:
    """Return the page of a layer's reconstructions, with all images or those that they are made from."""
    predictions = result.as_predictions()
    if len(result) > MOST_PICTURES:
        # Of a large set only the images with reconstructions are shown.
        predictions = predictions.take(np.unique(result.pictures))
        note = f"{len(predictions):,} of {len(result):,} images: those that maximally activate a channel"
        predictions = replace(predictions, images=predictions.images.with_notes(note))
    start = start or f"#/deconv/{quote(result.layer.path, safe='')}"
    return build_page(Content(predictions, results=(result,)), start=start)


def filters_page(result: Filters, start: str | None = None) -> Page:
    """Return the page of filters, which opens at the first layer."""
    predictions = result.as_predictions()
    if len(result) > MOST_PICTURES:
        # Of a large set only the images that activate some filter most or least are shown.
        ends = [end.positions for held in result.responses.layers.values() for end in (held.top, held.bottom)]
        predictions = predictions.take(np.unique(np.concatenate([positions.ravel() for positions in ends])))
        note = f"{len(predictions):,} of {len(result):,} images: those that activate a filter most or least"
        predictions = replace(predictions, images=predictions.images.with_notes(note))
    start = start or f"#/layer/{quote(next(iter(result)), safe='')}"
    return build_page(Content(predictions, results=(result.responses, result, *result.companions)), start=start)


def maximized_page(result: Maximized, start: str | None = None) -> Page:
    """Return the page of maximized images and their control, which opens at the unit if there is only one."""
    predictions = result.as_predictions()
    if result.rivals is not None:
        # One image may be the best of several units.
        numbers = result.rivals.images.indices
        assert numbers is not None
        once = np.unique(numbers, return_index=True)[1]
        predictions = replace(result.rivals.take(once), network=result.network)
    path = quote(path_of(result) or "", safe="")
    one = f"/{result.units[0]}" if len(result.units) == 1 else "?show=maximised"
    results = (result,) if result.control is None else (result, result.control)
    return build_page(Content(predictions, results=results), start=start or f"#/layer/{path}{one}")


def data_page(result: DataReport, start: str | None = None) -> Page:
    """Return the page of a data report, which has no model."""
    names = [one.profile.source for one in result.sets]
    title = f"Data of {names[0].removesuffix(':train') if len(names) > 1 else names[0]}"
    return build_page(Content(None, results=(result,)), start=start or "#/data", title=title)
