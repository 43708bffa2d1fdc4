"""Activations of layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import floats
from cnnviz.core.deprecation import renamed_parameters
from cnnviz.core.errors import DataError
from cnnviz.core.json_document import refuse_large
from cnnviz.core.model_card import LayerInfo
from cnnviz.core.progress import Progress, silent
from cnnviz.core.render import show
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.white import WhiteLike

from .channel_table import COLUMNS, channel_rows
from .document import document_head, image_entry
from .lazy_network import LazyNetwork
from .prediction_stream import PredictionStream
from .predictions import Parts, Predictions
from .prepare_inputs import prepare, resolve_layers
from .result_file import Base, write_parts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.bfloat16 import Precision
    from cnnviz.models.find_layer import LayersLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe


@dataclass(frozen=True, eq=False)
class Activations(Predictions):
    """The outputs of one or more layers for a set of images, as computed by the network.

    ``values`` maps each layer's path to float32 (n, h, w, channels), or (n, units) for a layer without a spatial map,
    never rescaled. Other fields are those of Predictions.
    """

    kind: ClassVar[str] = "activations"

    values: Mapping[str, Annotated[np.ndarray, floats("n", "h", "w?", "channels?")]] = field(kw_only=True)

    def __getitem__(self, path: str) -> np.ndarray:
        return self.values[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __repr__(self) -> str:
        layers = ", ".join(f"{path} {values.shape[1:]}" for path, values in self.values.items())
        return f"Activations({len(self)} images of {self.images.source!r} in {self.model.name!r}: {layers})"

    @property
    def layers(self) -> tuple[LayerInfo, ...]:
        """The layers in the result, in the model's order."""
        return tuple(layer for layer in self.model.layers if layer.path in self.values)

    def take(self, positions: Sequence[int] | np.ndarray) -> Self:
        """Return the activations of the images at these positions, in this order."""
        chosen = {path: values[list(positions)] for path, values in self.values.items()}
        return replace(super().take(positions), values=chosen)

    @renamed_parameters(picture="image")
    def plot(self, layer: str | None = None, image: int = 0) -> Figure:
        """Return a Matplotlib figure of every channel of one layer for one image, each on its own scale."""
        return show(self, "figure", layer=layer, image=image)

    def document(self) -> dict[str, Any]:
        """Return every value of every image; UsageError for too many values."""
        refuse_large(sum(values.size for values in self.values.values()), "take fewer images or layers")
        values = [{path: held[i].tolist() for path, held in self.values.items()} for i in range(len(self))]
        images = [image_entry(self, i) | {"activations": held} for i, held in enumerate(values)]
        return document_head(self.kind, self) | {"pictures": images}

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each image, layer and channel."""
        yield COLUMNS
        yield from channel_rows(self)

    def _parts(self) -> Parts:
        return self.values, {}, {}

    @classmethod
    def _of_parts(cls, base: Base, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Self:
        for path, held in arrays.items():
            if held.shape[1:] != base[1].layer(path).shape:
                raise DataError(f"the array {path:.40} is not of its layer's shape")
        return cls(*base, values=dict(arrays))


def save_stream(parts: Iterator[Activations], count: int, path: Path, force: bool = True) -> Path:
    """Write results that come in batches, ``count`` images in total, to one .npz file, and return its path."""
    return write_parts(((part, part.values, {}) for part in parts), Activations.kind, count, path, force)


def activations(
    model: ModelLike,
    images: ImagesLike,
    layer: LayersLike | None = None,
    *,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    precision: Precision | None = None,
    progress: Progress = silent,
) -> Activations:
    """Return the outputs of the named layers for images.

    ``model`` is anything that open_model takes and ``images`` anything that open_images takes, or their results; images
    are resized, converted to grayscale or inverted if the model needs it, as listed in ``images.notes``. ``layer`` is
    one path or several; None is every layer that changes its input. ``precision`` "bfloat16" is faster on processors
    that have it, and the difference to float32 is in the images' notes. The whole result is held in memory; for sets
    that do not fit use stream_activations.
    """
    probe, images = prepare(model, images, invert, fit, bands, white, scored=False, precision=precision)
    return run_activations(probe, images, layer, batch_size=batch_size, progress=progress)


def run_activations(
    probe: Probe,
    images: Images,
    layer: LayersLike | None = None,
    *,
    batch_size: int | None = None,
    progress: Progress = silent,
) -> Activations:
    """Return the activations of images that are fitted to the probe."""
    paths = resolve_layers(probe, layer)
    held = {path: np.empty((len(images), *probe.card.layer(path).shape), np.float32) for path in paths}
    stream = PredictionStream(probe, images, paths, batch_size, progress)
    for part, outputs in stream:
        for path, values in outputs.items():
            held[path][part] = values
    return Activations(*stream.base, values=held, network=LazyNetwork(probe))


def stream_activations(
    model: ModelLike,
    images: ImagesLike,
    layer: LayersLike | None = None,
    *,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    precision: Precision | None = None,
) -> Iterator[Activations]:
    """Yield the results of ``activations`` batch by batch, in memory that does not grow with the set."""
    probe, images = prepare(model, images, invert, fit, bands, white, scored=False, precision=precision)
    paths = resolve_layers(probe, layer)
    for part, logits, tapped in probe.stream(images, paths, batch_size):
        yield Activations(images[part], probe.card, probe.runner.probabilities(logits), values=tapped)
