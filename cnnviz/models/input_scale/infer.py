"""The scale that images show, where the model itself leaves it open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.images import Images
from cnnviz.data.white import white_doubt

from . import moments
from .backbones import known_backbone
from .choose import candidates, scale_by_moments, scale_of_scaled, spread, variants
from .labels import fit_of_labels, scale_by_labels
from .scale import Scale

if TYPE_CHECKING:
    from ..probe import Probe


def inferred_scale(probe: Probe, images: Images, most: int) -> Scale:
    """Return the scale that the images show, or the probe's assumed one where they show none.

    It is that of pixels that are scaled already, or the one that fits the moments of the model's BatchNormalizations,
    or that has the lowest cross-entropy on up to ``most`` labeled images.
    """
    graph, channels = probe.runner.graph, probe.card.input_shape[2]
    if images.scaled is not None:
        return scale_of_scaled(probe.scale, images.scaled, channels)
    few = images.take(spread(len(images), moments.IMAGES))
    scale, recorded, backbone = probe.scale, moments.recorded_moments(graph), known_backbone(graph)
    if recorded:
        scale = scale_by_moments(
            scale, recorded, channels, len(few), lambda name: probe.as_scaled(name).inputs(few), backbone
        )
    if images.labels is None or images.class_names != probe.class_names:
        return scale
    sample = images.take(spread(len(images), most))
    assert sample.labels is not None

    def predicted(name: str, positions: np.ndarray) -> np.ndarray:
        return probe.as_scaled(name).probabilities(sample[positions])

    names = variants(candidates(channels), 1 if is_gray(sample) else channels)
    fit = fit_of_labels(names, sample.labels, len(probe.class_names), predicted)
    found = scale_by_labels(scale, fit, backbone.scale if backbone else None)
    return found if scale.settled else _doubted(found, probe.scale.unusual, sample)


def _doubted(found: Scale, unusual: bool, images: Images) -> Scale:
    """Return a scale that labels alone chose as an assumption where the right one may be none that was tried.

    A network may tell classes at a wrong scale, though less well, and the least wrong one clearly beats the others.
    """
    if not found.settled:
        return found
    if unusual:
        doubt = "the model's first steps fit no usual scale"
    elif images.assumed_white:
        doubt = white_doubt(images.assumed_white)
    else:
        return found
    return replace(found, reason=f"assumed: {found.reason}; {doubt}", settled=False)


def is_gray(images: Images) -> bool:
    """Return whether red, green and blue are equal everywhere, so that their order shows nowhere."""
    pixels = images.pixels
    return bool((pixels[..., :1] == pixels).all())
