"""Filter statistics and responses: the result of an analysis of filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.packing import from_plain, pack_value, unpack_value
from cnnviz.core.render import show
from cnnviz.features.document import document_head
from cnnviz.features.predictions import Parts, Predictions
from cnnviz.features.response_accumulator import LayerResponses
from cnnviz.features.responses import Responses
from cnnviz.features.result_file import Base
from cnnviz.features.withheld_findings import findings_on

from .findings import findings
from .measures import COLUMNS, LayerFilters

if TYPE_CHECKING:
    from matplotlib.figure import Figure

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Filters(Predictions):
    """Statistics of the filters of one or more layers, and their responses to images.

    ``layers`` maps a layer's path to its LayerFilters, ``responses`` holds the responses of the same layers.
    ``companions`` are further results for the page, and ``notes`` says which ones were skipped and why. Companions are
    not saved: each holds the images, so the file would store them repeatedly; save companions separately. Other fields
    are those of Predictions.
    """

    kind: ClassVar[str] = "filters"
    of_all: ClassVar[bool] = True

    layers: Mapping[str, LayerFilters] = field(kw_only=True)
    responses: Responses = field(kw_only=True)
    companions: tuple[Any, ...] = field(default=(), compare=False, kw_only=True)
    notes: tuple[str, ...] = field(default=(), kw_only=True)

    def __getitem__(self, path: str) -> LayerFilters:
        return self.layers[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __repr__(self) -> str:
        layers = ", ".join(f"{path} {len(held)}" for path, held in self.layers.items())
        return f"Filters({len(self)} images of {self.images.source!r} in {self.model.name!r}: {layers})"

    @property
    def findings(self) -> tuple[str, ...]:
        """One sentence per layer: dead filters, twins, and kernels like shuffled weights.

        Withheld while the input scaling is an assumption.
        """
        return findings_on(self.model, [findings(held, len(self)) for held in self.layers.values()])

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Yield one row of COLUMNS per filter of each layer."""
        for held in self.layers.values():
            yield from held.rows()

    def summary_document(self) -> dict[str, Any]:
        """Return the number of images, the filters of each layer, and the findings."""
        return super().summary_document() | {
            "filters": {path: len(held) for path, held in self.layers.items()},
            "findings": list(self.findings),
        }

    def document(self) -> dict[str, Any]:
        """Return all numbers, and the images at either end of each filter."""
        layers = []
        for path, held in self.layers.items():
            rows = [
                dict(zip(COLUMNS[1:], cells, strict=True)) | self.responses.ends(path, i)
                for i, (_, *cells) in enumerate(held.rows())
            ]
            test = {"measure": held.structure.measure, "shuffles": held.structure.shuffles}
            test |= {"like_shuffled": int(held.structure.like_shuffled.sum()), "by_chance": held.structure.by_chance}
            pairs = [list(pair) for pair in held.twins.pairs()]
            layers.append({"layer": path, "twins": pairs, "structure_test": test, "filters": rows})
        return document_head(self.kind, self) | {
            "pictures": len(self),
            "findings": list(self.findings),
            "layers": layers,
        }

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each filter of each layer."""
        yield COLUMNS
        yield from self.rows()

    def plot(self, layer: str | None = None) -> Figure:
        """Return a Matplotlib figure with the distributions of one layer's filter statistics."""
        return show(self, "figure", layer=layer)

    def _parts(self) -> Parts:
        arrays: dict[str, np.ndarray] = {}
        facts: dict[str, Any] = {"layers": list(self.layers), "notes": list(self.notes)}
        for i, name in enumerate(self.layers):
            pack_value(self.layers[name], f"filters/{i}", arrays, facts)
            pack_value(self.responses[name], f"responses/{i}", arrays, facts)
        return {}, arrays, facts

    @classmethod
    def _of_parts(cls, base: Base, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Self:
        names = from_plain(tuple[str, ...], facts["layers"])

        def of(kind: type[T], place: str) -> dict[str, T]:
            return {name: unpack_value(kind, f"{place}/{i}", arrays, facts) for i, name in enumerate(names)}

        seen = Responses(*base, layers=of(LayerResponses, "responses"))
        # Files of earlier versions have no notes.
        notes = from_plain(tuple[str, ...], facts.get("notes", []))
        return cls(*base, layers=of(LayerFilters, "filters"), responses=seen, notes=notes)
