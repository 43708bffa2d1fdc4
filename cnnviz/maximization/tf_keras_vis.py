"""Activation maximization by tf-keras-vis, from the same initial images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.progress import Progress, silent

from .ascent import Ascent
from .batched_ascent import AscentResult, random_start
from .input_range import input_range
from .objective import Objective
from .penalty import SquaredSize, TotalVariation
from .settings import MaximizationSettings
from .transform import Jitter, Rotation, Scaling

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


def ascend(
    probe: Probe,
    objective: Objective,
    settings: MaximizationSettings,
    wanted: np.ndarray,
    restarts: int,
    seed: int,
    progress: Progress = silent,
) -> AscentResult:
    """Return the images, the initial images, the values and no frames, one row per image.

    tf-keras-vis optimizes clipped pixels with its own optimizer and penalty weights; steps, initial images and the set
    of transforms and penalties come from the settings. UsageError for a part that it lacks.
    """
    from cnnviz.models.tf_keras_vis import TfKerasVis

    if objective.path is not None and objective.cell != "mean":
        raise UsageError(f"tf-keras-vis maximizes means only; {objective.cell!r} needs engine='cnnviz'")
    other = TfKerasVis(probe)
    span = input_range(probe)
    low, high = float(min(span.black.min(), span.white.min())), float(max(span.black.max(), span.white.max()))
    if span.turned or not ((span.black == span.black.flat[0]).all() and (span.white == span.white.flat[0]).all()):
        raise UsageError("tf-keras-vis supports one range for all channels; this model's scale needs engine='cnnviz'")
    shape = settings.parametrization.shape(probe.card.input_shape)
    ours = Ascent(probe, objective, settings, 1)
    starts = np.stack(
        [random_start(int(unit), k, seed, settings, shape)[0] for unit in wanted for k in range(restarts)]
    ).astype(np.float32)
    begun = ours.images(starts)
    every = np.repeat(wanted, restarts)
    images, ways, step = np.empty_like(begun), np.zeros((len(every), settings.steps), np.float32), 64
    for start in range(0, len(every), step):
        part = slice(start, start + step)
        made, way = other.maximized(
            objective.path,
            every[part],
            (span.black + begun[part] * (span.white - span.black)).astype(np.float32),
            settings.steps,
            (low, high),
            tuple(filter(None, (_move(one) for one in settings.transforms))),
            tuple(one.name for one in settings.penalties if isinstance(one, TotalVariation | SquaredSize)),
            seed,
        )
        images[part] = np.clip((made - span.black) / (span.white - span.black), 0, 1)
        ways[part] = way
        progress(min(start + step, len(every)), len(every))
    return AscentResult(images, begun, ways, np.zeros((len(every), 0, *begun.shape[1:]), np.float32))


def _move(one: object) -> tuple[str, float] | None:
    if isinstance(one, Jitter):
        return "jitter", one.pixels
    if isinstance(one, Rotation):
        return "rotate", one.degrees
    return ("scale", one.share) if isinstance(one, Scaling) else None
