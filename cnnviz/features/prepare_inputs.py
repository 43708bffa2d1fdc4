"""Prepare the model, the images and the layers of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.core.model_card import ModelCard
from cnnviz.data.background import Invert
from cnnviz.data.images import Images
from cnnviz.data.white import WHITE_DOUBT
from cnnviz.models.find_layer import LayersLike, find_paths
from cnnviz.models.inactive_layers import UNCHANGING

from .precision import in_precision

if TYPE_CHECKING:
    from cnnviz.data.bands import BandsLike
    from cnnviz.data.fit import FitLike
    from cnnviz.data.open import ImagesLike
    from cnnviz.data.white import WhiteLike
    from cnnviz.models.bfloat16 import Precision
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe


def prepare(
    model: ModelLike,
    images: ImagesLike,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    scored: bool = True,
    precision: Precision | None = None,
) -> tuple[Probe, Images]:
    """Open the model and the images, fit the images to the model, and determine the scale.

    A public function calls this once, and other functions' ``run_…`` with the result. ``fit`` and ``invert`` become
    those on the model card; ``bands`` and ``white`` are as in open_images. Images that fit already, of a model whose
    scale is settled, are returned as they are. ``scored`` False means that no class scores are needed, so that a model
    with several may leave open which. ``precision`` is as in precision.py.
    """
    from cnnviz.data.open import open_images
    from cnnviz.models.open import open_for_layers, open_model

    probe = (open_model(model) if scored else open_for_layers(model)).with_fit(fit)
    if invert != "auto":
        probe = probe.with_invert(invert)
    if isinstance(images, Images):
        images = probe.fit(images.with_white(white), invert).with_bands(bands)
    else:
        images = open_images(images, like=probe.spec, invert=invert, bands=bands, white=white)
    return in_precision(*probe.align(images), precision)


def input_notes(model: ModelCard, images: Images, side: str = "") -> tuple[str, ...]:
    """Return what was done to fit the images to the model, and what is only assumed of its scale and its output.

    ``side`` says which of two models this is about, as in " for A".
    """
    notes = [f"images{side}: {line}" for line in images.shown_notes]
    if not model.scale_settled:
        option = (
            "--white, in Python white=," if model.scale_reason.endswith(WHITE_DOUBT) else "--scale, in Python scale=,"
        )
        notes.append(f"pixels{side}: {model.scale} {model.scale_reason}; set {option} if this is wrong")
    if not model.head_settled:
        notes.append(f"output{side}: {model.head_reason}")
    return tuple(notes)


def resolve_layers(probe: Probe, layer: LayersLike | None) -> tuple[str, ...]:
    """Return full paths without repeats, in the model's order; UnknownNameError for an unknown layer."""
    if layer is None:
        # A layer that changes nothing would repeat the layer before it.
        return tuple(info.path for info in probe.layers if info.kind not in UNCHANGING)
    wanted = set(find_paths(probe, layer))
    return tuple(info.path for info in probe.layers if info.path in wanted)
