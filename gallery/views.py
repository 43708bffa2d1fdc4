"""The views of results: the gallery's implementation of ``cnnviz.core.render``."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cnnviz.ablation.result import Ablation
from cnnviz.arena.result import Arena
from cnnviz.attribution.confused_pairs import ConfusedPairs
from cnnviz.attribution.heatmaps import Heatmaps
from cnnviz.attribution.reconstruct import Reconstructions
from cnnviz.attribution.result import Attribution
from cnnviz.callbacks.snapshot_series import SnapshotSeries
from cnnviz.data.image_rows import ImageRows
from cnnviz.features.activations import Activations
from cnnviz.features.filters.result import Filters
from cnnviz.features.predictions import Predictions
from cnnviz.features.representation.embedding import Embedding
from cnnviz.features.representation.layer_statistics import Statistics
from cnnviz.features.representation.similarity import Similarity
from cnnviz.features.responses import Responses
from cnnviz.maximization.result import Maximized
from cnnviz.reports.class_pair import ClassPair
from cnnviz.reports.comparison import Comparison
from cnnviz.reports.dataset.result import DataReport
from cnnviz.reports.evaluation.labels import LabelEvaluation
from cnnviz.reports.evaluation.regression import RegressionEvaluation
from cnnviz.reports.evaluation.result import Evaluation
from cnnviz.reports.report import Report
from cnnviz.reports.row_comparison import RowComparison
from cnnviz.reports.trust.result import Trust

from .words import most_telling

if TYPE_CHECKING:
    from .page_file import Page


def show(result: Any, form: str, **options: Any) -> Any:
    """Return ``result`` in this form; TypeError if there is no such view.

    Results with a "gif" also have an "mp4".
    """
    views = _VIEWS.get(type(result), {})
    if form == "mp4" and "gif" in views:
        from .films.mp4 import mp4

        return mp4(views["gif"](result, **options))
    if form not in views:
        raise TypeError(f"a {type(result).__name__} cannot be shown as {form}")
    return views[form](result, **options)


def _confusion(result: Predictions) -> bytes:
    from .sheets.confusion_sheet import confusion_sheet
    from .sheets.paper import to_png

    return to_png(confusion_sheet(result))


def _as_heatmaps(form: str) -> Callable[..., Any]:
    """Return a view of heatmaps or one attribution, imported on use."""

    def draw(result: Heatmaps | Attribution, **options: Any) -> Any:
        from . import heatmap_views

        one = heatmap_views.alone(result) if isinstance(result, Attribution) else result
        return getattr(heatmap_views, f"heatmaps_{form}")(one, **options)

    return draw


def _results_page(start: str) -> Callable[..., Page]:
    """Return the page builder of a result that is its own content, with its start route."""

    def build(result: Predictions, start: str | None = start) -> Page:
        from .build import build_page
        from .content import Content

        return build_page(Content(result, results=(result,)), start=start)

    return build


def _drawn(module: str, form: str) -> Callable[..., Any]:
    """Return a view drawn by a module, imported on use."""

    def draw(result: Any, **options: Any) -> Any:
        return getattr(importlib.import_module(f"cnnviz.gallery.{module}"), form)(result, **options)

    return draw


def _of_sheet(module: str, form: str) -> Callable[..., Any]:
    """Return a view: a Matplotlib figure of a sheet that a module draws as PNG."""

    def draw(result: Any, **options: Any) -> Any:
        from .figures.conversion import sheet_figure

        return sheet_figure(_drawn(module, form)(result, **options))

    return draw


def _png(result: Activations, layer: str | None = None, scale: str = "channel") -> bytes:
    from .sheets.channels_sheet import activations_sheet
    from .sheets.paper import to_png

    return to_png(activations_sheet(result, layer or most_telling(result), scale=scale))


def _gif(result: Activations, layer: str | None = None, scale: str = "channel") -> bytes:
    from .films.channels_film import activations_gif

    return activations_gif(result, layer or most_telling(result), scale=scale)


def _figure(result: Activations, layer: str | None = None, image: int = 0) -> Any:
    from .figures.figure import activations_figure

    return activations_figure(result, layer or most_telling(result), image)


_HEATS = {form: _as_heatmaps(form) for form in ("summary", "png", "gif")}
_VIEWS: dict[type, dict[str, Callable[..., Any]]] = {
    Ablation: {
        "page": _results_page("#/ablation"),
        **{form: _drawn("figures.ablation_figure", f"ablation_{form}") for form in ("summary", "png", "figure")},
    },
    Arena: {
        "page": _drawn("arena_page", "arena_page"),
        **{form: _drawn("figures.arena_figure", f"arena_{form}") for form in ("summary", "png", "figure")},
    },
    Attribution: {
        "page": _drawn("pages", "attribution_page"),
        "figure": _drawn("heatmap_views", "attribution_figure"),
        "overlay": _drawn("heatmap_views", "attribution_overlay"),
        **_HEATS,
    },
    DataReport: {
        "page": _drawn("pages", "data_page"),
        **{form: _drawn("figures.data_figure", f"data_{form}") for form in ("summary", "png", "figure")},
    },
    Embedding: {
        "page": _results_page("#/embedding"),
        "figure": _drawn("figures.points_figure", "embedding_figure"),
        "summary": _drawn("sheets.embedding_sheet", "embedding_summary"),
        "png": _drawn("sheets.embedding_sheet", "embedding_png"),
    },
    Evaluation: {
        "page": _drawn("evaluation_page", "evaluation_page"),
        "gif": _drawn("films.predictions_film", "evaluation_gif"),
        **{form: _drawn("figures.evaluation_figure", f"evaluation_{form}") for form in ("summary", "png", "figure")},
    },
    LabelEvaluation: {
        "page": _drawn("evaluation_page", "labels_page"),
        **{form: _drawn("figures.labels_figure", f"labels_{form}") for form in ("summary", "png", "figure")},
    },
    RegressionEvaluation: {
        "page": _drawn("evaluation_page", "regression_page"),
        **{form: _drawn("figures.regression_figure", f"regression_{form}") for form in ("summary", "png", "figure")},
    },
    Similarity: {
        "page": _results_page("#/compare?of=layers"),
        "figure": _drawn("figures.points_figure", "similarity_figure"),
        "summary": _drawn("sheets.similarity_sheet", "similarity_summary"),
        "png": _drawn("sheets.similarity_sheet", "similarity_png"),
    },
    Filters: {
        "page": _drawn("pages", "filters_page"),
        **{form: _drawn("sheets.filters_sheet", f"filters_{form}") for form in ("summary", "png", "figure")},
    },
    Maximized: {
        "page": _drawn("pages", "maximized_page"),
        "summary": _drawn("sheets.maximized_sheet", "maximized_summary"),
        "png": _drawn("sheets.maximized_sheet", "maximized_png"),
        "gif": _drawn("sheets.maximized_sheet", "maximized_gif"),
        "figure": _drawn("sheets.maximized_sheet", "maximized_figure"),
    },
    Heatmaps: {
        "page": _drawn("pages", "heatmaps_page"),
        "figure": _of_sheet("heatmap_views", "heatmaps_png"),
        **_HEATS,
    },
    ConfusedPairs: {
        "page": _drawn("pages", "pairs_page"),
        "figure": _of_sheet("heatmap_views", "heatmaps_png"),
        **_HEATS,
    },
    Reconstructions: {
        "page": _drawn("pages", "reconstructions_page"),
        "summary": _drawn("sheets.deconv_sheet", "reconstructions_summary"),
        "png": _drawn("sheets.deconv_sheet", "reconstructions_png"),
        "figure": _of_sheet("sheets.deconv_sheet", "reconstructions_png"),
    },
    Activations: {
        "page": _drawn("pages", "activations_page"),
        "summary": _drawn("notebook", "summary_html"),
        "png": _png,
        "gif": _gif,
        "figure": _figure,
    },
    ClassPair: {
        "page": _drawn("pages", "class_pair_page"),
        "summary": _drawn("sheets.predictions_sheet", "class_pair_summary"),
        "figure": _of_sheet("sheets.comparison_sheet", "classes_png"),
        "png": _drawn("sheets.comparison_sheet", "classes_png"),
        "gif": _drawn("sheets.comparison_sheet", "classes_gif"),
    },
    ImageRows: {
        "page": _drawn("rows_page", "rows_page"),
        "summary": _drawn("rows_page", "rows_summary"),
        "png": _drawn("rows_page", "rows_png"),
    },
    Comparison: {
        "page": _drawn("pages", "comparison_page"),
        "summary": _drawn("sheets.predictions_sheet", "comparison_summary"),
        "figure": _of_sheet("sheets.comparison_sheet", "models_png"),
        "png": _drawn("sheets.comparison_sheet", "models_png"),
        "gif": _drawn("sheets.comparison_sheet", "models_gif"),
    },
    RowComparison: {
        "page": _drawn("evaluation_page", "row_comparison_page"),
        **{
            form: _drawn("figures.row_comparison_figure", f"row_comparison_{form}")
            for form in ("summary", "png", "figure")
        },
    },
    Predictions: {
        "page": _drawn("pages", "predictions_page"),
        "confusion": _confusion,
        "gif": _drawn("films.predictions_film", "predictions_gif"),
        **{form: _drawn("sheets.predictions_sheet", f"predictions_{form}") for form in ("summary", "png")},
        "figure": _of_sheet("sheets.predictions_sheet", "predictions_png"),
    },
    Report: {
        "page": _drawn("pages", "report_page"),
        **{form: _drawn("sheets.predictions_sheet", f"report_{form}") for form in ("summary", "png")},
        "figure": _of_sheet("sheets.predictions_sheet", "report_png"),
    },
    Responses: {
        "page": _drawn("pages", "layers_page"),
        **{form: _drawn("figures.layers_figure", f"responses_{form}") for form in ("summary", "png", "figure")},
    },
    Statistics: {
        "page": _drawn("pages", "layers_page"),
        **{form: _drawn("figures.layers_figure", f"statistics_{form}") for form in ("summary", "png", "figure")},
    },
    SnapshotSeries: {
        "page": _results_page("#/training"),
        "figure": _drawn("figures.points_figure", "training_figure"),
        "summary": _drawn("sheets.training_sheet", "training_summary"),
        "png": _drawn("sheets.training_sheet", "training_png"),
        "gif": _drawn("sheets.training_sheet", "training_gif"),
    },
    Trust: {
        "page": _drawn("trust_page", "trust_page"),
        **{form: _drawn("figures.trust_figure", f"trust_{form}") for form in ("summary", "png", "figure")},
    },
}
