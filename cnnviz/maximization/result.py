"""The result of activation maximization."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UnknownNameError
from cnnviz.core.render import Shown, show
from cnnviz.features.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class MaximizationProvenance:
    """The provenance of images: ``layer`` is a path, or None for the logits, and ``measures`` the objective.

    ``parameters`` are the facts of MaximizationSettings. ``control`` is True for randomised weights, ``among`` the
    number of data-set images that the result was compared with, 0 for none.
    """

    layer: str | None
    cell: str
    measures: str
    parameters: Mapping[str, Any]
    seed: int
    restarts: int
    control: bool = False
    among: int = 0
    source: str = ""
    engine: str = "cnnviz"

    @property
    def place(self) -> str:
        """The layer's path, or "logits"."""
        return self.layer or "logits"


@dataclass(frozen=True, eq=False)
class Maximized(Predictions, Shown):
    """Images that maximally activate the units of a layer, the best one of each unit first.

    ``images`` are these images, float32 in 0…1, and ``probabilities`` the predictions for them: ``restarts`` per unit,
    unit after unit. ``unit`` is (n,), the unit of each image; ``reached`` (n,) its activation and ``started`` (n,) the
    activation of the initial image. ``dead`` (n,) is True if the unit's activation never changed from any start: its
    images are noise. ``best`` (n,) is the highest activation in the data set, NaN without one, and ``rivals`` its
    images, one per unit; ``from_best`` (n,) is True for an image restarted from that one, with free pixels, because
    noise scored lower. ``values`` is (n, steps), the activations during the ascent, and ``frames`` (n, f, h, w, c)
    intermediate images, f may be 0.
    """

    unit: np.ndarray = field(kw_only=True)
    reached: np.ndarray = field(kw_only=True)
    started: np.ndarray = field(kw_only=True)
    dead: np.ndarray = field(kw_only=True)
    best: np.ndarray = field(kw_only=True)
    rivals: Predictions | None = field(kw_only=True)
    from_best: np.ndarray = field(kw_only=True)
    values: np.ndarray = field(kw_only=True)
    frames: np.ndarray = field(kw_only=True)
    how: MaximizationProvenance = field(kw_only=True)

    def __repr__(self) -> str:
        begun = int(self.from_best.sum())
        return (
            f"Maximized({len(self.units)} units of {self.how.place!r} in {self.model.name!r}, {self.how.restarts} "
            f"image{'s' if self.how.restarts > 1 else ''} each"
            f"{f', {begun} restarted from the best image of the data' if begun else ''})"
        )

    @property
    def units(self) -> np.ndarray:
        """The units, (k,)."""
        return self.unit[:: self.how.restarts]

    @property
    def pictures(self) -> np.ndarray:
        """All images by unit, float32 (k, restarts, h, w, c) in 0…1."""
        return self.images.pixels.reshape(-1, self.how.restarts, *self.images.shape)

    @property
    def ahead(self) -> np.ndarray:
        """Whether a live unit's image exceeds the best of the data set, (k,) bool."""
        first = slice(None, None, self.how.restarts)
        return np.asarray(~self.dead[first] & (self.reached[first] > self.best[first]))

    @property
    def nouns(self) -> tuple[str, ...]:
        """The display name of each unit, k of them: a class by its name."""
        if self.how.layer is None:
            return tuple(self.model.class_names[unit] for unit in self.units)
        spatial = len(self.model.layer(self.how.layer).shape) == 3
        return tuple(f"{'channel' if spatial else 'unit'} {unit}" for unit in self.units)

    def __getitem__(self, unit: int) -> np.ndarray:
        """Return the images of one unit, (restarts, h, w, c)."""
        places = np.flatnonzero(self.units == unit)
        if not places.size:
            raise UnknownNameError("unit", str(unit), [str(one) for one in self.units])
        return np.asarray(self.pictures[places[0]])

    def plot(self) -> Figure:
        """Return a Matplotlib figure of the best image of each unit."""
        return show(self, "figure")

    def save(self, path: str | Path) -> Path:
        """Write the result to one .npz file, which ``load`` reads."""
        from .storage import save

        return save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Maximized:
        """Read a file written by ``save``; DataError for any other file."""
        from .storage import load

        return load(Path(path))
