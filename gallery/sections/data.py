"""``#/data``: pixel statistics, and images to check."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from cnnviz.reports.dataset.document import document
from cnnviz.reports.dataset.first_of_class import MOST_CLASSES
from cnnviz.reports.dataset.result import DataReport, SetReport
from cnnviz.reports.pixels.reduce_images import block_means
from cnnviz.reports.suspects.duplicates import Duplicates

from ..content import Content
from ..quantize import Blobs
from ..section import PAGES, Section

#: The longest side of an image on this page; larger ones are reduced by block means.
MOST_SIDE = 96
#: The most pairs, odd images of a kind, and label errors on the page; the document lists more.
MOST_PAIRS, MOST_ODD, MOST_LABELS = 24, 12, 48


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the blobs of the document, the images and the maps of the report."""
    report = content.find(DataReport)
    if report is None:
        return None
    thumbs = _Thumbs(report)
    counts = report.first.profile.tally.counts
    shown = np.sort(np.argsort(-counts, kind="stable")[:MOST_CLASSES])
    rows = [_examples(one, index, shown, thumbs) for index, one in enumerate(report.sets)]
    pairs = [_pairs(one.duplicates, index, index, thumbs) for index, one in enumerate(report.sets)]
    odd = [_odd(one, index, thumbs) for index, one in enumerate(report.sets)]
    labels = [_labels(one, index, thumbs) for index, one in enumerate(report.sets)]
    leaks = _pairs(report.leaks, 0, 1, thumbs)
    return {
        "document": blobs.add(json.dumps(document(report, brief=True), allow_nan=False).encode()),
        "highlights": report.highlights,
        "height": thumbs.shape[0],
        "width": thumbs.shape[1],
        "channels": thumbs.shape[2],
        "side": thumbs.side,
        "classes": shown.tolist(),
        "examples": rows,
        "faces": [blobs.add(_faces(one, shown, thumbs)) for one in report.sets],
        **({} if (ends := thumbs.sources[0].ends) is None else {"ends": [list(one) for one in ends]}),
        "medians": report.first.medians is not None,
        "maps": _maps(report, thumbs.side, blobs),
        "duplicates": pairs,
        "leaks": leaks,
        "odd": odd,
        "labels": labels,
        "thumbs": blobs.add(thumbs.bytes()),
    }


class _Thumbs:
    """The images of the page, each once, by set and position."""

    def __init__(self, report: DataReport) -> None:
        self.sets = report.sets
        h, w, _ = report.first.profile.tally.shape
        self.side = -(-max(h, w) // MOST_SIDE)
        self.sources = [one.examples if one.images is None else one.images for one in report.sets]
        self.channels = self.sources[0].drawn_channels
        self.shape = (-(-h // self.side), -(-w // self.side), len(self.channels))
        self.places: dict[tuple[int, int], int] = {}
        self.held: list[np.ndarray] = []

    def add(self, index: int, position: int) -> int:
        """Return the position on the page of an image of a set."""
        images = self.sets[index].images
        assert images is not None
        return self._keep((index, position), images.pixels[position], index)

    def example(self, index: int, at: int) -> int:
        """Return the position on the page of an example of a set."""
        examples = self.sets[index].examples
        return self._keep((-1 - index, at), examples.pixels[at], index)

    def _keep(self, key: tuple[int, int], image: np.ndarray, index: int) -> int:
        if key not in self.places:
            self.places[key] = len(self.held)
            tally, peak = self.sets[index].profile.tally, self.sets[index].profile.peak
            low, high = np.float64(min(0.0, tally.lowest)), np.float64(max(peak, tally.highest))
            if (ends := self.sources[index].ends) is not None:
                low, high = np.asarray(ends).T
            small = block_means(image[None][..., self.channels], self.side)[0]
            self.held.append(np.rint((small - low) / (high - low) * 255).clip(0, 255).astype(np.uint8))
        return self.places[key]

    def bytes(self) -> bytes:
        """Return all images, uint8, concatenated."""
        return b"".join(image.tobytes() for image in self.held)


def _examples(one: SetReport, index: int, shown: np.ndarray, thumbs: _Thumbs) -> list[list[list[int]]]:
    """Return, for each class shown, the positions and numbers of its examples."""
    labels = one.examples.labels
    own = np.zeros(len(one.examples), np.int64) if labels is None else labels
    numbers = one.examples.indices
    assert numbers is not None
    return [[[thumbs.example(index, int(i)), int(numbers[i])] for i in np.flatnonzero(own == k)] for k in shown]


def _faces(one: SetReport, shown: np.ndarray, thumbs: _Thumbs) -> bytes:
    """Return mean, deviation and, if known, median images of the classes shown, little-endian float32."""
    profile = one.profile
    shown = shown[shown < len(profile.class_names)]
    kinds = [profile.class_pictures, profile.deviation_pictures, *([] if one.medians is None else [one.medians])]
    small = [block_means(kind[shown][..., thumbs.channels], thumbs.side).astype("<f4") for kind in kinds]
    return b"".join(kind.tobytes() for kind in small)


def _maps(report: DataReport, side: int, blobs: Blobs) -> list[dict[str, Any]]:
    """Return maps with one value per pixel: the mean over colors, or the maximum for information."""
    profile, made = report.first.profile, []
    maps = {"variance": profile.variance_picture.mean(axis=2), "fisher": profile.fisher.mean(axis=2)}
    if not profile.labelled:
        del maps["fisher"]
    small = {name: block_means(values[None, :, :, None], side)[0, :, :, 0] for name, values in maps.items()}
    if report.importance is not None:
        small["forest"] = report.importance.forest.sum(axis=2)
        small["information"] = report.importance.information.max(axis=2)
    for name, values in small.items():
        height, width = values.shape
        finite = np.where(np.isfinite(values), values, np.nanmax(values[np.isfinite(values)], initial=0))
        made.append({"name": name, "blob": blobs.add(finite.astype("<f4").tobytes()), "height": height, "width": width})
    return made


def _pairs(held: Duplicates | None, first: int, second: int, thumbs: _Thumbs) -> list[list[int]]:
    if held is None:
        return []
    rows = list(zip(held.first.tolist(), held.second.tolist(), strict=True))[:MOST_PAIRS]
    return [[thumbs.add(first, a), thumbs.add(second, b)] for a, b in rows]


def _odd(one: SetReport, index: int, thumbs: _Thumbs) -> list[list[int]]:
    """Return (position on the page, row of the document) of the oddest images of each kind."""
    found: list[list[int]] = []
    if one.odd is not None:
        for kind in dict.fromkeys(one.odd.kinds):
            rows = [i for i, other in enumerate(one.odd.kinds) if other == kind][:MOST_ODD]
            found += [[thumbs.add(index, int(one.odd.positions[i])), i] for i in rows]
    return found


def _labels(one: SetReport, index: int, thumbs: _Thumbs) -> list[int]:
    if one.label_errors is None:
        return []
    return [thumbs.add(index, int(i)) for i in one.label_errors.positions[:MOST_LABELS]]


DATA = Section("data", PAGES / "data.js", entry, without_model=True)
