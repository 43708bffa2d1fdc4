"""Similarity of the layers of one or two models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, ParamSpec, Self, TypeVar, cast

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import floats
from cnnviz.core.deprecation import renamed_parameters, warn_renamed
from cnnviz.core.errors import DataError, UsageError
from cnnviz.core.model_card import ModelCard
from cnnviz.core.packing import from_plain
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.white import WhiteLike
from cnnviz.models.batch_size import batch_size_for, portions
from cnnviz.models.bundled import bundled_models
from cnnviz.models.distinct_names import with_distinct_names

from ..document import document_head
from ..lazy_network import LazyNetwork
from ..predictions import Parts, Predictions
from ..prepare_inputs import prepare, resolve_layers
from ..result_file import Base, card_of
from .cka import FEWEST, Alignment

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.find_layer import LayersLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

P = ParamSpec("P")
R = TypeVar("R")

#: Images per kernel matrix, if memory allows.
BATCH = 256


@dataclass(frozen=True, eq=False)
class Similarity(Predictions):
    """Linear CKA of every layer of one model with every layer of another, or with its own.

    ``values`` is float64 (rows, columns), 1 for layers that are identical up to rotation and scale, about 0 for
    unrelated ones; estimates are unbiased, so small ones may be below 0. NaN marks a layer that is constant over the
    images. ``rows`` and ``columns`` are the layers' paths, ``other`` the second model's card or None, ``batch`` the
    largest batch that was compared at once. Other fields are those of Predictions, of the first model.
    """

    kind: ClassVar[str] = "similarity"
    of_all: ClassVar[bool] = True

    rows: tuple[str, ...] = field(kw_only=True)
    columns: tuple[str, ...] = field(kw_only=True)
    values: Annotated[np.ndarray, floats("rows", "columns", nan=True)] = field(kw_only=True)
    other: ModelCard | None = field(kw_only=True)
    batch: int = field(kw_only=True)

    def __repr__(self) -> str:
        whose = repr(self.model.name) + (f" with {self.other.name!r}" if self.other else "")
        return f"Similarity({whose}: {len(self.rows)} × {len(self.columns)} layers, {len(self)} images)"

    def __getitem__(self, pair: tuple[str, str]) -> float:
        row, column = pair
        return float(self.values[self.rows.index(row), self.columns.index(column)])

    def summary_document(self) -> dict[str, Any]:
        """Return the numbers of images and layers."""
        return super().summary_document() | {"layers": len(self.rows)}

    def document(self) -> dict[str, Any]:
        """Return the matrix, row by row; undefined values are None."""
        about = {"rows": self.rows, "columns": self.columns, "values": self._rounded(), "batch": self.batch}
        other = None if self.other is None else self.other.name
        return document_head(self.kind, self) | about | {"other": other}

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each layer, with a column for each layer that it is compared with."""
        yield "layer", *self.columns
        for path, row in zip(self.rows, self._rounded(), strict=True):
            yield path, *row

    def _rounded(self) -> list[list[float | None]]:
        return [[None if np.isnan(value) else round(float(value), 6) for value in row] for row in self.values]

    def _parts(self) -> Parts:
        values = [[None if np.isnan(value) else value for value in row] for row in self.values.tolist()]
        facts: dict[str, Any] = {"rows": self.rows, "columns": self.columns, "values": values}
        facts |= {"other": None if self.other is None else asdict(self.other), "batch": self.batch}
        return {}, {}, facts

    @classmethod
    def _of_parts(cls, base: Base, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Self:
        rows, columns = (from_plain(tuple[str, ...], facts[name]) for name in ("rows", "columns"))
        values = np.array(facts["values"], np.float64)
        if values.shape != (len(rows), len(columns)):
            raise DataError(f"there are {values.size} values for {len(rows)} rows and {len(columns)} columns")
        other = None if facts["other"] is None else card_of(facts["other"])
        return cls(*base, rows=rows, columns=columns, values=values, other=other, batch=from_plain(int, facts["batch"]))


def _accepts_earlier_form(function: Callable[P, R]) -> Callable[P, R]:
    """Accept ``similarity(model, images, other, layer)`` by position as well, with a warning."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> R:
        if len(args) == 2 or not (len(args) == 4 or (len(args) == 3 and _is_model(args[2]))):
            return function(*args, **kwargs)
        given = dict(zip(("other", "layer"), args[2:], strict=False))
        if given.keys() & kwargs.keys():
            raise TypeError("similarity takes (model, images, layer, other=...)")
        # Between this function and the caller is the wrapper for the earlier names.
        warn_renamed("similarity(model, images, other)", "similarity(model, images, other=other)", stacklevel=4)
        return function(*args[:2], **given, **kwargs)

    return cast(Callable[P, R], call)


def _is_model(value: Any) -> bool:
    """Whether a value that may be layers is a model: neither text nor a sequence, or a bundled name or saved model."""
    if isinstance(value, str):
        path = Path(value)
        held = (path / "model.keras", path / "saved_model.pb")
        return value in bundled_models() or path.is_file() or any(file.exists() for file in held)
    return value is not None and not isinstance(value, Sequence)


@renamed_parameters(batch="cka_batch", batch_size="cka_batch")
@_accepts_earlier_form
def similarity(
    model: ModelLike,
    images: ImagesLike,
    layer: LayersLike | None = None,
    *,
    other: ModelLike | None = None,
    other_layer: LayersLike | None = None,
    cka_batch: int = BATCH,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Similarity:
    """Return the similarity of a model's layers with each other, or with those of another model.

    ``model``, ``images`` and ``layer`` are as for ``activations``; the images are prepared for each model.
    With ``other``, its layers, or those of ``other_layer``, are the columns. Linear CKA after Kornblith, Norouzi, Lee &
    Hinton 2019 (arXiv:1905.00414), estimated without bias from batches of up to ``cka_batch`` images as Nguyen, Raghu &
    Kornblith 2021 (arXiv:2010.15327) do, so that memory does not grow with the set. The estimate depends on
    ``cka_batch``, unlike results on the ``batch_size`` of other functions. UsageError for fewer than four images.
    """
    first = prepare(model, images, invert, fit, bands, white, scored=False)
    second = None if other is None else prepare(other, images, invert, fit, bands, white, scored=False)
    return run_similarity(first, second, layer, other_layer=other_layer, cka_batch=cka_batch, progress=progress)


def run_similarity(
    first: tuple[Probe, Images],
    second: tuple[Probe, Images] | None = None,
    layer: LayersLike | None = None,
    *,
    other_layer: LayersLike | None = None,
    cka_batch: int = BATCH,
    progress: Progress = silent,
) -> Similarity:
    """Return the similarity of layers for images that are fitted to each probe."""
    probe, shown = first
    paths = resolve_layers(probe, layer)
    sides = [(probe, shown, paths)]
    if second is not None:
        probe, compared = with_distinct_names(probe, second[0])
        sides = [(probe, shown, paths), (compared, second[1], resolve_layers(compared, other_layer))]
    if len(shown) < FEWEST:
        raise UsageError(f"similarity needs at least {FEWEST} images, not {len(shown)}")
    size = min(cka_batch, *(batch_size_for(one.runner.graph, kept) for one, _, kept in sides))
    parts = portions(len(shown), max(size, 2 * FEWEST))
    alignment = Alignment(len(paths), len(sides[-1][2]))
    logits = np.empty((len(shown), len(probe.card.score_names)), np.float32)
    for part in parts:
        held = []
        for one, images, kept in sides:
            scores, tapped = one.runner.forward(one.inputs(images[part]), kept, one.row_numbers(images[part]))
            held.append(tapped)
            if one is probe:
                logits[part] = scores
        alignment.add(held[0], held[-1])
        progress(part.stop, len(shown))
    return Similarity(
        shown,
        probe.card,
        probe.runner.probabilities(logits),
        network=LazyNetwork(probe),
        rows=paths,
        columns=sides[-1][2],
        values=alignment.cka(),
        other=None if second is None else sides[-1][0].card,
        batch=max(part.stop - part.start for part in parts),
    )
