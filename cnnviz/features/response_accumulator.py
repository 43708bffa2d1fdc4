"""Responses of one layer accumulated over batches, in memory that does not grow with the number of images."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Annotated

import numpy as np

from cnnviz.core.declared_arrays import booleans, floats, integers
from cnnviz.core.deprecation import Renamed
from cnnviz.core.errors import ModelError
from cnnviz.core.model_card import LayerInfo
from cnnviz.core.signal import flat_channels, is_constant

from .histograms import Histogram, HistogramAccumulator
from .top_images import TopImages, TopImagesAccumulator


@dataclass(frozen=True, eq=False)
class LayerResponses:
    """Responses of the channels of one layer to ``pictures`` images.

    A channel's *peak* is the highest value of its map of one image. ``top`` and ``bottom`` are the images with the
    highest and the lowest peaks, ``histogram`` counts all peaks. ``low`` and ``high`` are float32 (channels,): the
    lowest and the highest value in any image; ``least`` is the lowest peak, ``least_ties`` and ``high_ties`` the
    numbers of images with exactly the lowest and the highest one. ``active`` is the share of cells that are not zero,
    ``flat`` the share of images whose map is the same in every cell (or, of a single cell, zero), ``dead`` whether
    all maps are flat with the same value; all (channels,). ``profile`` is float32 (classes, channels): the mean value
    for the images of each class, NaN for a class without images; (0, channels) without classes.
    """

    pictures: int
    top: TopImages
    bottom: TopImages
    histogram: Histogram
    low: Annotated[np.ndarray, floats("channels")]
    high: Annotated[np.ndarray, floats("channels")]
    least: Annotated[np.ndarray, floats("channels")]
    least_ties: Annotated[np.ndarray, integers("channels")]
    high_ties: Annotated[np.ndarray, integers("channels")]
    active: Annotated[np.ndarray, floats("channels")]
    flat: Annotated[np.ndarray, floats("channels")]
    dead: Annotated[np.ndarray, booleans("channels")]
    profile: Annotated[np.ndarray, floats("classes", "channels", nan=True)]

    silent = Renamed("dead")


def channels_of(info: LayerInfo) -> int:
    """Return the number of a layer's maps, or of its units if it has no maps."""
    return info.channels if info.spatial else prod(info.shape)


def rows_of(values: np.ndarray) -> np.ndarray:
    """Return a layer's output as (images, cells, channels); a unit is a map of one cell."""
    if values.ndim == 4:
        return values.reshape(len(values), -1, values.shape[-1])
    return values.reshape(len(values), 1, -1)


class ResponseAccumulator:
    """Collects the LayerResponses of one layer; ``count`` images are kept at either end."""

    def __init__(self, info: LayerInfo, classes: int, count: int) -> None:
        channels = channels_of(info)
        self._path = info.path
        self._top, self._bottom = (
            TopImagesAccumulator(channels, count),
            TopImagesAccumulator(channels, count, lowest=True),
        )
        self._histograms = HistogramAccumulator(channels)
        self._low = np.full(channels, np.inf, np.float32)
        self._ends = [_End(channels, np.minimum, np.inf), _End(channels, np.maximum, -np.inf)]
        self._nonzero = np.zeros(channels, np.int64)
        self._flat = np.zeros(channels, np.int64)
        self._sums = np.zeros((classes, channels))
        self._counts = np.zeros(classes, np.int64)
        self._pictures = 0
        self._size = 1

    def add(self, values: np.ndarray, classes: np.ndarray | None) -> np.ndarray:
        """Add the output for the next images and the class of each, if any; return the mean of each map, float64.

        ModelError for NaN or infinity.
        """
        rows = rows_of(values)
        self._size = rows.shape[1]
        cells = rows.argmax(axis=1).astype(np.int32)
        highest, lowest = rows.max(axis=1), rows.min(axis=1)
        if not (np.isfinite(highest).all() and np.isfinite(lowest).all()):
            raise ModelError(
                f"layer {self._path} returned NaN or infinity; check the model's weights and the pixel scale"
            )
        for ranking in (self._top, self._bottom):
            ranking.add(self._pictures, cells, highest)
        for end in self._ends:
            end.add(highest)
        self._histograms.add(highest)
        self._low = np.minimum(self._low, lowest.min(axis=0))
        self._nonzero += np.count_nonzero(rows, axis=(0, 1))
        self._flat += flat_channels(lowest, highest, self._size).sum(axis=0)
        means = rows.mean(axis=1, dtype=np.float64)
        if classes is not None:
            np.add.at(self._sums, classes, means)
            np.add.at(self._counts, classes, 1)
        self._pictures += len(rows)
        return means

    def responses(self) -> LayerResponses:
        """Return the accumulated responses."""
        with np.errstate(invalid="ignore", divide="ignore"):
            profile = self._sums / self._counts[:, None]
        least, high = self._ends
        return LayerResponses(
            pictures=self._pictures,
            top=self._top.top_images(),
            bottom=self._bottom.top_images(),
            histogram=self._histograms.histogram(),
            low=self._low,
            high=high.value,
            least=least.value,
            least_ties=least.ties,
            high_ties=high.ties,
            active=(self._nonzero / (self._pictures * self._size)).astype(np.float32),
            flat=(self._flat / self._pictures).astype(np.float32),
            dead=(self._flat == self._pictures) & is_constant(self._low, high.value),
            profile=profile.astype(np.float32),
        )


class _End:
    """The extreme value of each channel so far, and the number of images that have exactly this value."""

    def __init__(self, channels: int, pick: np.ufunc, start: float) -> None:
        self._pick = pick
        self.value = np.full(channels, start, np.float32)
        self.ties = np.zeros(channels, np.int64)

    def add(self, values: np.ndarray) -> None:
        value = self._pick(self.value, self._pick.reduce(values, axis=0))
        self.ties = np.where(value == self.value, self.ties, 0) + (values == value).sum(axis=0)
        self.value = value
