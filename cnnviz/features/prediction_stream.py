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
        self._logits = np.empty((len(images), len(probe.card.score_names)), np.float32)
        classless = not probe.card.has_classes
        self._truth = images.labels if classless or images.class_names == probe.class_names else None

    def __iter__(self) -> Iterator[tuple[slice, dict[str, np.ndarray]]]:
        for part, logits, outputs in self.probe.stream(self.images, self._layers, self._batch_size):
            self._logits[part] = logits
            yield part, outputs
            self._progress(part.stop, len(self.images))

    def reference_class(self, part: slice) -> np.ndarray | None:
        """The class that each image of a batch counts for; see Predictions."""
        if self._truth is not None:
            return self._truth[part]
        return self._logits[part].argmax(axis=1) if self.probe.card.has_classes else None

    @property
    def reference_names(self) -> tuple[str, ...]:
        """The names of these classes, () if there are none."""
        if self.probe.card.has_classes:
            return self.probe.class_names
        return () if self._truth is None else self.images.class_names

    @property
    def base(self) -> Base:
        """What Predictions hold: images, model card, probabilities."""
        return self.images, self.probe.card, self.probe.runner.probabilities(self._logits)
