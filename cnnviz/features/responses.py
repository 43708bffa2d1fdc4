"""How every channel of a layer answers to a whole set of pictures: which excite it, how strongly, which classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from cnnviz.core.cards import LayerInfo
from cnnviz.core.errors import ModelError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert

from .network import LazyNetwork
from .predictions import Predictions
from .ready import chosen_layers, ready

#: Peaks that may be held at once, over all channels and pictures: 8 bytes each.
MOST_PEAKS = 20_000_000


@dataclass(frozen=True, eq=False)
class LayerResponses:
    """How the channels of one layer answer to n pictures.

    ``peaks`` is float32 (n, channels): the highest value of a channel's map for each picture, and ``cells`` int32
    (n, channels) the cell where it stands, counted row by row; the first where several are as high. ``low`` and
    ``high`` are float32 (channels,): the lowest and the highest value in any picture. ``active`` is the share of cells
    that are not zero, ``silent`` whether the channel shows one and the same flat map (or, of a single cell, zero) for
    every picture, both (channels,). ``profile`` is float32 (classes, channels): the mean value for the pictures of
    each class, NaN for a class that has none.
    """

    peaks: np.ndarray
    cells: np.ndarray
    low: np.ndarray
    high: np.ndarray
    active: np.ndarray
    silent: np.ndarray
    profile: np.ndarray


@dataclass(frozen=True, eq=False)
class Responses(Predictions):
    """The answers of all channels of one or more layers, with the pictures and what the model says to them.

    ``layers`` maps a layer's path to its LayerResponses. ``seen`` are the positions of the pictures that these are
    of: all, or as many, evenly spread, as fit in memory. Profiles go by the pictures' labels if they are the model's
    classes, else by the predicted class.
    """

    layers: Mapping[str, LayerResponses] = field(kw_only=True)
    seen: np.ndarray = field(kw_only=True)

    def __getitem__(self, path: str) -> LayerResponses:
        return self.layers[path]

    def __repr__(self) -> str:
        return f"Responses({len(self.seen)} pictures of {self.images.source!r}: {', '.join(self.layers)})"

    @property
    def classes(self) -> np.ndarray:
        """The class that each seen picture counts for in the profiles, (len(seen),) int64."""
        return self.counted_as[self.seen]

    def top(self, path: str, channel: int, count: int = 9, lowest: bool = False) -> list[tuple[int, int, float]]:
        """Return (position, cell, value) of the pictures that excite a channel most, or least; equals in order."""
        peaks = self.layers[path].peaks[:, channel]
        order = np.argsort(peaks if lowest else -peaks, kind="stable")[:count]
        return [(int(self.seen[i]), int(self.layers[path].cells[i, channel]), float(peaks[i])) for i in order]


def responses(
    model: Any,
    images: Any,
    layer: str | Sequence[str] | None = None,
    *,
    batch_size: int | None = None,
    invert: Invert = "auto",
    progress: Progress = silent,
    most: int = MOST_PEAKS,
) -> Responses:
    """Run pictures through a model and gather how each channel of the named layers answers to them.

    Arguments are those of ``activations``. Maps themselves are not kept: memory grows with pictures × channels, and
    pictures are left out, evenly, where that exceeds ``most``. ModelError where a layer gives NaN or infinity.
    """
    probe, images = ready(model, images, invert)
    paths = chosen_layers(probe, layer)
    channels = sum(_channels(probe.card.layer(path)) for path in paths)
    count = min(len(images), max(1, most // max(1, channels)))
    seen = np.unique(np.linspace(0, len(images) - 1, count).round().astype(np.int64))
    logits = np.empty((len(images), len(probe.class_names)), np.float32)
    rest = np.setdiff1d(np.arange(len(images)), seen)
    done = 0
    for part, scores, _ in probe.stream(images.take(rest), (), batch_size):
        logits[rest[part]] = scores
        done += len(scores)
        progress(done, len(images))
    gathered = {path: _Gathering(probe.card.layer(path), len(seen), logits.shape[1]) for path in paths}
    truth = images.labels if images.class_names == probe.class_names else None
    for part, scores, tapped in probe.stream(images.take(seen), paths, batch_size):
        logits[seen[part]] = scores
        classes = scores.argmax(axis=1) if truth is None else truth[seen[part]]
        for path, values in tapped.items():
            gathered[path].add(part, values, classes)
        done += len(scores)
        progress(done, len(images))
    return Responses(
        images,
        probe.card,
        probe.engine.probabilities(logits),
        network=LazyNetwork(probe),
        layers={path: gathering.whole(path) for path, gathering in gathered.items()},
        seen=seen,
    )


def _channels(info: LayerInfo) -> int:
    """Maps of a layer, or units: what is no stack of maps is one row of them."""
    return info.channels if info.spatial else prod(info.shape)


class _Gathering:
    """One layer's responses while batches come in."""

    def __init__(self, info: LayerInfo, pictures: int, classes: int) -> None:
        channels = _channels(info)
        self.peaks = np.empty((pictures, channels), np.float32)
        self.cells = np.empty((pictures, channels), np.int32)
        self.low = np.full(channels, np.inf, np.float32)
        self.nonzero = np.zeros(channels, np.int64)
        self.flat = np.ones(channels, bool)
        self.sums = np.zeros((classes, channels))
        self.counts = np.zeros(classes, np.int64)
        self.size = 1

    def add(self, part: slice, values: np.ndarray, classes: np.ndarray) -> None:
        # (pictures, cells, channels); a unit is a map of one cell.
        spatial = values.ndim == 4
        rows = values.reshape(len(values), -1, values.shape[-1]) if spatial else values.reshape(len(values), 1, -1)
        self.size = rows.shape[1]
        self.cells[part] = rows.argmax(axis=1)
        highest = rows.max(axis=1)
        lowest = rows.min(axis=1)
        self.peaks[part] = highest
        self.low = np.minimum(self.low, lowest.min(axis=0))
        self.nonzero += np.count_nonzero(rows, axis=(0, 1))
        self.flat &= (highest == lowest).all(axis=0)
        np.add.at(self.sums, classes, rows.mean(axis=1, dtype=np.float64))
        np.add.at(self.counts, classes, 1)

    def whole(self, path: str) -> LayerResponses:
        if not (np.isfinite(self.peaks).all() and np.isfinite(self.low).all()):
            raise ModelError(f"layer {path} gave NaN or infinity; check the model's weights and the pixels' scale")
        high = self.peaks.max(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            profile = self.sums / self.counts[:, None]
        same = self.flat & (self.low == high)
        return LayerResponses(
            peaks=self.peaks,
            cells=self.cells,
            low=self.low,
            high=high,
            active=(self.nonzero / (len(self.peaks) * self.size)).astype(np.float32),
            silent=same if self.size > 1 else same & (high == 0),
            profile=profile.astype(np.float32),
        )
