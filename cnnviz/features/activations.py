"""What every channel of a layer answers to a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from cnnviz.core.cards import LayerInfo, ModelCard
from cnnviz.data.images import Images


@dataclass(frozen=True, eq=False)
class Activations:
    """The outputs of one or more layers for a set of pictures, as the network computed them.

    ``values`` maps each layer's path to float32 (n, h, w, channels), or (n, units) for a layer without a spatial
    map, never rescaled. ``images`` are the pictures as they were given to the model, before its scaling of pixels.
    ``probabilities`` is (n, classes), softmax or sigmoid of the model's own output.
    """

    values: Mapping[str, np.ndarray]
    images: Images
    model: ModelCard
    probabilities: np.ndarray

    def __getitem__(self, path: str) -> np.ndarray:
        return self.values[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.images)

    @property
    def layers(self) -> tuple[LayerInfo, ...]:
        """The layers whose values are held, in the model's order."""
        return tuple(layer for layer in self.model.layers if layer.path in self.values)

    @property
    def predicted(self) -> np.ndarray:
        """The class with the highest probability, (n,) int64."""
        return self.probabilities.argmax(axis=1)
