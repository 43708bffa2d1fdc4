"""The result of analysing filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.csv_text import Cell, csv_line
from cnnviz.core.files import atomic_path
from cnnviz.core.render import Shown, show
from cnnviz.features.predictions import Predictions
from cnnviz.features.responses import Responses

from .findings import findings
from .measures import COLUMNS, LayerFilters

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class Filters(Predictions, Shown):
    """Statistics of the filters of one or more layers, and their responses to images.

    ``layers`` maps a layer's path to its LayerFilters, ``responses`` holds the responses of the same layers.
    ``companions`` are further results for the page, and ``notes`` says which ones were skipped and why; neither is
    saved. Other fields are those of Predictions.
    """

    layers: Mapping[str, LayerFilters] = field(kw_only=True)
    responses: Responses = field(kw_only=True)
    companions: tuple[Any, ...] = field(default=(), kw_only=True)
    notes: tuple[str, ...] = field(default=(), kw_only=True)

    def __getitem__(self, path: str) -> LayerFilters:
        return self.layers[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __repr__(self) -> str:
        layers = ", ".join(f"{path} {len(held)}" for path, held in self.layers.items())
        return f"Filters({len(self)} images of {self.images.source!r} in {self.model.name!r}: {layers})"

    @property
    def findings(self) -> list[str]:
        """One sentence per layer: dead filters, twins, and kernels like shuffled weights."""
        return [findings(held, len(self)) for held in self.layers.values()]

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Yield one row of COLUMNS per filter of each layer."""
        for held in self.layers.values():
            yield from held.rows()

    def to_csv(self, path: str | Path, force: bool = True) -> Path:
        """Write the rows to a CSV file in UTF-8 and return its path."""
        with atomic_path(Path(path), force) as place, place.open("w", encoding="utf-8", newline="") as file:
            file.write(csv_line(COLUMNS))
            file.writelines(map(csv_line, self.rows()))
        return Path(path)

    def plot(self, layer: str | None = None) -> Figure:
        """Return a Matplotlib figure with the distributions of one layer's filter statistics."""
        return show(self, "figure", layer=layer)

    def save(self, path: str | Path, force: bool = True) -> Path:
        """Write the result to one .npz file, which ``load`` reads."""
        from .storage import save

        return save(self, Path(path), force)

    @classmethod
    def load(cls, path: str | Path) -> Filters:
        """Read a file written by ``save``; DataError for any other file."""
        from .storage import load

        return load(Path(path))
