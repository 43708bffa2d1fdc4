"""The base of evaluations by a row of labels or numbers per image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.errors import UsageError
from cnnviz.features.predictions import Predictions
from cnnviz.features.withheld_findings import findings_on

from .example_images import at_random
from .learned_from import trained_on_these


@dataclass(frozen=True, eq=False)
class RowEvaluation(Predictions):
    """Predictions for images with a row of labels or numbers each, and their figures.

    ``seed``, ``rounds`` and ``level`` are of the bootstrap intervals. ``against`` are sentences on how a second model
    differs, see paired.py. A subclass has its figures, and a module of ``_tables`` that puts them into words.
    """

    _tables: ClassVar[Any]

    seed: int = field(kw_only=True)
    rounds: int = field(kw_only=True)
    level: float = field(kw_only=True)
    against: tuple[str, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        if self.rounds < 1 or not 0 < self.level < 1:
            raise UsageError("rounds must be at least 1, and level between 0 and 1")

    @cached_property
    def at_random(self) -> np.ndarray:
        """Positions of up to 25 randomly drawn images, in order."""
        return at_random(len(self), np.random.default_rng([self.seed, 1]))

    @property
    def notes(self) -> tuple[str, ...]:
        """A warning if the model was trained on these images."""
        return trained_on_these(self)

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings as sentences; withheld while the input scaling is an assumption."""
        return findings_on(self.model, (*self._tables.findings(self), *self.against))

    @property
    def summary(self) -> tuple[str, ...]:
        """The key figures, in a few lines."""
        return (*self._tables.headlines(self), *self.against)

    def document(self) -> dict[str, Any]:
        """Return every figure as JSON-ready values; undefined ones are None."""
        return dict(self._tables.document(self))

    def summary_document(self) -> dict[str, Any]:
        """Return the key figures alone."""
        return dict(self._tables.summary_document(self))

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield the names of the columns, then the rows of the table: one for each label, or for each image."""
        yield from self._tables.table_rows(self)
