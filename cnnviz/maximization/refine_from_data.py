"""A second way up for units that an image of the data set excites more than what was made of noise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.images import Images

from .batched_ascent import AscentResult, climbed
from .objective import Objective
from .parametrization import Pixels
from .settings import MaximizationSettings

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: How far from black and white an image begins: a sigmoid has no gradient at its ends.
MARGIN = 0.02


def from_best(
    probe: Probe,
    objective: Objective,
    recipe: MaximizationSettings,
    units: np.ndarray,
    best: Images,
    seed: int,
    frames: int,
) -> AscentResult:
    """Drive up each unit from its best image of a data set, each pixel free, without penalties or transforms.

    A sum of waves under a ReLU has summits of its own: a filter that likes a flat or a finely ruled image is often
    led from noise to one that is lower than what single pixels, begun at a real image, come to.
    """
    freely = replace(recipe, parametrisation=Pixels(), penalties=(), transforms=())
    shades = np.clip(best.pixels.astype(np.float32) / np.float32(best.peak), MARGIN, 1 - MARGIN)
    starts = np.log(shades / (1 - shades)).astype(np.float32)
    return climbed(probe, objective, freely, units, 1, seed, frames, starts=starts)
