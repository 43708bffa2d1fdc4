"""Filters with everything that their page shows: measures, reconstructions, maximized images, ablation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.white import WhiteLike
from cnnviz.features.filters.measure_filters import measure_filters
from cnnviz.features.filters.result import Filters
from cnnviz.features.prepare_inputs import prepare
from cnnviz.features.responses import KEPT

from .companions import OF_FILTERS, Include, filter_companions, wanted_companions

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.find_layer import LayersLike
    from cnnviz.models.open import ModelLike


def filters(
    model: ModelLike,
    images: ImagesLike,
    layer: LayersLike | None = None,
    *,
    count: int = KEPT,
    include: Include = "auto",
    seed: int = 0,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Filters:
    """Return the measures of every filter of the named layers, its responses, and the page's companions.

    ``model``, ``images`` and ``layer`` are given as to ``activations``; None is every layer that has a kernel. The
    ``count`` images that activate each filter most and least are kept. ``include`` names the companions of the page, of
    "statistics", "reconstruct", "maximize" and "ablate": "auto" is everything that is possible, () is none, which is
    much quicker where only the measures are wanted. ``seed`` is that of the shuffles that kernels are compared with.
    Images are read once, in memory that does not grow with their number. UsageError for a layer without a kernel,
    UnknownNameError for another companion.
    """
    wanted = wanted_companions(include, OF_FILTERS)
    probe, images = prepare(model, images, invert, fit, bands, white, scored=False)
    measured = measure_filters(probe, images, layer, count=count, seed=seed, batch_size=batch_size, progress=progress)
    companions, notes = filter_companions(probe, measured, wanted, batch_size, progress)
    return replace(measured, companions=companions, notes=notes)
