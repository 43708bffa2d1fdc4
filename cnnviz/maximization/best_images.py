"""The images of a data set that maximally activate units, by the same objective."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import ModelError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.images import Images

from .objective import Objective

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


def unit_activations(
    probe: Probe, images: Images, objective: Objective, batch_size: int | None = None, progress: Progress = silent
) -> np.ndarray:
    """Return the activation of every unit for every image, float32 (n, units); maps are not kept."""
    held = np.empty((len(images), objective.units), np.float32)
    layers = () if objective.path is None else (objective.path,)
    for part, logits, tapped in probe.stream(images, layers, batch_size):
        held[part] = objective.of_array(tapped[objective.path] if objective.path is not None else logits)
        progress(part.stop, len(images))
    if not np.isfinite(held).all():
        raise ModelError(
            f"{objective.path or 'the model'} returned NaN or infinity; check the model's weights and the pixel scale"
        )
    return held


def best_images(
    probe: Probe, images: Images, objective: Objective, batch_size: int | None = None, progress: Progress = silent
) -> tuple[np.ndarray, np.ndarray]:
    """Return each unit's highest activation, float32 (units,), and the position of its image, (units,).

    The first image wins ties. Memory is bounded by the batch.
    """
    highest = np.full(objective.units, -np.inf, np.float32)
    places = np.zeros(objective.units, np.int64)
    step = 4096
    for start in range(0, len(images), step):
        made = unit_activations(probe, images[start : start + step], objective, batch_size)
        at = made.argmax(axis=0)
        values = made[at, np.arange(objective.units)]
        places = np.where(values > highest, start + at, places)
        highest = np.maximum(highest, values)
        progress(min(start + step, len(images)), len(images))
    return highest, places
