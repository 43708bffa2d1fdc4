"""Eigen-CAM: the first principal component of a layer's maps, independent of the class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.data.images import Images

from ..method import METHODS, Maps
from .class_activation_map import CAM, fuse_layers

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("eigen-cam")
@dataclass(frozen=True)
class EigenCAM(CAM):
    """The projection of a layer's cells on the first principal axis of its channels, (n, h, w); class-independent.

    The sign of the axis is chosen so that it points to higher total activation.
    """

    title = "Eigen-CAM"
    paper = "Muhammad & Yeasin 2020, arXiv:2008.00299, equation 3"
    measures = "position on the first principal axis"

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """L = ReLU(A v₁) with A = U Σ Vᵀ, after subtracting each channel's mean from A."""
        held = probe.activations(images, self.layers(probe))
        maps = [_first_component(values) for values in held.values()]
        return Maps(fuse_layers(maps, images.shape[:2]))

    def notes(self, probe: Probe) -> tuple[str, ...]:
        """Return a note that the map is class-independent."""
        return (*super().notes(probe), "the same for every class: it does not depend on the score")


def _first_component(values: np.ndarray) -> np.ndarray:
    n, h, w, k = values.shape
    rows = values.reshape(n, h * w, k).astype(np.float64)
    centered = rows - rows.mean(axis=1, keepdims=True)
    left, sizes, _ = np.linalg.svd(centered, full_matrices=False)
    along = left[:, :, 0] * sizes[:, :1]
    agreement = (along * centered.sum(axis=2)).sum(axis=1)
    along = np.where(agreement < 0, -1, 1)[:, None] * along
    return np.maximum(along, 0).reshape(n, h, w).astype(np.float32)
