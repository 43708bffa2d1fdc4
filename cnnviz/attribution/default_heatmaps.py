"""Heatmaps by the method that suits a model where none is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cnnviz.core.errors import ModelError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.features.prepare_inputs import prepare

from .cams.class_activation_map import last_map
from .heatmaps import Heatmaps, heatmaps

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

#: The default method, and the one for models without convolutions.
METHOD, WITHOUT_MAPS = "grad-cam", "saliency"


def default_heatmaps(
    model: ModelLike,
    images: ImagesLike,
    *,
    batch_size: int | None = None,
    invert: Invert = "auto",
    progress: Progress = silent,
) -> Heatmaps:
    """Return the heatmaps of the predicted classes by Grad-CAM, or by saliency for a model without convolutions.

    ``notes`` of the result say so. Arguments are those of ``activations``.
    """
    probe, images = prepare(model, images, invert)
    method, notes = _choose_method(probe)
    made = heatmaps(probe, images, method, batch_size=batch_size, progress=progress)
    return replace(made, notes=notes)


def _choose_method(probe: Probe) -> tuple[str, tuple[str, ...]]:
    try:
        last_map(probe, METHOD)
    except ModelError:
        return WITHOUT_MAPS, (f"{probe.card.name} has no convolution, so the heatmaps are by {WITHOUT_MAPS}",)
    return METHOD, ()
