"""Restart from the data set for units that noise leaves below its best image."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.images import Images

from .batched_ascent import AscentResult, ascend
from .objective import Objective
from .parametrization import Pixels
from .settings import MaximizationSettings

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Initial pixels keep this distance from black and white, where a sigmoid has no gradient.
MARGIN = 0.02


def refine_from_best(
    probe: Probe,
    objective: Objective,
    settings: MaximizationSettings,
    units: np.ndarray,
    best: Images,
    seed: int,
    frames: int,
) -> AscentResult:
    """Maximize each unit from its best image of a data set, with free pixels, without penalties or transforms.

    A sum of waves under a ReLU has local maxima: for filters that respond to flat or finely striped images, ascent from
    noise often ends lower than free pixels that start at a real image.
    """
    freely = replace(settings, parametrization=Pixels(), penalties=(), transforms=())
    shades = np.clip(best.pixels.astype(np.float32) / np.float32(best.peak), MARGIN, 1 - MARGIN)
    starts = np.log(shades / (1 - shades)).astype(np.float32)
    return ascend(probe, objective, freely, units, 1, seed, frames, starts=starts)
