"""Occlusion sensitivity: the drop of the score when a patch of the image is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.targets import LayerTarget
from cnnviz.data.images import Images
from cnnviz.models.import_tensorflow import tensorflow
from cnnviz.models.patch_windows import patch_windows
from cnnviz.models.perturbed_scores import PerturbedCopies, Perturbing

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
        drops = np.zeros((len(images), len(rows), len(columns)), np.float32)
        places = (row.astype(np.int32), column.astype(np.int32))
        target = original.target
        read = original.probe.layer(target.layer).path if isinstance(target, LayerTarget) else None
        how: Perturbing | None = patch_windows(original.probe.runner, rows, columns, read)
        copies = PerturbedCopies(how or Hidden(), owner, (inputs, fill), places, (rows, columns))
        drops[owner, row, column] = original.scores[owner] - scores_of_copies(original, copies)
        return drops


@dataclass(frozen=True)
class Hidden(Perturbing):
    """Copies of images in which one patch each shows the fill."""

    def copies(self, images: Sequence[Any], owners: Any, own: Sequence[Any], shared: Sequence[Any]) -> Any:
        """Return the copies, from inputs and fill, the rows' and the columns' numbers, and what these hide."""
        tf = tensorflow()
        down, across = (tf.gather(hides, number) for hides, number in zip(shared, own, strict=True))
        hidden = tf.logical_and(down[:, :, None], across[:, None, :])[..., None]
        inputs, fill = (tf.gather(array, owners) for array in images)
        return tf.where(hidden, fill, inputs)
