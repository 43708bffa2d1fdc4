"""Predictions collected while the outputs of layers stream by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.progress import Progress, silent

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe

    from .result_file import Base


class PredictionStream:
    """Batches of images that are fitted to a probe: (part, the outputs of the layers in these images).

    ``base`` is complete, and progress reported, once all batches have been read.
    """

    def __init__(
        self,
        probe: Probe,
        images: Images,
        layers: Sequence[str] = (),
        batch_size: int | None = None,
        progress: Progress = silent,
    ) -> None:
        self.probe, self.images = probe, images
        self._layers, self._batch_size, self._progress = layers, batch_size, progress
        self._logits = np.empty((len(images), len(probe.class_names)), np.float32)
        self._truth = images.labels if images.class_names == probe.class_names else None

    def __iter__(self) -> Iterator[tuple[slice, dict[str, np.ndarray]]]:
        for part, logits, outputs in self.probe.stream(self.images, self._layers, self._batch_size):
            self._logits[part] = logits
            yield part, outputs
            self._progress(part.stop, len(self.images))

    def reference_class(self, part: slice) -> np.ndarray:
        """The class that each image of a batch counts for: its true class if known, else the predicted class."""
        return self._logits[part].argmax(axis=1) if self._truth is None else self._truth[part]

    @property
    def base(self) -> Base:
        """What Predictions hold: images, model card, probabilities."""
        return self.images, self.probe.card, self.probe.runner.probabilities(self._logits)
