"""RISE: scores of randomly masked copies, averaged over the masks that show each pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.deprecation import renamed_fields
from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images

from ..baseline import Fill, check_fill, fill_inputs
from ..method import METHODS, Maps, Method
from ..perturbed_copies import Original, scores_of_copies
from .masks import parts, random_masks

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
        way = inputs - fill
        whole = original.scores[:, None]
        # An image that is only fill stays the same under every mask and needs no run.
        live = np.flatnonzero(way.any(axis=(1, 2, 3)))
        size = images.shape[:2]
        total = np.zeros((len(images), size[0] * size[1]), np.float32)
        shown = np.zeros(size[0] * size[1], np.float32)
        mean = np.zeros((len(images), 1), np.float32)
        for start, stop in parts(self.masks, size):
            masks = random_masks(size, self.cells, self.keep, self.seed, start, stop)
            owners = live.repeat(len(masks))

            def changed(part: slice, masks: np.ndarray = masks, owners: np.ndarray = owners) -> np.ndarray:
                copies = way[owners[part]]
                copies *= masks[np.arange(part.start, part.stop) % len(masks), :, :, None]
                copies += fill[owners[part]]
                return copies

            # Sums of differences lose less precision than sums of scores.
            change = scores_of_copies(original, owners, changed).reshape(len(live), len(masks)) - whole[live]
            flat = masks.reshape(len(masks), -1)
            total[live] += change @ flat
            shown += flat.sum(axis=0)
            mean[live] += change.sum(axis=1, keepdims=True) / np.float32(self.masks)
        total += (-mean if self.centered else whole) * shown
        return original.maps((total / np.float32(self.masks * self.keep)).reshape(-1, *size))

    def notes(self, probe: Probe) -> tuple[str, ...]:
        """Return a note for values that are not centered."""
        return () if self.centered else ("the mean score when a pixel is shown, which is rarely near 0",)
