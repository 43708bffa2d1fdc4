"""Attributions: raw maps with their provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from cnnviz.core.render import Shown, show
from cnnviz.core.resample import upsample
from cnnviz.core.signal import is_flat
from cnnviz.features.predictions import Predictions

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
class Attribution(Predictions, Shown):
    """One map per image: the contribution of each place to a score, never rescaled.

    ``values`` is float32: (n, h, w) at a resolution of the method's own, or (n, height, width, channels), with a value
    for each input value. ``scores`` are the target's, (n,), and ``classes`` the class of each score, (n,) int64, or
    None if the target is not a class. ``how`` is the provenance. Other fields are those of Predictions.
    """

    values: np.ndarray = field(kw_only=True)
    scores: np.ndarray = field(kw_only=True)
    classes: np.ndarray | None = field(kw_only=True)
    how: Provenance = field(kw_only=True)

    def __repr__(self) -> str:
        return (
            f"Attribution({self.how.method} of {self.how.target}: {len(self)} images of {self.images.source!r} in "
            f"{self.model.name!r}, maps {self.values.shape[1:]})"
        )

    @cached_property
    def maps(self) -> np.ndarray:
        """One value per place, (n, h, w): the sum over the colour channels of signed values, else the maximum."""
        if self.values.ndim == 3:
            return self.values
        return self.values.sum(axis=3) if self.how.signed else self.values.max(axis=3)

    @property
    def upsampled(self) -> np.ndarray:
        """The maps at the images' size, (n, height, width), bilinear with half-pixel centres; nothing is clipped."""
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

    def plot(self, picture: int = 0) -> Figure:
        """Return a Matplotlib figure of one image, its map, and the map as an overlay."""
        return show(self, "figure", picture=picture)

    def save(self, path: str | Path) -> Path:
        """Write the result to one .npz file, which ``load`` reads."""
        from .storage import save

        return save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Attribution:
        """Read a file written by ``save``; DataError for any other file."""
        from .storage import load

        return load(Path(path))
