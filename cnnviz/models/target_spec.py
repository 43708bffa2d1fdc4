"""Conversion of a target to the spec of a score and the array that goes with it."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.model_card import LayerInfo
from cnnviz.core.targets import PREDICTED, AnyTarget, Channel, PerImageCell, Target
from cnnviz.data.images import Images

from .gradients import INPUT, GradientRule, GradientSpec

if TYPE_CHECKING:
    from .probe import Probe


def gradient_spec(
    probe: Probe,
    inputs: np.ndarray,
    target: AnyTarget,
    at: tuple[str, ...] = (INPUT,),
    rule: GradientRule | None = None,
) -> tuple[GradientSpec, np.ndarray | None]:
    """Return the spec of a target's score for these inputs, and its array: see Runner.gradients.

    UsageError for a channel or cell that the layer does not have.
    """
    if isinstance(target, PerImageCell):
        return GradientSpec(at, "cell", probe.layer(target.layer).path, rule), target.places.astype(np.int32)
    if isinstance(target, Channel):
        info = probe.layer(target.layer)
        _check_within(target, info)
        if target.cell is None:
            return GradientSpec(at, "peak", info.path, rule), np.full(len(inputs), target.index, np.int32)
        cell = target.cell[0] * info.shape[1] + target.cell[1]
        places = np.tile(np.array([cell, target.index], np.int32), (len(inputs), 1))
        return GradientSpec(at, "cell", info.path, rule), places
    if target == PREDICTED:
        return GradientSpec(at, "highest", None, rule), None
    if not isinstance(target, Target):
        return GradientSpec(at, target, None, rule), None
    return GradientSpec(at, "given", None, rule), target_weights(probe, inputs, target)


def target_weights(probe: Probe, images: Images | np.ndarray, target: Target) -> np.ndarray:
    """Return a target's weights of the logits, float32 (n, classes); logits are computed only if needed."""
    if target.asks_first:
        return target.weights(probe.logits(images))
    return target.weights(np.zeros((len(images), len(probe.class_names)), np.float32))


def _check_within(target: Channel, info: LayerInfo) -> None:
    """Raise UsageError for a channel or cell that a layer does not have."""
    units = info.channels if info.spatial else prod(info.shape)
    if not 0 <= target.index < units:
        raise UsageError(
            f"there is no channel {target.index} in {info.path}: it has {units}, numbered 0 to {units - 1}"
        )
    rows, columns = info.shape[:2] if info.spatial else (1, 1)
    if target.cell is not None and not (0 <= target.cell[0] < rows and 0 <= target.cell[1] < columns):
        raise UsageError(f"there is no cell {target.cell} in {info.path}: its maps have {rows}×{columns}")
