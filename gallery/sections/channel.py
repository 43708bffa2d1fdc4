"""``#/layer/…/17``: one channel of a layer, and what it answers to over a whole set of pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.features.responses import LayerResponses, Responses

from ..content import Content
from ..pack import Blobs
from ..section import PAGES, Section

#: Bins of the histogram of a channel's highest values.
BINS = 24
#: Pictures that are kept at either end, and the least where a layer has very many channels.
PICTURES, FEWEST = 9, 3
#: Channels times pictures at one end that a layer may have before fewer pictures are kept.
MOST_PLACES = 6_000
#: Classes of a profile: all up to so many; of more, those with the highest mean.
ALL_CLASSES, HIGHEST_CLASSES = 24, 12


def entry(content: Content, blobs: Blobs) -> dict[str, Any]:
    """Return where the answers of each layer's channels lie.

    Without Responses there are none, and the page says what it can compute itself.
    """
    seen = content.find(Responses)
    if seen is None:
        return {"by": None, "counts": [], "layers": {}}
    return {
        "by": "predicted" if seen.truth is None else "label",
        "counts": np.bincount(seen.classes, minlength=seen.probabilities.shape[1]),
        "layers": {path: _layer(seen, path, blobs) for path in seen.layers},
    }


def _layer(seen: Responses, path: str, blobs: Blobs) -> dict[str, Any]:
    held = seen[path]
    pictures, channels = held.peaks.shape
    kept = min(PICTURES, max(FEWEST, MOST_PLACES // channels), pictures)
    classes = len(held.profile)
    numbers, means = _profile(held.profile, classes if classes <= ALL_CLASSES else HIGHEST_CLASSES)
    low, high = held.peaks.min(axis=0), held.peaks.max(axis=0)
    parts = [
        low,
        high,
        held.active,
        np.count_nonzero(held.peaks == low, axis=0),
        np.count_nonzero(held.peaks == high, axis=0),
        _histograms(held, low, high),
        *_ends(seen, path, kept, lowest=False),
        *_ends(seen, path, kept, lowest=True),
        numbers,
        means,
    ]
    return {
        "blob": blobs.add(b"".join(_four_bytes(part) for part in parts)),
        "pictures": pictures,
        "channels": channels,
        "bins": BINS,
        "kept": kept,
        "classes": numbers.shape[1],
        "of": classes,
    }


def _ends(seen: Responses, path: str, kept: int, lowest: bool) -> list[np.ndarray]:
    """Positions, cells and values, each (channels, kept), of the pictures at one end."""
    channels = seen[path].peaks.shape[1]
    places = np.array([seen.top(path, channel, kept, lowest) for channel in range(channels)])
    return [places[..., 0].astype(np.int64), places[..., 1].astype(np.int64), places[..., 2].astype(np.float32)]


def _histograms(held: LayerResponses, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """How many pictures' highest value lies in each bin between a channel's own ends, (channels, BINS)."""
    counts = np.zeros((len(low), BINS), np.int64)
    for channel, (least, most) in enumerate(zip(low.astype(np.float64), high.astype(np.float64), strict=True)):
        values = held.peaks[:, channel].astype(np.float64)
        places = np.zeros(len(values), np.int64)
        if most > least:
            places = np.floor((values - least) / ((most - least) / BINS)).astype(np.int64).clip(0, BINS - 1)
        counts[channel] = np.bincount(places, minlength=BINS)
    return counts


def _profile(profile: np.ndarray, kept: int) -> tuple[np.ndarray, np.ndarray]:
    """Class numbers and means, each (channels, kept): the highest first, classes without pictures last."""
    # NaN sorts behind everything.
    order = np.argsort(-profile, axis=0, kind="stable")[:kept]
    return order.T, np.take_along_axis(profile, order, axis=0).T


def _four_bytes(part: np.ndarray) -> bytes:
    """Little-endian float32 or, of whole numbers, uint32."""
    kind = "<f4" if part.dtype.kind == "f" else "<u4"
    # Adding zero turns -0.0 into 0.0: the same numbers, the same bytes.
    return (part + part.dtype.type(0)).astype(kind).tobytes()


CHANNEL = Section("channel", PAGES / "channel.js", entry)
