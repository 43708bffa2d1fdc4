"""Responses of channels to a set of images: the images that maximally activate them, and class profiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert

from .lazy_network import LazyNetwork
from .predictions import Predictions
from .prepare import chosen_layers, prepare
from .response_accumulator import LayerResponses, ResponseAccumulator

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

#: Default number of images kept at either end of each channel.
KEPT = 9
#: Called per batch with a layer's path and the mean of each of its maps, float64 (images, channels).
Watch = Callable[[str, np.ndarray], None]


@dataclass(frozen=True, eq=False)
class Responses(Predictions):
    """The responses of all channels of one or more layers, with the images and predictions.

    ``layers`` maps a layer's path to its LayerResponses. Profiles are by the images' labels if they are the model's
    classes, else by the predicted class.
    """

    layers: Mapping[str, LayerResponses] = field(kw_only=True)

    def __getitem__(self, path: str) -> LayerResponses:
        return self.layers[path]

    def __repr__(self) -> str:
        return f"Responses({len(self)} images of {self.images.source!r}: {', '.join(self.layers)})"

    def top(self, path: str, channel: int, count: int = KEPT, lowest: bool = False) -> list[tuple[int, int, float]]:
        """Return (position, cell, value) of the images that activate a channel most, or least; ties in order.

        UsageError for more than were kept.
        """
        held = self.layers[path].bottom if lowest else self.layers[path].top
        kept = held.positions.shape[1]
        if count > kept < len(self):
            raise UsageError(f"{kept} images of each channel were kept; call responses with count={count}")
        rows = zip(held.positions[channel], held.cells[channel], held.values[channel], strict=True)
        return [(int(position), int(cell), float(value)) for position, cell, value in rows][:count]


def responses(
    model: ModelLike,
    images: ImagesLike,
    layer: str | Sequence[str] | None = None,
    *,
    count: int = KEPT,
    batch_size: int | None = None,
    invert: Invert = "auto",
    progress: Progress = silent,
) -> Responses:
    """Return the responses of each channel of the named layers to images.

    ``count`` images are kept at either end of each channel; the other arguments are those of ``activations``. Maps
    are not kept and images pass once, so memory does not grow with their number beyond the images and predictions.
    ModelError if a layer returns NaN or infinity.
    """
    probe, images = prepare(model, images, invert)
    return run_responses(probe, images, chosen_layers(probe, layer), count, batch_size, progress)


def run_responses(
    probe: Probe,
    images: Images,
    paths: Sequence[str],
    count: int = KEPT,
    batch_size: int | None = None,
    progress: Progress = silent,
    watch: Watch = lambda path, means: None,
) -> Responses:
    """Return the responses of a probe to images prepared for it; ``watch`` receives the mean responses per batch."""
    if count < 1:
        raise UsageError("choose at least one image for each channel")
    logits = np.empty((len(images), len(probe.class_names)), np.float32)
    gatherings = {
        path: ResponseAccumulator(probe.card.layer(path), logits.shape[1], min(count, len(images))) for path in paths
    }
    truth = images.labels if images.class_names == probe.class_names else None
    for part, scores, tapped in probe.stream(images, paths, batch_size):
        logits[part] = scores
        classes = scores.argmax(axis=1) if truth is None else truth[part]
        for path, values in tapped.items():
            watch(path, gatherings[path].add(values, classes))
        progress(part.stop, len(images))
    return Responses(
        images,
        probe.card,
        probe.runner.probabilities(logits),
        network=LazyNetwork(probe),
        layers={path: gathering.whole() for path, gathering in gatherings.items()},
    )
