"""Attributions: raw maps with their provenance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import floats, integers
from cnnviz.core.deprecation import renamed_parameters
from cnnviz.core.packing import from_plain
from cnnviz.core.render import show
from cnnviz.core.resize_maps import upsample
from cnnviz.core.signal import is_flat
from cnnviz.features.document import document_head
from cnnviz.features.predictions import Parts, Predictions
from cnnviz.features.result_file import Base, write_parts

from .over_original import ShownOverOriginal
from .tables import COLUMNS, map_rows, maps_document

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Provenance:
    """The provenance of maps.

    ``method`` is the name in the registry and ``title`` the display name, ``paper`` the reference, ``parameters`` the
    hyperparameters. ``target`` describes what was explained, ``layers`` are the target layers. ``measures`` describes a
    value, ``signed`` is whether it may be negative, ``engine`` what computed it. ``notes`` help to read the maps.
    """

    method: str
    title: str
    parameters: Mapping[str, Any]
    target: str
    layers: tuple[str, ...]
    measures: str
    signed: bool
    paper: str = ""
    engine: str = "cnnviz"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Attribution(ShownOverOriginal, Predictions):
    """One map per image: the contribution of each place to a score, never rescaled.

    ``values`` is float32: (n, h, w) at a resolution of the method's own, or (n, height, width, channels), with a value
    for each input value. ``scores`` are the target's, (n,), and ``classes`` the class of each score, (n,) int64, or
    None if the target is not a class. ``how`` is the provenance. Other fields are those of Predictions.
    """

    kind: ClassVar[str] = "attribution"
    stored_as: ClassVar[str] = "an attribution"

    values: Annotated[np.ndarray, floats("n", "h", "w", "channels?")] = field(kw_only=True)
    scores: Annotated[np.ndarray, floats("n")] = field(kw_only=True)
    classes: Annotated[np.ndarray, integers("n", below="classes")] | None = field(kw_only=True)
    how: Provenance = field(kw_only=True)

    def __repr__(self) -> str:
        return (
            f"Attribution({self.how.method} of {self.how.target}: {len(self)} images of {self.images.source!r} in "
            f"{self.model.name!r}, maps {self.values.shape[1:]})"
        )

    @cached_property
    def maps(self) -> np.ndarray:
        """One value per place, (n, h, w): the sum over the color channels of signed values, else the maximum."""
        if self.values.ndim == 3:
            return self.values
        return self.values.sum(axis=3) if self.how.signed else self.values.max(axis=3)

    @property
    def upsampled(self) -> np.ndarray:
        """The maps at the images' size, (n, height, width), bilinear with half-pixel centers; nothing is clipped."""
        return upsample(self.maps, self.images.shape[:2])

    @cached_property
    def flat(self) -> np.ndarray:
        """Flat maps, with the same value everywhere but for rounding, (n,) bool."""
        return is_flat(self.maps)

    def take(self, positions: Sequence[int] | np.ndarray) -> Self:
        """Return the same for the images at these positions, in this order."""
        chosen = list(positions)
        return replace(
            super().take(positions),
            values=self.values[chosen],
            scores=self.scores[chosen],
            classes=None if self.classes is None else self.classes[chosen],
        )

    @renamed_parameters(picture="image")
    def plot(self, image: int = 0) -> Figure:
        """Return a Matplotlib figure of one image, its map, and the map as an overlay."""
        return show(self, "figure", image=image)

    def overlay(self, image: int = 0, *, original: bool = False) -> np.ndarray:
        """Return one image with its map over it, uint8 (h, w, 3), cell by cell, as on the page.

        It has the size of the model's input, or, with ``original``, that of the image file: the map lies over the part
        that the model saw. The file is read again. UsageError for an image that is not from a file, DataError for a
        file that is gone or has changed.
        """
        drawn: np.ndarray = show(self, "overlay", image=image, original=original)
        return drawn

    def document(self) -> dict[str, Any]:
        """Return how the maps were made, and every image with its map; UsageError for too many values."""
        return document_head(self.kind, self) | maps_document(self, [self])

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield a row for each image, the names of the columns first."""
        yield COLUMNS
        yield from map_rows(self, [self])

    def _parts(self) -> Parts:
        return self.map_arrays(), {}, asdict(self.how)

    @classmethod
    def _of_parts(cls, base: Base, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Self:
        return cls.of_arrays(base, arrays, facts)

    def map_arrays(self) -> dict[str, np.ndarray]:
        """Return what there is of each image beside what Predictions hold, by name."""
        arrays = {"values": self.values, "scores": self.scores}
        return arrays if self.classes is None else arrays | {"classes": self.classes}

    @classmethod
    def of_arrays(cls, base: Base, arrays: Mapping[str, np.ndarray], how: Mapping[str, Any]) -> Self:
        """Return the maps that ``map_arrays`` and JSON made this of."""
        values, scores, classes = arrays["values"], arrays["scores"], arrays.get("classes")
        return cls(*base, values=values, scores=scores, classes=classes, how=from_plain(Provenance, how))


def save_stream(parts: Iterator[Attribution], count: int, path: Path, force: bool = True) -> Path:
    """Write results that come in batches, ``count`` images in all, to one .npz file, and return its path."""
    batches = ((part, part.map_arrays(), asdict(part.how)) for part in parts)
    return write_parts(batches, Attribution.file_kind(), count, path, force)
