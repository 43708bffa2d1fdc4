"""Responses of channels to a set of images: the images that maximally activate them, and class profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.errors import UsageError
from cnnviz.core.json_document import refuse_large
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.white import WhiteLike

from .document import document_head, finite_or_none
from .lazy_network import LazyNetwork
from .prediction_stream import PredictionStream
from .predictions import Predictions
from .prepare_inputs import prepare, resolve_layers
from .response_accumulator import LayerResponses, ResponseAccumulator

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.bfloat16 import Precision
    from cnnviz.models.find_layer import LayersLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

#: Default number of images kept at either end of each channel.
KEPT = 9
COLUMNS = ("layer", "channel", "lowest", "highest", "active_share", "flat_share", "silent", "highest_picture")
#: Is called with a layer's path and the mean of each of its maps, float64 (images, channels), batch by batch.
Watch = Callable[[str, np.ndarray], None]


@dataclass(frozen=True, eq=False)
class Responses(Predictions):
    """The responses of all channels of one or more layers, with the images and predictions.

    ``layers`` maps a layer's path to its LayerResponses. Profiles are by the images' labels if they are the model's
    classes, else by the predicted class; of a model without class scores by the images' own labels, if any.
    """

    kind: ClassVar[str] = "responses"
    of_all: ClassVar[bool] = True

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

    def ends(self, path: str, channel: int) -> dict[str, list[dict[str, Any]]]:
        """Return the images at either end of a channel's responses as JSON-ready values."""
        indices = self.images.indices
        assert indices is not None
        kept = self.layers[path].top.positions.shape[1]
        return {
            name: [
                {"index": int(indices[position]), "cell": cell, "value": value}
                for position, cell, value in self.top(path, channel, kept, lowest)
            ]
            for name, lowest in (("highest_pictures", False), ("lowest_pictures", True))
        }

    def document(self) -> dict[str, Any]:
        """Return the responses of every channel, the mean for each class, and the images at both ends."""
        refuse_large(sum(held.profile.size + 6 * held.top.values.size for held in self.layers.values()), "name layers")
        layers = []
        for path, held in self.layers.items():
            rows = (dict(zip(COLUMNS[1:-1], row[1:-1], strict=True)) for row in self._rows(path))
            channels = [
                row
                | {"silent": bool(row["silent"]), "class_means": [finite_or_none(mean) for mean in held.profile[:, i]]}
                | self.ends(path, i)
                for i, row in enumerate(rows)
            ]
            layers.append({"layer": path, "channels": channels})
        return document_head(self.kind, self) | {"pictures": len(self), "layers": layers}

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each channel of each layer."""
        yield COLUMNS
        for path in self.layers:
            yield from self._rows(path)

    def _rows(self, path: str) -> Iterator[tuple[Cell, ...]]:
        held, indices = self.layers[path], self.images.indices
        assert indices is not None
        for i, best in enumerate(held.top.positions[:, 0]):
            numbers = (finite_or_none(values[i]) for values in (held.low, held.high, held.active, held.flat))
            yield path, i, *numbers, int(held.dead[i]), int(indices[best])


def responses(
    model: ModelLike,
    images: ImagesLike,
    layer: LayersLike | None = None,
    *,
    count: int = KEPT,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    precision: Precision | None = None,
    progress: Progress = silent,
) -> Responses:
    """Return the responses of each channel of the named layers to images.

    ``count`` images are kept at either end of each channel; the other arguments are those of ``activations``. Maps
    are not kept and images pass once, so memory does not grow with their number beyond the images and predictions.
    ModelError if a layer returns NaN or infinity.
    """
    probe, images = prepare(model, images, invert, fit, bands, white, scored=False, precision=precision)
    return run_responses(probe, images, resolve_layers(probe, layer), count, batch_size, progress)


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
    stream = PredictionStream(probe, images, paths, batch_size, progress)
    classes, kept = len(stream.reference_names), min(count, len(images))
    accumulators = {path: ResponseAccumulator(probe.card.layer(path), classes, kept) for path in paths}
    for part, outputs in stream:
        counted_for = stream.reference_class(part)
        for path, values in outputs.items():
            watch(path, accumulators[path].add(values, counted_for))
    layers = {path: accumulator.responses() for path, accumulator in accumulators.items()}
    return Responses(*stream.base, network=LazyNetwork(probe), layers=layers)
