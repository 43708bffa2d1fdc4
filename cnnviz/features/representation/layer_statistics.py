"""Statistics of a layer's values over a set of images: sparseness, dimensionality, class means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import floats
from cnnviz.core.errors import ModelError
from cnnviz.core.model_card import LayerInfo
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.white import WhiteLike

from ..covariance import CovarianceAccumulator
from ..document import document_head, finite_or_none
from ..lazy_network import LazyNetwork
from ..prediction_stream import PredictionStream
from ..predictions import Predictions
from ..prepare_inputs import prepare, resolve_layers
from ..response_accumulator import channels_of, rows_of
from .dimensionality import effective_rank, participation_ratio, sparseness, variances

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.find_layer import LayersLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

#: The most units in a covariance; of a longer row, evenly spaced units are taken.
MOST_UNITS = 1024
#: The figures of a layer, in the order of a table's columns.
_FIGURES = ("zeros", "population", "lifetime", "rank", "participation", "units")


@dataclass(frozen=True)
class LayerStatistics:
    """Statistics of one layer over n images; a channel's response to an image is the mean of its map.

    ``zeros`` is the share of values that are exactly 0. ``population`` is the sparseness of an image's response over
    the channels, ``lifetime`` that of a channel's over the images, from 0 (all equal) to 1 (a single one); means over
    images and over channels that ever respond. ``rank`` is the effective rank of the responses, ``participation`` their
    participation ratio, both at most ``units``, the number of channels included; ``spectrum`` the share of variance
    along each principal axis. ``class_means`` are the mean value for the images of each class, NaN for one without.
    """

    zeros: float
    population: float
    lifetime: float
    rank: float
    participation: float
    units: int
    spectrum: Annotated[np.ndarray, floats("k")]
    class_means: Annotated[np.ndarray, floats("c", nan=True)]


@dataclass(frozen=True, eq=False)
class Statistics(Predictions):
    """The statistics of one or more layers, with the images and predictions."""

    kind: ClassVar[str] = "statistics"
    of_all: ClassVar[bool] = True

    layers: Mapping[str, LayerStatistics] = field(kw_only=True)

    def __getitem__(self, path: str) -> LayerStatistics:
        return self.layers[path]

    def __repr__(self) -> str:
        return f"Statistics({len(self)} images of {self.images.source!r}: {', '.join(self.layers)})"

    def document(self) -> dict[str, Any]:
        """Return the figures of every layer, the share of variance along each axis, and the mean for each class."""
        layers = [
            dict(zip(("layer", *_FIGURES), row, strict=True))
            | {name: [finite_or_none(value) for value in getattr(held, name)] for name in ("spectrum", "class_means")}
            for row, held in zip(self._rows(), self.layers.values(), strict=True)
        ]
        return document_head(self.kind, self) | {"pictures": len(self), "layers": layers}

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield a row for each layer, the names of the columns first."""
        yield "layer", *_FIGURES
        yield from self._rows()

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        for path, held in self.layers.items():
            yield path, *(finite_or_none(getattr(held, name)) for name in _FIGURES[:-1]), held.units


def layer_statistics(
    model: ModelLike,
    images: ImagesLike,
    layer: LayersLike | None = None,
    *,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Statistics:
    """Return statistics of the values of each named layer for images.

    Arguments are those of ``activations``. Memory does not grow with the set. Class means are by the images' labels if
    they are the model's classes, else by the predicted class. ModelError if a layer returns NaN or infinity.
    """
    probe, images = prepare(model, images, invert, fit, bands, white, scored=False)
    return run_layer_statistics(probe, images, layer, batch_size=batch_size, progress=progress)


def run_layer_statistics(
    probe: Probe,
    images: Images,
    layer: LayersLike | None = None,
    *,
    batch_size: int | None = None,
    progress: Progress = silent,
) -> Statistics:
    """Return the statistics of layers for images that are fitted to the probe."""
    paths = resolve_layers(probe, layer)
    stream = PredictionStream(probe, images, paths, batch_size, progress)
    sums = {path: _LayerSums(probe.card.layer(path), len(stream.reference_names)) for path in paths}
    for part, outputs in stream:
        classes = stream.reference_class(part)
        for path, values in outputs.items():
            sums[path].add(values, classes)
    layers = {path: own.statistics(path) for path, own in sums.items()}
    return Statistics(*stream.base, network=LazyNetwork(probe), layers=layers)


class _LayerSums:
    """Accumulates one layer's sums over batches, in float64."""

    def __init__(self, info: LayerInfo, classes: int) -> None:
        channels = channels_of(info)
        self.channels = channels
        self.chosen = np.unique(np.linspace(0, channels - 1, min(channels, MOST_UNITS)).round().astype(int))
        self.images = 0
        self.values = 0
        self.zeros = 0
        self.population: list[np.ndarray] = []
        self.sizes, self.squares = np.zeros(channels), np.zeros(channels)
        self.scatter = CovarianceAccumulator(len(self.chosen))
        self.class_sums, self.class_counts = np.zeros(classes), np.zeros(classes)

    def add(self, values: np.ndarray, classes: np.ndarray | None) -> None:
        rows = rows_of(values)
        means = rows.mean(axis=1, dtype=np.float64)
        self.images += len(means)
        self.values += rows.size
        self.zeros += rows.size - int(np.count_nonzero(rows))
        self.population.append(sparseness(np.abs(means).sum(axis=1), np.square(means).sum(axis=1), self.channels))
        self.sizes += np.abs(means).sum(axis=0)
        self.squares += np.square(means).sum(axis=0)
        self.scatter.add(means[:, self.chosen])
        if classes is not None:
            np.add.at(self.class_sums, classes, means.mean(axis=1))
            np.add.at(self.class_counts, classes, 1)

    def statistics(self, path: str) -> LayerStatistics:
        if not np.isfinite(self.squares).all():
            raise ModelError(f"layer {path} gave NaN or infinity; check the model's weights and the pixels' scale")
        along = variances(self.scatter.scatter_matrix() / self.images, self.images)
        with np.errstate(invalid="ignore", divide="ignore"):
            means = self.class_sums / self.class_counts
        return LayerStatistics(
            zeros=self.zeros / self.values,
            population=_mean(np.concatenate(self.population)),
            lifetime=_mean(sparseness(self.sizes, self.squares, self.images)),
            rank=effective_rank(along),
            participation=participation_ratio(along),
            units=len(self.chosen),
            spectrum=(along / along.sum() if along.sum() else along).astype(np.float32),
            class_means=means.astype(np.float32),
        )


def _mean(values: np.ndarray) -> float:
    """Return the mean without NaN; NaN if all values are."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
