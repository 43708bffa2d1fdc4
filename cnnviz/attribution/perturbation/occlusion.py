"""Occlusion sensitivity: the drop of the score when a patch of the image is hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images

from ..baseline import Fill, check_fill, fill_inputs
from ..method import METHODS, Maps, Method
from ..perturbed_copies import Original, scores_of_copies
from .patches import coverage, default_patch, default_stride

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("occlusion")
@dataclass(frozen=True)
class Occlusion(Method):
    """The mean drop of the score over the patches that hide a pixel, for each pixel, (n, height, width).

    Cells of ``stride`` pixels tile the image, and each has a square patch of ``patch`` pixels centered on it,
    clipped at the edges; None is about a quarter of the image, and half of that for the stride. ``fill`` replaces
    the patch: the ground of the model's images, black, white, each image's mean color, or inputs of zero. The same
    as the gallery's live occlusion, smoothed; ``drops`` returns the values of the cells.
    """

    patch: int | None = None
    stride: int | None = None
    fill: Fill = "ground"

    title = "Occlusion"
    paper = "Zeiler & Fergus 2014, arXiv:1311.2901, section 4.2"
    measures = "score lost when hidden"
    signed = True

    def __post_init__(self) -> None:
        check_fill(self.name, self.fill)
        if self.patch is not None and self.patch < 1:
            raise UsageError(f"{self.name} needs a patch of at least 1 pixel")
        if self.stride is not None and (self.stride < 1 or (self.patch is not None and self.stride > self.patch)):
            raise UsageError(f"{self.name} needs a stride from 1 to the size of the patch, or pixels are left out")

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """M_p = mean of S(x) − S(x, patch hidden) over the patches that cover pixel p."""
        rows, columns = self.grid(*images.shape[:2])
        down, across = rows.astype(np.float32), columns.astype(np.float32)
        original = Original(probe, images, target)
        total = down.T @ self._drops(original) @ across
        return original.maps(total / np.outer(down.sum(axis=0), across.sum(axis=0)))

    def grid(self, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows that each row of patches hides, bool (rows, height), and the same for columns.

        UsageError for a patch that is larger than the image, or smaller than the stride.
        """
        patch = default_patch(height, width) if self.patch is None else self.patch
        stride = default_stride(patch) if self.stride is None else self.stride
        if patch > max(height, width) or stride > patch:
            raise UsageError(
                f"{self.name} cannot move patches of {patch} pixels by {stride} over images of {height}×{width}; "
                f"give a patch of up to {max(height, width)} and a stride of up to the patch"
            )
        return coverage(height, patch, stride), coverage(width, patch, stride)

    def drops(self, probe: Probe, images: Images, target: Any) -> np.ndarray:
        """Return S(x) − S(x, patch hidden) for each patch, float32 (n, rows, columns)."""
        return self._drops(Original(probe, images, target))

    def _drops(self, original: Original) -> np.ndarray:
        images = original.images
        rows, columns = self.grid(*images.shape[:2])
        inputs = original.inputs.reshape(images.pixels.shape)
        fill = fill_inputs(original.probe, images, self.fill)
        # A patch that already shows the fill changes nothing: its drop is 0.
        seen = (inputs != fill).any(axis=3).astype(np.float32)
        owner, row, column = np.nonzero(rows.astype(np.float32) @ seen @ columns.T.astype(np.float32))

        def changed(part: slice) -> np.ndarray:
            which = owner[part]
            hidden = rows[row[part], :, None] & columns[column[part], None, :]
            return np.where(hidden[..., None], fill[which], inputs[which])

        drops = np.zeros((len(images), len(rows), len(columns)), np.float32)
        scores = scores_of_copies(original, owner, changed)
        drops[owner, row, column] = original.scores[owner] - scores
        return drops
