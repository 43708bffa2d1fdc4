"""Reconstructions of what activates a channel, projected back to the pixels of its strongest or weakest images.

After Zeiler & Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from math import prod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_args

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import floats, integers
from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.json_document import refuse_large
from cnnviz.core.model_card import LayerInfo
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.white import WhiteLike
from cnnviz.features.document import document_head
from cnnviz.features.lazy_network import LazyNetwork
from cnnviz.features.predictions import Predictions
from cnnviz.features.prepare_inputs import prepare
from cnnviz.features.responses import Responses, run_responses

from .method import Method
from .projections import Cells, projections
from .provenance import provenance_of
from .resolve import resolve_method
from .result import Provenance
from .rules.rectifiers import RectifierMethod, rectifier_note

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.find_layer import LayerLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

Extremes = Literal["top", "bottom"]
#: The most values in all reconstructions.
MOST_VALUES = 200_000_000


@dataclass(frozen=True, eq=False)
class Reconstructions(Predictions):
    """Reconstructions for channels of a layer, from the images that maximally activate each.

    With ``extremes`` "bottom" these are the images that activate each least, weakest first; a peak of 0 has nothing to
    project back, and ``values`` of 0.

    ``channels`` is (k,). For each channel and its ``t`` strongest images, strongest first: ``pictures`` (k, t) are
    positions in the set, ``cells`` (k, t, 2) the row and column of the channel's peak, ``peaks`` (k, t) its value, and
    ``boxes`` (k, t, 4) the receptive field of this cell: top, left, bottom, right, ends excluded. ``values`` is float32
    (k, t, h, w, c): the reconstruction within the box, in units of the method, its top left corner at 0, 0; h and w are
    those of the largest box, and c is 1 for methods without a value per color. Other fields are those of Predictions.
    """

    kind: ClassVar[str] = "reconstructions"
    of_all: ClassVar[bool] = True

    layer: LayerInfo = field(kw_only=True)
    channels: Annotated[np.ndarray, integers("k")] = field(kw_only=True)
    pictures: Annotated[np.ndarray, integers("k", "t", below="n")] = field(kw_only=True)
    cells: Annotated[np.ndarray, integers("k", "t", 2)] = field(kw_only=True)
    peaks: Annotated[np.ndarray, floats("k", "t")] = field(kw_only=True)
    boxes: Annotated[np.ndarray, integers("k", "t", 4)] = field(kw_only=True)
    values: Annotated[np.ndarray, floats("k", "t", "h", "w", "c")] = field(kw_only=True)
    how: Provenance = field(kw_only=True)
    extremes: Extremes = field(kw_only=True, default="top")

    def __repr__(self) -> str:
        k, t = self.pictures.shape
        which = "" if self.extremes == "top" else "lowest "
        return f"Reconstructions({k} channels of {self.layer.path!r}, {t} {which}images of {self.images.source!r} each)"

    def crop(self, channel: int, rank: int) -> np.ndarray:
        """Return one reconstruction within its box, (height, width, c); ``channel`` is a position in channels."""
        top, left, bottom, right = self.boxes[channel, rank]
        return self.values[channel, rank, : bottom - top, : right - left]

    def patch(self, channel: int, rank: int) -> np.ndarray:
        """Return the pixels of the image in the same box, (height, width, c)."""
        top, left, bottom, right = self.boxes[channel, rank]
        return self.images.pixels[self.pictures[channel, rank], top:bottom, left:right]

    def summary_document(self) -> dict[str, Any]:
        """Return the numbers of images and channels."""
        return super().summary_document() | {"channels": len(self.channels)}

    def document(self) -> dict[str, Any]:
        """Return each channel's images with the reconstruction in its box; UsageError for too many values."""
        refuse_large(self.values.size, "choose channels with --channel, in Python channels=")
        about = {"layer": self.layer.path, "made": asdict(self.how), "extremes": self.extremes}
        ranks = range(self.pictures.shape[1])
        channels = [
            {
                "channel": int(channel),
                "pictures": [self._place(k, rank) | {"reconstruction": self.crop(k, rank).tolist()} for rank in ranks],
            }
            for k, channel in enumerate(self.channels)
        ]
        return document_head(self.kind, self) | about | {"channels": channels}

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each image of each channel."""
        yield "channel", "rank", "picture", "row", "column", "value", "top", "left", "bottom", "right"
        for k, rank in np.ndindex(self.pictures.shape):
            at = self._place(k, rank)
            yield int(self.channels[k]), rank, at["index"], *at["cell"], at["value"], *at["box"]

    def _place(self, k: int, rank: int) -> dict[str, Any]:
        indices = self.images.indices
        assert indices is not None
        return {
            "index": int(indices[self.pictures[k, rank]]),
            "cell": self.cells[k, rank].tolist(),
            "value": float(self.peaks[k, rank]),
            "box": self.boxes[k, rank].tolist(),
        }


def reconstruct(
    model: ModelLike,
    images: ImagesLike,
    layer: LayerLike,
    channels: Sequence[int] | None = None,
    *,
    count: int = 9,
    method: str | Method = "deconvnet",
    extremes: Extremes = "top",
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Reconstructions:
    """Find the ``count`` images that maximally activate each channel, and project the activation back to the pixels.

    With ``extremes`` "bottom" the images that activate it least.

    ``model`` and ``images`` are as for ``activations``; ``layer`` is one path and ``channels`` some of its channels,
    None for all. ``method`` is deconvnet, guided-backprop or any other that returns a value per pixel for a channel.
    UsageError for channels that do not exist, or a result that would be too large.
    """
    probe, images = prepare(model, images, invert, fit, bands, white, scored=False)
    chosen = resolve_method(method)
    info = probe.layer(layer)
    units = info.channels if info.spatial else prod(info.shape)
    wanted = np.arange(units) if channels is None else np.asarray(list(channels), np.int64)
    _check(wanted, units, info, count)
    seen = run_responses(probe, images, (info.path,), count, batch_size, progress)
    return run_reconstruction(probe, seen, info.path, wanted, chosen, batch_size, extremes)


def run_reconstruction(
    probe: Probe,
    seen: Responses,
    layer: str,
    channels: np.ndarray | None = None,
    method: str | Method = "deconvnet",
    batch_size: int | None = None,
    extremes: Extremes = "top",
    progress: Progress = silent,
) -> Reconstructions:
    """Return reconstructions for known responses, from the images that these keep of each channel."""
    if extremes not in get_args(Extremes):
        raise UnknownNameError("end of the answers", extremes, list(get_args(Extremes)))
    chosen = resolve_method(method)
    images, info = seen.images, probe.layer(layer)
    ends = seen[layer].top if extremes == "top" else seen[layer].bottom
    wanted = np.arange(len(ends.positions)) if channels is None else channels
    places, peaks = ends.positions[wanted], ends.values[wanted]
    columns = info.shape[1] if info.spatial else 1
    cells = np.stack([ends.cells[wanted] // columns, ends.cells[wanted] % columns], axis=-1)
    boxes = _boxes(info, cells, images.shape[:2])
    extent = (boxes[..., 2:] - boxes[..., :2]).max(axis=(0, 1))
    count = places.shape[1]
    if places.size * int(extent.prod()) * images.shape[2] > MOST_VALUES:
        raise UsageError(f"{len(wanted)} channels × {count} images are too many at this size; choose fewer")
    # Without a response there is nothing to project back.
    answered = np.flatnonzero(peaks.ravel())
    flat = Cells(
        images,
        info,
        places.ravel()[answered],
        cells.reshape(-1, 2)[answered],
        np.repeat(wanted, count)[answered],
        peaks.ravel()[answered],
    )
    values = np.zeros((places.size, *extent, images.shape[2]), np.float32)
    for number, (part, made, begin) in enumerate(projections(probe, chosen, flat, batch_size, progress)):
        if not number:
            values = np.zeros((places.size, *extent, made.shape[3]), np.float32)
        for at, one, first in zip(answered[part], made, begin, strict=True):
            _put(values[at], boxes.reshape(-1, 4)[at], one, first)
    return Reconstructions(
        images,
        probe.card,
        seen.probabilities,
        network=LazyNetwork(probe),
        layer=info,
        channels=wanted,
        pictures=places,
        cells=cells,
        peaks=peaks,
        boxes=boxes,
        values=values.reshape(len(wanted), count, *values.shape[1:]),
        how=provenance_of(chosen, probe, f"channels of {info.path}", (info.path,), _notes(probe, chosen, info.path)),
        extremes=extremes,
    )


def _put(values: np.ndarray, box: np.ndarray, projected: np.ndarray, begin: np.ndarray) -> None:
    """Copy the part of a projection, which begins at a row and column of the image, that lies in a box."""
    top, left, bottom, right = box
    first = np.maximum(box[:2], begin)
    end = np.minimum((bottom, right), begin + projected.shape[:2])
    seen = projected[first[0] - begin[0] : end[0] - begin[0], first[1] - begin[1] : end[1] - begin[1]]
    values[first[0] - top : end[0] - top, first[1] - left : end[1] - left] = seen


def _notes(probe: Any, method: Method, layer: str) -> tuple[str, ...]:
    notes = method.notes(probe)
    # Only layers that the channel depends on matter.
    return (rectifier_note(probe, layer), *notes[1:]) if isinstance(method, RectifierMethod) else notes


def _check(wanted: np.ndarray, units: int, info: LayerInfo, count: int) -> None:
    outside = wanted[(wanted < 0) | (wanted >= units)]
    if outside.size:
        raise UsageError(f"there is no channel {outside[0]} in {info.path}: it has {units}, numbered 0 to {units - 1}")
    if count < 1 or not wanted.size:
        raise UsageError("choose at least one channel and one image")


def _boxes(info: LayerInfo, cells: np.ndarray, image_size: tuple[int, int]) -> np.ndarray:
    """Return the receptive field of each cell, (…, 4); the whole image if unknown."""
    whole = (0, 0, *image_size)
    flat = [info.field_of(int(row), int(column), image_size) or whole for row, column in cells.reshape(-1, 2)]
    return np.array(flat, np.int64).reshape(*cells.shape[:-1], 4)
