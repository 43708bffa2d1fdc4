"""The result of activation maximization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import booleans, floats, integers
from cnnviz.core.errors import DataError, UnknownNameError, UsageError
from cnnviz.core.json_document import refuse_large
from cnnviz.core.packing import as_plain, from_plain
from cnnviz.core.render import show
from cnnviz.data.fit import Fit
from cnnviz.data.images import Images
from cnnviz.features.document import document_head
from cnnviz.features.predictions import Parts, Predictions
from cnnviz.features.result_file import Base

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ARRAYS = ("unit", "reached", "started", "dead", "best", "from_best", "values", "frames")
#: What a file holds of the rivals' images besides their arrays.
_OF_RIVALS: dict[str, Any] = {
    "class_names": tuple[str, ...],
    "source": str,
    "peak": float,
    "names": tuple[str, ...],
    "notes": tuple[str, ...],
    "fit": Fit | None,
    "paths": tuple[Path, ...],
    "bands": tuple[int, ...],
}


@dataclass(frozen=True)
class MaximizationProvenance:
    """The provenance of images: ``layer`` is a path, or None for the logits, and ``measures`` the objective.

    ``parameters`` are the facts of MaximizationSettings. ``control`` is True for randomized weights, ``among`` the
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
class Maximized(Predictions):
    """Images that maximally activate the units of a layer, the best one of each unit first.

    ``images`` are these images, float32 in 0…1, and ``probabilities`` the predictions for them: ``restarts`` per unit,
    unit after unit. ``unit`` is (n,), the unit of each image; ``reached`` (n,) its activation and ``started`` (n,) the
    activation of the initial image. ``dead`` (n,) is True if the unit's activation never changed from any start: its
    images are noise. ``best`` (n,) is the highest activation in the data set, NaN without one, and ``rivals`` its
    images, one per unit; ``from_best`` (n,) is True for an image restarted from that one, with free pixels, because
    noise scored lower. ``values`` is (n, steps), the activations during the ascent, and ``frames`` (n, f, h, w, c)
    intermediate images, f may be 0. ``control`` is the same for random weights, if it was made; the page shows it, and
    it is not saved: save it by itself.
    """

    kind: ClassVar[str] = "maximized"
    stored_as: ClassVar[str] = "maximised pictures"

    unit: Annotated[np.ndarray, integers("n")] = field(kw_only=True)
    reached: Annotated[np.ndarray, floats("n")] = field(kw_only=True)
    started: Annotated[np.ndarray, floats("n")] = field(kw_only=True)
    dead: Annotated[np.ndarray, booleans("n")] = field(kw_only=True)
    best: Annotated[np.ndarray, floats("n", nan=True)] = field(kw_only=True)
    rivals: Predictions | None = field(kw_only=True)
    from_best: Annotated[np.ndarray, booleans("n")] = field(kw_only=True)
    values: Annotated[np.ndarray, floats("n", "steps")] = field(kw_only=True)
    frames: Annotated[np.ndarray, floats("n", "f", "h", "w", "c")] = field(kw_only=True)
    how: MaximizationProvenance = field(kw_only=True)
    control: Maximized | None = field(default=None, repr=False, compare=False, kw_only=True)

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
            return tuple(self.model.score_names[unit] for unit in self.units)
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

    def take(self, positions: Sequence[int] | np.ndarray) -> Self:
        """Return the same for the images at these positions, in this order.

        UsageError for positions that separate the ``restarts`` images of a unit.
        """
        chosen, each = np.asarray(positions, np.int64).reshape(-1), self.how.restarts
        units = chosen[::each] // each
        if not np.array_equal(chosen, (units[:, None] * each + np.arange(each)).ravel()):
            raise UsageError(f"the {each} images of a unit belong together; take all of them")
        own = {name: getattr(self, name)[chosen] for name in _ARRAYS}
        rivals = None if self.rivals is None else self.rivals.take(units)
        control = None if self.control is None else self.control.take(chosen)
        return replace(super().take(chosen), rivals=rivals, control=control, **own)

    def document(self) -> dict[str, Any]:
        """Return the value that each unit reached, with every image; UsageError for too many values."""
        refuse_large(self.images.pixels.size, "choose units with --channel, in Python channels=")
        restarts = self.how.restarts
        units = [
            {
                "unit": int(unit),
                "name": self.nouns[k],
                "dead": bool(self.dead[k * restarts]),
                "best_in_data": self._best(k * restarts),
                "pictures": [
                    {
                        "reached": float(self.reached[i]),
                        "started": float(self.started[i]),
                        "from_best": bool(self.from_best[i]),
                        "pixels": self.images.pixels[i].tolist(),
                    }
                    for i in range(k * restarts, (k + 1) * restarts)
                ],
            }
            for k, unit in enumerate(self.units)
        ]
        return document_head(self.kind, self) | {"made": asdict(self.how), "units": units}

    def summary_document(self) -> dict[str, Any]:
        """Return the number of units, and of those whose image exceeds the best of the data set."""
        return {"units": len(self.units), "ahead": int(self.ahead.sum())}

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each image."""
        yield "unit", "name", "restart", "reached", "started", "best_in_data", "dead", "from_best"
        for i, unit in enumerate(self.unit.tolist()):
            k, restart = divmod(i, self.how.restarts)
            marks = int(self.dead[i]), int(self.from_best[i])
            yield unit, self.nouns[k], restart, float(self.reached[i]), float(self.started[i]), self._best(i), *marks

    def _best(self, i: int) -> float | None:
        return None if np.isnan(self.best[i]) else float(self.best[i])

    def _parts(self) -> Parts:
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        facts = {"how": asdict(self.how), "rivals": None}
        if self.rivals is not None:
            held = self.rivals.images
            assert held.indices is not None
            facts["rivals"] = {name: as_plain(getattr(held, name)) for name in _OF_RIVALS}
            rows = {
                "pixels": held.pixels,
                "indices": held.indices,
                "labels": np.full(len(held), -1) if held.labels is None else held.labels,
                "probabilities": self.rivals.probabilities,
            }
            # A file's arrays have a row for each image.
            arrays |= {f"rivals.{name}": np.repeat(values, self.how.restarts, axis=0) for name, values in rows.items()}
        return arrays, {}, facts

    @classmethod
    def _of_parts(cls, base: Base, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Self:
        how, held = from_plain(MaximizationProvenance, facts["how"]), _rows_of_each(arrays, base)
        if how.restarts < 1 or len(base[0]) % how.restarts:
            raise DataError(f"{len(base[0])} images are not {how.restarts} of each unit")
        rivals, about = None, facts["rivals"]
        if about is not None:
            of = {
                name: held[f"rivals.{name}"][:: how.restarts]
                for name in ("pixels", "labels", "indices", "probabilities")
            }
            images = Images(
                of["pixels"],
                None if (of["labels"] < 0).any() else of["labels"],
                indices=of["indices"],
                # Older files lack some.
                **{name: from_plain(hint, about[name]) for name, hint in _OF_RIVALS.items() if name in about},
            )
            rivals = Predictions(images, base[1], of["probabilities"])
        own: dict[str, Any] = {name: held[name] for name in _ARRAYS}
        return cls(*base, rivals=rivals, how=how, **own)


def _rows_of_each(arrays: Mapping[str, np.ndarray], base: Base) -> dict[str, np.ndarray]:
    """Return arrays that have a row for each image; DataError where one has not."""
    for name, array in arrays.items():
        if not array.ndim or len(array) != len(base[0]):
            raise DataError(f"the array {name:.40} has no row for each of {len(base[0]):,} images")
    return dict(arrays)
