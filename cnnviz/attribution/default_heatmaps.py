"""Heatmaps by the method that suits a model where none is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cnnviz.core.errors import ModelError, UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.white import WhiteLike
from cnnviz.features.predictions import Predictions, run_predictions
from cnnviz.features.prepare_inputs import prepare

from .cams.class_activation_map import last_map
from .heatmaps import Heatmaps, heatmaps

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

#: The default method, and the one for models without convolutions.
METHOD, WITHOUT_MAPS = "grad-cam", "saliency"

#: The most outputs of a regression that are explained unasked.
MOST_OUTPUTS = 6

#: The formats that show a heatmap of each image.
EXPLAINED = ("html", "png")
#: The most images of a page, a sheet or an animation.
MOST = {"html": 2_000, "png": 200, "gif": 200, "mp4": 200}


def default_heatmaps(
    model: ModelLike,
    images: ImagesLike,
    *,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Heatmaps:
    """Return the heatmaps of the predicted classes, or of the outputs of a regression.

    They are by Grad-CAM, or by saliency for a model without convolutions. ``notes`` of the result say so. Arguments are
    those of ``activations``.
    """
    probe, images = prepare(model, images, invert, fit, bands, white)
    method, notes = _choose_method(probe)
    targets = list(range(len(probe.card.output_names)))[:MOST_OUTPUTS] if probe.card.head == "regression" else None
    made = heatmaps(probe, images, method, targets, batch_size=batch_size, progress=progress)
    return replace(made, notes=notes)


def predictions_for_format(
    probe: Probe, images: Images, form: str, *, batch_size: int | None = None, progress: Progress = silent
) -> Predictions:
    """Return what a file of predictions in this format shows: default heatmaps on a page or a sheet, else predictions.

    Images are prepared for the probe. UsageError for more images than the format takes.
    """
    if len(images) > MOST.get(form, len(images)):
        raise UsageError(
            f"{len(images):,} images are too many for {form}, which takes up to {MOST[form]:,}; choose --format csv"
        )
    if form in EXPLAINED:
        return default_heatmaps(probe, images, batch_size=batch_size, progress=progress)
    return run_predictions(probe, images, batch_size=batch_size, progress=progress)


def _choose_method(probe: Probe) -> tuple[str, tuple[str, ...]]:
    try:
        last_map(probe, METHOD)
    except ModelError:
        return WITHOUT_MAPS, (f"{probe.card.name} has no convolution, so the heatmaps are by {WITHOUT_MAPS}",)
    return METHOD, ()
