"""Sobol attribution: how much of the score's variance under masks each cell takes part in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.resize_maps import upsample
from cnnviz.data.images import Images
from cnnviz.models.import_tensorflow import tensorflow
from cnnviz.models.perturbed_scores import PerturbedCopies, Perturbing

from ..baseline import Fill, check_fill, fill_inputs
from ..method import METHODS, Maps, Method
from ..perturbed_copies import Original, scores_of_copies

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("sobol")
@dataclass(frozen=True)
class Sobol(Method):
    """The total Sobol index of each cell of a grid of cells × cells, (n, cells, cells).

    The index is the share of the variance of the score under random masks that is lost once a cell's mask value is
    known to all others: its own effect and all interactions with other cells. Masks have values in 0…1, upsampled
    smoothly; at 0 the ``fill`` is shown. ``designs`` is the number of pairs of masks, each run cells² + 2 times. A grid
    has at most as many rows and columns as the image; all images get the same masks. Estimates below 0 cannot occur;
    those of a score that no mask changes are 0.
    """

    designs: int = 32
    cells: int = 8
    fill: Fill = "ground"
    seed: int = 0

    title = "Sobol attribution"
    paper = "Fel, Cadène, Chalvidal, Cord, Vigouroux & Serre 2021, arXiv:2111.04138, equation 6"
    measures = "share of the score's variance under masks"
    signed = False

    def __post_init__(self) -> None:
        if self.designs < 2 or self.cells < 1 or self.seed < 0:
            raise UsageError(f"{self.name} needs designs of at least 2, cells of at least 1, a seed from 0")
        check_fill(self.name, self.fill)

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """T_i = Σ_k (S(A_k) − S(A_k with cell i of B_k))² / (2 K Var S), by Jansen's estimator."""
        original = Original(probe, images, target)
        inputs = original.inputs.reshape(images.pixels.shape)
        fill = fill_inputs(probe, images, self.fill)
        size = images.shape[:2]
        rows, columns = (min(self.cells, extent) for extent in size)
        grids = _grids(self.designs, rows, columns, self.seed)
        # An image that is only fill stays the same under every mask and needs no run.
        live = np.flatnonzero((inputs != fill).any(axis=(1, 2, 3)))
        number = np.tile(np.arange(len(grids), dtype=np.int32), len(live))
        # Of a cell's weight in each row, or column, of the image's pixels.
        down, across = (
            upsample(np.eye(cells, dtype=np.float32)[None], (extent, cells))[0]
            for cells, extent in ((rows, size[0]), (columns, size[1]))
        )
        copies = PerturbedCopies(
            SmoothlyMasked(), live.repeat(len(grids)), (inputs, fill), (number,), (grids, down, across)
        )
        found = scores_of_copies(original, copies).astype(np.float64)
        scores = found.reshape(len(live), rows * columns + 2, self.designs)
        # The two independent halves alone have the distribution of masks.
        variance = scores[:, :2].reshape(len(live), 2 * self.designs).var(axis=1, ddof=1)
        effect = np.square(scores[:, 2:] - scores[:, :1]).mean(axis=2) / 2
        maps = np.zeros((len(images), rows * columns), np.float32)
        maps[live] = effect / np.where(variance > 0, variance, 1.0)[:, None]
        return original.maps(maps.reshape(-1, rows, columns))


@dataclass(frozen=True)
class SmoothlyMasked(Perturbing):
    """Copies of images, blended with the fill by one upsampled grid each."""

    def copies(self, images: Sequence[Any], owners: Any, own: Sequence[Any], shared: Sequence[Any]) -> Any:
        """Return the copies, from inputs and fill, the masks' numbers, and the grids and weights of masks."""
        tf = tensorflow()
        inputs, fill = (tf.gather(array, owners) for array in images)
        grids, down, across = shared
        masks = tf.matmul(tf.matmul(down, tf.gather(grids, own[0])), across, transpose_b=True)
        return fill + masks[..., None] * (inputs - fill)


@lru_cache(maxsize=4)
def _grids(designs: int, rows: int, columns: int, seed: int) -> np.ndarray:
    """Return A, B, and A with each cell of B in turn, float32 ((cells + 2) · designs, rows, columns), read-only."""
    from scipy.stats import qmc

    cells = rows * columns
    # The sequence comes in powers of two.
    power = max(1, int(np.ceil(np.log2(designs))))
    drawn = qmc.Sobol(2 * cells, scramble=True, seed=np.random.default_rng(seed)).random_base2(power)[:designs]
    first, second = drawn[:, :cells], drawn[:, cells:]
    mixed = np.repeat(first[None], cells, axis=0)
    at = np.arange(cells)
    mixed[at, :, at] = second.T
    made = np.concatenate([first[None], second[None], mixed]).reshape(-1, rows, columns).astype(np.float32)
    made.flags.writeable = False
    return made
