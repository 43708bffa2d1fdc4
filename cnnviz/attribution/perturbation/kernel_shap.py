"""KernelSHAP: Shapley values of superpixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images
from cnnviz.models.import_tensorflow import tensorflow
from cnnviz.models.perturbed_scores import PerturbedCopies, Perturbing

from ..baseline import Fill, check_fill, fill_inputs
from ..method import METHODS, Maps, Method
from ..perturbed_copies import Original, scores_of_copies
from .shapley import game
from .superpixels import default_segments, superpixels

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("kernel-shap")
@dataclass(frozen=True)
class KernelSHAP(Method):
    """Shapley values of superpixels, each spread evenly over its pixels, (n, height, width).

    An image's values sum exactly to S(image) − S(fully hidden image). ``segments`` is the approximate number of
    superpixels, None one per 4×4 pixels and at most 50; those that already show the ``fill`` do not take part and have
    the value 0. ``samples`` is the number of coalitions per image: if all fit, the values are exact Shapley values.
    """

    samples: int = 1000
    segments: int | None = None
    fill: Fill = "ground"
    seed: int = 0

    title = "KernelSHAP"
    paper = "Lundberg & Lee 2017, arXiv:1705.07874, theorem 2"
    measures = "share of the score's change from the hidden image"
    signed = True

    def __post_init__(self) -> None:
        if self.samples < 2 or (self.segments is not None and self.segments < 1) or self.seed < 0:
            raise UsageError(f"{self.name} needs samples of at least 2, segments of at least 1, a seed from 0")
        check_fill(self.name, self.fill)

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """φ = argmin Σ_z π(z) (S(z) − S(∅) − Σ_{i∈z} φ_i)², Σ φ = S(x) − S(∅)."""
        original = Original(probe, images, target)
        inputs = original.inputs.reshape(images.pixels.shape)
        fill = fill_inputs(probe, images, self.fill)
        segments = self.segments or default_segments(*images.shape[:2])
        cut = [
            _players(superpixels(pixels, segments), (own != hidden).any(axis=2))
            for pixels, own, hidden in zip(images.pixels, inputs, fill, strict=True)
        ]
        games = [game(int(players.max()), self.samples, self.seed) for players in cut]
        firsts = np.cumsum([0, *(len(one.coalitions) for one in games)])
        owners = np.arange(len(images)).repeat(np.diff(firsts))

        # Of superpixel 0, which never takes part, all is shown; images with fewer players have unused columns.
        most = max(int(players.max()) for players in cut)
        # Rounded up, since a function is compiled for each number of columns.
        shown = np.ones((len(owners), 2 ** most.bit_length()), bool)
        for played, (start, stop) in zip(games, pairwise(firsts), strict=True):
            shown[start:stop, 1 : 1 + played.coalitions.shape[1]] = played.coalitions
        copies = PerturbedCopies(Coalitions(), owners, (inputs, fill, np.stack(cut).astype(np.int32)), (shown,))
        scores = scores_of_copies(original, copies).astype(np.float64)
        empty = original.scores_of(fill)
        maps = np.zeros(inputs.shape[:3], np.float32)
        for one, players in enumerate(cut):
            if players.max():
                own = scores[firsts[one] : firsts[one + 1]]
                values = games[one].values(own, float(empty[one]), float(original.scores[one]))
                sizes = np.bincount(players.ravel(), minlength=len(values) + 1).clip(1)
                maps[one] = (np.insert(values, 0, 0.0) / sizes)[players]
        return original.maps(maps)


@dataclass(frozen=True)
class Coalitions(Perturbing):
    """Copies of images in which the superpixels of one coalition each are shown, and the others hidden."""

    def copies(self, images: Sequence[Any], owners: Any, own: Sequence[Any], shared: Sequence[Any]) -> Any:
        """Return the copies, from inputs, fill and each pixel's superpixel, and whether each superpixel is shown."""
        tf = tensorflow()
        inputs, fill, players = (tf.gather(array, owners) for array in images)
        return tf.where(tf.gather(own[0], players, batch_dims=1)[..., None], inputs, fill)


def _players(labels: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return numbers from 1 for the superpixels that hiding would change, and 0 for others, (h, w)."""
    taking_part = np.bincount(labels.ravel(), seen.ravel()) > 0
    return np.where(taking_part, taking_part.cumsum(), 0)[labels]
