"""Images made to excite units, and how far they got."""

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
    """How images were made: ``layer`` is a path, or None for the logits, and ``measures`` what was driven up.

    ``parameters`` are the facts of MaximizationSettings. ``control`` says that the weights were drawn at random,
    ``among`` how many images of a data set the images were compared with, 0 for none.
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
        """What the units belong to, in words."""
        return self.layer or "logits"


@dataclass(frozen=True, eq=False)
class Maximized(Predictions, Shown):
    """For units of a layer, images that excite each as much as can be found; for each unit the best one first.

    ``images`` are those images, float32 in 0…1, and ``probabilities`` what the model says to them: ``restarts`` for
    each unit, unit after unit. ``unit`` is (n,), whose image it is; ``reached`` (n,) how high the unit answers to it
    and ``started`` (n,) to what its making began with. ``dead`` (n,) is True where the unit's answer never moved from
    any start: its images are noise. ``best`` (n,) is the highest answer in the data set, NaN without one, and
    ``rivals`` the images that it came from, one for each unit; ``from_best`` (n,) is True where an image was begun
    with that one and not with noise, each pixel free, because noise had led to less. ``values`` is (n, steps), the
    answers on the way, and ``frames`` (n, f, h, w, c) images on the way, f maybe 0.
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
            f"{f', {begun} begun with the best picture of the data' if begun else ''})"
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
        """Whether a live unit's best image excites it more than any of the data set, (k,) bool."""
        first = slice(None, None, self.how.restarts)
        return np.asarray(~self.dead[first] & (self.reached[first] > self.best[first]))

    @property
    def nouns(self) -> tuple[str, ...]:
        """What each unit is called, k of them: a class by its name."""
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
        """Write everything to one .npz file; ``load`` reads it back."""
        from .storage import save

        return save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Maximized:
        """Read what ``save`` wrote; DataError for a file that is none."""
        from .storage import load

        return load(Path(path))
