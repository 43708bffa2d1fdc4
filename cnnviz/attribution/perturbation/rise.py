"""RISE: scores of randomly masked copies, averaged over the masks that show each pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.deprecation import renamed_fields
from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images
from cnnviz.models.import_tensorflow import tensorflow
from cnnviz.models.perturbed_scores import PerturbedCopies, Perturbing

from ..baseline import Fill, check_fill, fill_inputs
from ..method import METHODS, Maps, Method
from ..perturbed_copies import Original, scores_of_copies
from .masks import mask_weights, parts, random_grids, upsampled_masks

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("rise")
@renamed_fields(centred="centered")
@dataclass(frozen=True)
class RISE(Method):
    """The mean increase of the score when a pixel is shown, (n, height, width), estimated from random masks.

    A mask is a grid of cells × cells, each shown with probability ``keep``, upsampled smoothly; all images get the same
    masks. Hidden parts show the ``fill``. Scores are logits; the paper uses probabilities, which saturate. The paper's
    map is the mean score itself, which mixes in how often each pixel happened to be shown, and logits have an arbitrary
    offset. ``centered`` first subtracts each image's mean over all masks, so that 0 means no difference. Without it the
    map is equation 6.
    """

    masks: int = 1000
    cells: int = 7
    keep: float = 0.5
    fill: Fill = "ground"
    centered: bool = True
    seed: int = 0

    title = "RISE"
    paper = "Petsiuk, Das & Saenko 2018, arXiv:1806.07421, equation 6"
    measures = "score gained when shown"
    signed = True

    def __post_init__(self) -> None:
        if self.masks < 1 or self.cells < 1 or not 0 < self.keep <= 1 or self.seed < 0:
            raise UsageError(f"{self.name} needs masks and cells of at least 1, keep over 0 and up to 1, a seed from 0")
        check_fill(self.name, self.fill)

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """M = 1 / (N · keep) Σ_k (s_k − s̄) m_k, s_k = S(x ⊙ m_k + fill ⊙ (1 − m_k)), s̄ = 0 unless centered."""
        original = Original(probe, images, target)
        inputs = original.inputs.reshape(images.pixels.shape)
        fill = fill_inputs(probe, images, self.fill)
        whole = original.scores[:, None]
        # An image that is only fill stays the same under every mask and needs no run.
        live = np.flatnonzero((inputs != fill).any(axis=(1, 2, 3)))
        size = images.shape[:2]
        masked, weights = Masked(size), mask_weights(size, self.cells)
        summed = masked.summed()
        total = np.zeros((len(images), size[0] * size[1]), np.float32)
        shown = np.zeros(size[0] * size[1], np.float32)
        mean = np.zeros((len(images), 1), np.float32)
        for start, stop in parts(self.masks, size):
            grids = random_grids(size, self.cells, self.keep, self.seed, start, stop)
            number = np.tile(np.arange(stop - start, dtype=np.int32), len(live))
            copies = PerturbedCopies(masked, live.repeat(stop - start), (inputs, fill), (number,), (*grids, *weights))
            # Sums of differences lose less precision than sums of scores.
            change = scores_of_copies(original, copies).reshape(len(live), stop - start) - whole[live]
            by_pixel, of_masks = summed(change, *grids, *weights)
            total[live] += by_pixel.numpy()
            shown += of_masks.numpy()
            mean[live] += change.sum(axis=1, keepdims=True) / np.float32(self.masks)
        total += (-mean if self.centered else whole) * shown
        return original.maps((total / np.float32(self.masks * self.keep)).reshape(-1, *size))

    def notes(self, probe: Probe) -> tuple[str, ...]:
        """Return a note for values that are not centered."""
        return () if self.centered else ("the mean score when a pixel is shown, which is rarely near 0",)


@dataclass(frozen=True)
class Masked(Perturbing):
    """Copies of images of this size (height, width), blended with the fill by one mask each."""

    size: tuple[int, int]

    def copies(self, images: Sequence[Any], owners: Any, own: Sequence[Any], shared: Sequence[Any]) -> Any:
        """Return the copies, from inputs and fill, the masks' numbers, and the grids, offsets and weights of masks."""
        tf = tensorflow()
        inputs, fill = (tf.gather(array, owners) for array in images)
        grids, offsets, down, across = shared
        masks = upsampled_masks(tf.gather(grids, own[0]), tf.gather(offsets, own[0]), down, across, self.size)
        return (inputs - fill) * masks[..., None] + fill

    @cache  # noqa: B019 - one function for each size, whatever the network
    def summed(self) -> Any:
        """Return a compiled function of changes (n, m) and of masks: Σ_k change_k · mask_k (n, pixels), Σ_k mask_k."""
        tf = tensorflow()

        def sums(change: Any, grids: Any, offsets: Any, down: Any, across: Any) -> Any:
            masks = tf.reshape(
                upsampled_masks(grids, offsets, down, across, self.size), (-1, self.size[0] * self.size[1])
            )
            return tf.matmul(change, masks), tf.reduce_sum(masks, axis=0)

        return tf.function(sums, autograph=False, reduce_retracing=True)
