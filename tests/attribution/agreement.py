"""How far two tools' maps lie apart."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.data.images import Images
from cnnviz.models.input_scale.scale import Scale
from tests.helpers import zoo
from tests.helpers.zoo_probes import zoo_probe

#: How far maps of two tools may lie apart, of each picture's largest value.
MOST = 1e-4


@cache
def network(name: str) -> cnnviz.Probe:
    """Open fmnist-cnn, or one of the zoo; the nested one scales pixels itself and else sees next to nothing."""
    return cnnviz.wrap(zoo.make(name), scale="0-255") if name == "nested" else zoo_probe(name)


def farthest(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the largest difference of maps (n, h, w), each picture's relative to the largest size in its own maps."""
    assert ours.shape == theirs.shape
    assert np.isfinite(ours).all() and np.isfinite(theirs).all()
    largest = np.maximum(np.abs(ours).max(axis=(1, 2)), np.abs(theirs).max(axis=(1, 2)))
    return float((np.abs(ours - theirs).max(axis=(1, 2)) / np.where(largest > 0, largest, 1)).max())


def settled(probe: cnnviz.Probe, images: Images, method: str, *target: Any, **options: Any) -> np.ndarray:
    """Return the pictures whose map rounding does not decide, bool (n,).

    Where two cells of a pooling window are all but equal, or a unit is all but shut, the gradient goes one way or the
    other; where channels all but cancel, little is left of a map but rounding. Such maps move when the model's inputs
    are up to 1e-6 off, some eight units in the last place of float32; no two tools need to agree on them.
    """
    affine = probe.scale.affine
    assert affine is not None
    whole = attribute(probe, images, method, *target, **options).values
    most = np.abs(whole).reshape(len(whole), -1).max(axis=1)
    still = np.ones(len(whole), bool)
    for pattern in range(4):
        factors = 1 + np.float32(1e-6) * np.random.default_rng(pattern).uniform(-1, 1, images.shape).astype(np.float32)
        shaken = probe.with_scale(
            Scale("function", "shaken", function=lambda pixels, by=factors: affine(pixels, images.peak) * by)
        )
        moved = np.abs(attribute(shaken, images, method, *target, **options).values - whole)
        still &= moved.reshape(len(whole), -1).max(axis=1) <= MOST / 5 * most
    return still


def grad_cam_plus_plus(
    values: np.ndarray, gradients: np.ndarray, added: float = 0.0, normalised: bool = False
) -> np.ndarray:
    """Return Grad-CAM++ (n, h, w) of maps and gradients (n, h, w, k), by the paper's equations 5 and 19 or a variant.

    ``added`` goes to α's denominator, as in pytorch-grad-cam; ``normalised`` divides α by its sum over each channel's
    cells, as in tf-keras-vis.
    """
    a, g = values.astype(np.float64), gradients.astype(np.float64)
    cells = (1, 2)
    below = 2 * g**2 + a.sum(axis=cells, keepdims=True) * g**3 + added
    alpha = np.where(g != 0, g**2 / np.where(g != 0, below, 1), 0)
    if normalised:
        total = alpha.sum(axis=cells, keepdims=True)
        alpha = alpha / np.where(total != 0, total, 1)
    weights = (alpha * np.maximum(g, 0)).sum(axis=cells)
    return np.maximum((a * weights[:, None, None]).sum(axis=3), 0)


def corners_aligned(maps: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resize maps (n, h, w) linearly so that the centres of the corner cells become those of the corner pixels."""
    rows, columns = (_aligned(own, wanted) for own, wanted in zip(maps.shape[1:], size, strict=True))
    return rows @ maps @ columns.T


def _aligned(own: int, wanted: int) -> np.ndarray:
    at = np.linspace(0, own - 1, wanted)
    return np.maximum(0, 1 - np.abs(at[:, None] - np.arange(own)))
