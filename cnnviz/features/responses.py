"""How every channel of a layer answers to a whole set of images: which excite it, how strongly, which classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert

from .lazy_network import LazyNetwork
from .predictions import Predictions
from .prepare import chosen_layers, ready
from .response_accumulator import LayerResponses, ResponseAccumulator

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe

#: Images that are kept at either end of each channel where nobody says how many.
KEPT = 9
#: Is called with a layer's path and the mean of each of its maps, float64 (images, channels), batch by batch.
Watch = Callable[[str, np.ndarray], None]


@dataclass(frozen=True, eq=False)
class Responses(Predictions):
    """The answers of all channels of one or more layers, with the images and what the model says to them.

    ``layers`` maps a layer's path to its LayerResponses. Profiles go by the images' labels if they are the model's
    classes, else by the predicted class.
    """

    layers: Mapping[str, LayerResponses] = field(kw_only=True)

    def __getitem__(self, path: str) -> LayerResponses:
        return self.layers[path]

    def __repr__(self) -> str:
        return f"Responses({len(self)} images of {self.images.source!r}: {', '.join(self.layers)})"

    def top(self, path: str, channel: int, count: int = KEPT, lowest: bool = False) -> list[tuple[int, int, float]]:
        """Return (position, cell, value) of the images that excite a channel most, or least; equals in order.

        UsageError for more than were kept.
        """
        held = self.layers[path].bottom if lowest else self.layers[path].top
        kept = held.positions.shape[1]
        if count > kept < len(self):
            raise UsageError(f"{kept} images of each channel were kept; ask responses for count={count}")
        rows = zip(held.positions[channel], held.cells[channel], held.values[channel], strict=True)
        return [(int(position), int(cell), float(value)) for position, cell, value in rows][:count]


def responses(
    model: Any,
    images: Any,
    layer: str | Sequence[str] | None = None,
    *,
    count: int = KEPT,
    batch_size: int | None = None,
    invert: Invert = "auto",
    progress: Progress = silent,
) -> Responses:
    """Run images through a model and gather how each channel of the named layers answers to them.

    ``count`` images are kept at either end of each channel; the other arguments are those of ``activations``. Maps
    are not kept and images are seen once, so memory does not grow with their number beyond the images and what the
    model says to them. ModelError where a layer gives NaN or infinity.
    """
    probe, images = ready(model, images, invert)
    return gathered(probe, images, chosen_layers(probe, layer), count, batch_size, progress)


def gathered(
    probe: Probe,
    images: Images,
    paths: Sequence[str],
    count: int = KEPT,
    batch_size: int | None = None,
    progress: Progress = silent,
    watch: Watch = lambda path, means: None,
) -> Responses:
    """Do the same for a probe and images that suit it; ``watch`` sees the mean responses as they pass."""
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
