"""Conversion of a target to the spec of a score and the array that goes with it."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.class_scores import target_for
from cnnviz.core.errors import UsageError
from cnnviz.core.model_card import LayerInfo
from cnnviz.core.targets import PREDICTED, AnyTarget, Channel, PerImageCell, Region, Target
from cnnviz.data.images import Images

from .gradients import GradientRule, GradientSpec
from .unrolled_graph import INPUT

if TYPE_CHECKING:
    from .probe import Probe


def gradient_spec(
    probe: Probe,
    inputs: np.ndarray,
    target: AnyTarget,
    at: tuple[str, ...] = (INPUT,),
    rule: GradientRule | None = None,
    numbers: np.ndarray | None = None,
) -> tuple[GradientSpec, np.ndarray | None]:
    """Return the spec of a target's score for these inputs, and its array: see Runner.gradients.

    UsageError for a channel or cell that the layer does not have, and for a class of a model without class scores.
    """
    target = target_for(probe.card, target)
    if isinstance(target, Region):
        return _region_spec(probe, len(inputs), target, at, rule)
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
    return GradientSpec(at, "given", None, rule), target_weights(probe, inputs, target, numbers)


def target_weights(
    probe: Probe, images: Images | np.ndarray, target: Target, numbers: np.ndarray | None = None
) -> np.ndarray:
    """Return a target's weights of the logits, float32 (n, classes); logits are computed only if needed.

    ``numbers`` are as in ``Probe.logits``.
    """
    fitting = target_for(probe.card, target)
    assert isinstance(fitting, Target)
    if fitting.asks_first:
        return fitting.weights(probe.logits(images, numbers=numbers))
    return fitting.weights(np.zeros((len(images), len(probe.card.score_names)), np.float32))


def _region_spec(
    probe: Probe, count: int, target: Region, at: tuple[str, ...], rule: GradientRule | None
) -> tuple[GradientSpec, np.ndarray]:
    info = probe.layer(target.layer)
    _check_within(Channel(target.layer, target.index), info)
    rows, columns = info.shape[:2] if info.spatial else (1, 1)
    mask = np.ones((rows, columns), np.float32) if target.mask is None else np.asarray(target.mask, np.float32)
    if mask.shape not in ((rows, columns), (count, rows, columns)):
        raise UsageError(
            f"the mask is {'×'.join(map(str, mask.shape))}, but the maps of {info.path} have {rows}×{columns} cells; "
            f"give one mask of that size, or one for each of the {count} images"
        )
    weights = np.broadcast_to(mask, (count, rows, columns)).reshape(count, -1)
    total = weights.sum(axis=1, keepdims=True)
    if not np.isfinite(weights).all() or not weights.any(axis=1).all() or (target.mean and not total.all()):
        raise UsageError("the mask has no cells; give at least one, with finite weights")
    weights = np.ascontiguousarray(weights / total if target.mean else weights)
    return GradientSpec(at, "region", info.path, rule, target.index), weights


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
