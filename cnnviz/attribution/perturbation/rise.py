"""RISE: the score of randomly masked copies, shared out among the pixels that each mask shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images

from ..baseline import FILLS, Fill, fill_inputs
from ..method import METHODS, Method
from ..samples import scores_of_copies
from .masks import parts, random_masks

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("rise")
@dataclass(frozen=True)
class RISE(Method):
    """The mean score of copies that show a pixel, (n, height, width), estimated from random masks.

    A mask is a grid of cells × cells, each shown with probability ``keep``, drawn smooth; all pictures get the same
    ones. What is not shown is the ``fill``. Scores are logits as everywhere here; the paper takes probabilities, which
    hardly move while the model is sure, and then the map shows little but how often each pixel happened to be shown.
    ``centred`` takes each picture's mean score off before the sum and adds it back after: what is estimated stays the
    same, without that noise. Without it the map is equation 6 as it stands.
    """

    masks: int = 1000
    cells: int = 7
    keep: float = 0.5
    fill: Fill = "ground"
    centred: bool = True
    seed: int = 0

    title = "RISE"
    paper = "Petsiuk, Das & Saenko 2018, arXiv:1806.07421, equation 6"
    measures = "mean score when shown"
    signed = True

    def __post_init__(self) -> None:
        if self.masks < 1 or self.cells < 1 or not 0 < self.keep <= 1 or self.seed < 0:
            raise UsageError(f"{self.name} needs masks and cells of at least 1, keep over 0 and up to 1, a seed from 0")
        if self.fill not in FILLS:
            raise UsageError(f"{self.name} needs a fill of {', '.join(FILLS)}")

    def __call__(self, probe: Probe, images: Images, target: Any) -> np.ndarray:
        """M = s̄ + 1 / (N · keep) Σ_k (s_k − s̄) m_k, s_k = S(x ⊙ m_k + fill ⊙ (1 − m_k)), s̄ = 0 unless centred."""
        inputs = probe.inputs(images).reshape(images.pixels.shape)
        fill = fill_inputs(probe, images, self.fill)
        way = inputs - fill
        target = probe.settle(images, target)
        size = images.shape[:2]
        total = np.zeros((len(images), size[0] * size[1]), np.float32)
        shown = np.zeros(size[0] * size[1], np.float32)
        mean = np.zeros((len(images), 1), np.float32)
        for start, stop in parts(self.masks, size):
            masks = random_masks(size, self.cells, self.keep, self.seed, start, stop)
            owners = np.arange(len(images)).repeat(len(masks))

            def changed(part: slice, masks: np.ndarray = masks) -> np.ndarray:
                owner, mask = np.divmod(np.arange(part.start, part.stop), len(masks))
                copies = way[owner]
                copies *= masks[mask, :, :, None]
                copies += fill[owner]
                return copies

            scores = scores_of_copies(probe, target, owners, changed).reshape(len(images), -1)
            flat = masks.reshape(len(masks), -1)
            total += scores @ flat
            if self.centred:
                shown += flat.sum(axis=0)
                mean += scores.sum(axis=1, keepdims=True) / np.float32(self.masks)
        return (mean + (total - mean * shown) / np.float32(self.masks * self.keep)).reshape(-1, *size)
