"""The gallery's side of the door in ``cnnviz.core.render``: from a result and a form to what is shown."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from cnnviz.ablation.result import Ablation
from cnnviz.attribution.heatmaps import Heatmaps
from cnnviz.attribution.pairs import Pairs
from cnnviz.attribution.reconstruct import Reconstructions
from cnnviz.attribution.result import Attribution
from cnnviz.callbacks.series import SnapshotSeries
from cnnviz.data.picture_rows import PictureRows
from cnnviz.features.activations import Activations
from cnnviz.features.filters.result import Filters
from cnnviz.features.predictions import Predictions
from cnnviz.features.representation.embedding import Embedding
from cnnviz.features.representation.similarity import Similarity
from cnnviz.maximization.result import Maximized
from cnnviz.reports.class_pair import ClassPair
from cnnviz.reports.comparison import Comparison
from cnnviz.reports.dataset.result import DataReport
from cnnviz.reports.evaluation.result import Evaluation
from cnnviz.reports.report import Report

from .words import most_telling, picture_ids

if TYPE_CHECKING:
    from .page_file import Page


#: Pictures of a set that a page of reconstructions holds in all; of a larger set it holds those that it shows.
MOST_PICTURES = 2_000


def show(result: Any, form: str, **options: Any) -> Any:
    """Return ``result`` in this form; TypeError where there is no such view of it.

    What there is an animation of can also be an "mp4".
    """
    views = _VIEWS.get(type(result), {})
    if form == "mp4" and "gif" in views:
        from .mp4 import mp4

        return mp4(views["gif"](result, **options))
    if form not in views:
        raise TypeError(f"a {type(result).__name__} cannot be shown as {form}")
    return views[form](result, **options)


def alone(result: Attribution) -> Heatmaps:
    """Return one attribution as heatmaps by one method."""
    return Heatmaps(result.images, result.model, result.probabilities, network=result.network, attributions=(result,))


def _page(result: Activations, start: str | None = None) -> Page:
    from .build import build_page
    from .content import of_activations

    return build_page(of_activations(result), start=start)


def _report_page(result: Report, start: str | None = None, further: tuple[Any, ...] = ()) -> Page:
    from .build import build_page
    from .content import Content
    from .evaluation_page import evaluation_of

    mapped = result.shown if result.examples is not None else None
    data = () if result.data is None else (result.data,)
    if not any(isinstance(one, Comparison) for one in further):
        further = (*further, *evaluation_of(result.predictions))
    content = Content(result.predictions, result.examples, mapped, (result.responses, *data, *further))
    return build_page(content, start=start)


def _comparison_page(result: Comparison, start: str | None = "#/compare?of=models") -> Page:
    from .build import build_page
    from .content import Content
    from .evaluation_page import evaluation_of

    results = (result, *evaluation_of(result.first, result.second))
    if result.report is not None:
        return _report_page(result.report, start, results)
    return build_page(Content(result.first, results=results), start=start)


def _compared(name: str) -> Callable[..., bytes]:
    """One of the sheets and films of ``compared.py``, loaded when it is drawn."""

    def draw(result: Any) -> bytes:
        from . import compared

        return getattr(compared, name)(result)

    return draw


def _confusion(result: Predictions) -> bytes:
    from .confusion import confusion_sheet
    from .paper import to_png

    return to_png(confusion_sheet(result))


def _heatmaps_page(result: Heatmaps, start: str | None = None) -> Page:
    from .build import build_page
    from .content import Content

    first = f"#/image/{picture_ids(result)[0]}" if len(result) == 1 else "#/images"
    return build_page(Content(result, results=(result,)), start=start or first)


def _attribution_page(result: Attribution, start: str | None = None) -> Page:
    return _heatmaps_page(alone(result), start)


def _pairs_page(result: Pairs, start: str | None = None) -> Page:
    return _heatmaps_page(result, start or "#/compare?of=pairs")


def _reconstructions_page(result: Reconstructions, start: str | None = None) -> Page:
    from .build import build_page
    from .content import Content

    pictures = Predictions(result.images, result.model, result.probabilities, network=result.network)
    if len(result) > MOST_PICTURES:
        # Of a large set only the pictures that some channel answers to are shown.
        pictures = pictures.take(np.unique(result.pictures))
        note = f"{len(pictures):,} of {len(result):,} pictures: those that excite a channel most"
        pictures = replace(pictures, images=pictures.images.with_notes(note))
    start = start or f"#/deconv/{quote(result.layer.path, safe='')}"
    return build_page(Content(pictures, results=(result,)), start=start)


def _filters_page(result: Filters, start: str | None = None, further: tuple[Any, ...] = ()) -> Page:
    from .build import build_page
    from .content import Content

    pictures = Predictions(result.images, result.model, result.probabilities, network=result.network)
    if len(result) > MOST_PICTURES:
        # Of a large set only the pictures at the ends of some filter's answers are shown.
        ends = [end.positions for held in result.responses.layers.values() for end in (held.top, held.bottom)]
        pictures = pictures.take(np.unique(np.concatenate([positions.ravel() for positions in ends])))
        note = f"{len(pictures):,} of {len(result):,} pictures: those that excite a filter most or least"
        pictures = replace(pictures, images=pictures.images.with_notes(note))
    start = start or f"#/layer/{quote(next(iter(result)), safe='')}"
    return build_page(Content(pictures, results=(result.responses, result, *further)), start=start)


def _as_heatmaps(form: str) -> Callable[..., Any]:
    """A view of heatmaps, of one attribution too; loaded when it is drawn."""

    def draw(result: Heatmaps | Attribution) -> Any:
        from . import heat_views

        return getattr(heat_views, f"heatmaps_{form}")(alone(result) if isinstance(result, Attribution) else result)

    return draw


def _attribution_figure(result: Attribution, picture: int = 0) -> Any:
    from .heat_views import attribution_figure

    return attribution_figure(result, picture)


def _results_page(start: str) -> Callable[..., Page]:
    """The page of a result that is its own content, and where it opens."""

    def build(result: Predictions, start: str | None = start) -> Page:
        from .build import build_page
        from .content import Content

        return build_page(Content(result, results=(result,)), start=start)

    return build


def _maximized_page(result: Maximized, start: str | None = None, further: tuple[Any, ...] = ()) -> Page:
    from .build import build_page
    from .content import Content
    from .sections.maximized import path_of

    pictures = Predictions(result.images, result.model, result.probabilities, network=result.network)
    if result.rivals is not None:
        # One picture may excite several units most.
        numbers = result.rivals.images.indices
        assert numbers is not None
        once = np.unique(numbers, return_index=True)[1]
        pictures = replace(result.rivals.take(once), network=result.network)
    path = quote(path_of(result) or "", safe="")
    one = f"/{result.units[0]}" if len(result.units) == 1 else "?show=maximised"
    return build_page(Content(pictures, results=(result, *further)), start=start or f"#/layer/{path}{one}")


def _drawn(module: str, form: str) -> Callable[..., Any]:
    """A view that a module draws, loaded when it is drawn."""

    def draw(result: Any, **options: Any) -> Any:
        return getattr(importlib.import_module(f"cnnviz.gallery.{module}"), form)(result, **options)

    return draw


def _summary(result: Activations) -> str:
    from .notebook import summary_html

    return summary_html(result)


def _png(result: Activations, layer: str | None = None, scale: str = "channel") -> bytes:
    from .paper import to_png
    from .sheet import activations_sheet

    return to_png(activations_sheet(result, layer or most_telling(result), scale=scale))


def _gif(result: Activations, layer: str | None = None, scale: str = "channel") -> bytes:
    from .animation import activations_gif

    return activations_gif(result, layer or most_telling(result), scale=scale)


def _figure(result: Activations, layer: str | None = None, picture: int = 0) -> Any:
    from .figure import activations_figure

    return activations_figure(result, layer or most_telling(result), picture)


def _data_page(result: DataReport, start: str | None = None) -> Page:
    from .build import build_page
    from .content import Content

    names = [one.profile.source for one in result.sets]
    title = f"The data of {names[0].removesuffix(':train') if len(names) > 1 else names[0]}"
    return build_page(Content(None, results=(result,)), start=start or "#/data", title=title)


_HEATS = {form: _as_heatmaps(form) for form in ("summary", "png", "gif")}
_VIEWS: dict[type, dict[str, Callable[..., Any]]] = {
    Ablation: {
        "page": _results_page("#/ablation"),
        **{form: _drawn("ablation_figure", f"ablation_{form}") for form in ("summary", "png", "figure")},
    },
    Attribution: {"page": _attribution_page, "figure": _attribution_figure, **_HEATS},
    DataReport: {
        "page": _data_page,
        **{form: _drawn("data_figure", f"data_{form}") for form in ("summary", "png", "figure")},
    },
    Embedding: {
        "page": _results_page("#/embedding"),
        "summary": _drawn("embedding_sheet", "embedding_summary"),
        "png": _drawn("embedding_sheet", "embedding_png"),
    },
    Evaluation: {
        "page": _drawn("evaluation_page", "evaluation_page"),
        "gif": _drawn("predictions_film", "evaluation_gif"),
        **{form: _drawn("evaluation_figure", f"evaluation_{form}") for form in ("summary", "png", "figure")},
    },
    Similarity: {
        "page": _results_page("#/compare?of=layers"),
        "summary": _drawn("similarity_sheet", "similarity_summary"),
        "png": _drawn("similarity_sheet", "similarity_png"),
    },
    Filters: {
        "page": _filters_page,
        **{form: _drawn("filters_sheet", f"filters_{form}") for form in ("summary", "png", "figure")},
    },
    Maximized: {
        "page": _maximized_page,
        "summary": _drawn("maximized_sheet", "maximized_summary"),
        "png": _drawn("maximized_sheet", "maximized_png"),
        "gif": _drawn("maximized_sheet", "maximized_gif"),
        "figure": _drawn("maximized_sheet", "maximized_figure"),
    },
    Heatmaps: {"page": _heatmaps_page, **_HEATS},
    Pairs: {"page": _pairs_page, **_HEATS},
    Reconstructions: {
        "page": _reconstructions_page,
        "summary": _drawn("deconv_sheet", "reconstructions_summary"),
        "png": _drawn("deconv_sheet", "reconstructions_png"),
    },
    Activations: {"page": _page, "summary": _summary, "png": _png, "gif": _gif, "figure": _figure},
    ClassPair: {"png": _compared("classes_png"), "gif": _compared("classes_gif")},
    PictureRows: {
        "page": _drawn("rows_page", "rows_page"),
        "summary": _drawn("rows_page", "rows_summary"),
        "png": _drawn("rows_page", "rows_png"),
    },
    Comparison: {"page": _comparison_page, "png": _compared("models_png"), "gif": _compared("models_gif")},
    Predictions: {"confusion": _confusion, "gif": _drawn("predictions_film", "predictions_gif")},
    Report: {"page": _report_page},
    SnapshotSeries: {
        "page": _results_page("#/training"),
        "summary": _drawn("training_sheet", "training_summary"),
        "png": _drawn("training_sheet", "training_png"),
        "gif": _drawn("training_sheet", "training_gif"),
    },
}
