"""Comparison of two models of several labels, or of two regressions, on the same labeled images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan
from typing import Any, ClassVar, Self

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.json_document import SCHEMA_VERSION
from cnnviz.features.result import Result

from .evaluation.bootstrap import Estimate
from .evaluation.labels import LabelEvaluation
from .evaluation.paired import Differences, RowPair, differences, with_differences
from .evaluation.regression import RegressionEvaluation
from .evaluation.tables import number_of


@dataclass(frozen=True, eq=False)
class RowComparison(Result):
    """The evaluations of two models of several labels, or of two regressions, and the differences of their figures.

    ``first`` and ``second`` hold the images as each model received them, in the same order and with the same labels.
    """

    kind: ClassVar[str] = "comparison of labels or numbers"

    first: LabelEvaluation | RegressionEvaluation
    second: LabelEvaluation | RegressionEvaluation

    def __len__(self) -> int:
        return len(self.first)

    def __repr__(self) -> str:
        names = f"{self.first.model.name!r} and {self.second.model.name!r}"
        return f"RowComparison({names} on {len(self)} images of {self.first.images.source!r})"

    @property
    def pair(self) -> RowPair:
        """Both evaluations."""
        return self.first, self.second  # type: ignore[return-value]

    def take(self, positions: Sequence[int] | np.ndarray) -> Self:
        """Return the comparison on the images at these positions, in this order."""
        return replace(self, first=self.first.take(positions), second=self.second.take(positions))

    @cached_property
    def differences(self) -> Differences:
        """The figures of the second model minus those of the first, with intervals."""
        return differences(self.pair)

    @property
    def evaluation(self) -> LabelEvaluation | RegressionEvaluation:
        """The evaluation of the first model, with sentences on how the second one differs."""
        return with_differences(self.pair)

    @property
    def summary(self) -> tuple[str, ...]:
        """How the second model differs, in sentences."""
        return self.differences.sentences(self.first.model.name, self.second.model.name, self.first.level)

    def document(self) -> dict[str, Any]:
        """Return the figures of both models and the differences as JSON-ready values."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": self.kind,
            **self.summary_document(),
            "a": self.first.summary_document(),
            "b": self.second.summary_document(),
        }

    def summary_document(self) -> dict[str, Any]:
        """Return the key figures alone: the differences of each label or output, and their means."""
        found = self.differences
        return {
            "of": "models",
            "pictures": len(self),
            "models": [{"name": one.model.name, "hash": one.model.hash} for one in (self.first, self.second)],
            "differences": found.rows(),
            "means": {name: _plain(mean) for name, mean in found.means.items()},
        }

    def summary_rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the difference of each label or output as text, a heading first."""
        found = self.differences
        heads = [what.replace("_", " ") for what in found.figures]
        rows = [(name, *(_words(shares[i]) for shares in found.figures.values())) for i, name in enumerate(found.names)]
        return (("B - A", *heads), *rows)

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each label or output and figure: both models, and the difference."""
        yield "name", "figure", "A", "B", "B - A", "low", "high"
        for i, name in enumerate(self.differences.names):
            for what, shares in self.differences.figures.items():
                a, b = (float(getattr(one.figures, what).value[i]) for one in (self.first, self.second))
                yield name, what, *(number_of(value) for value in (a, b, *shares[i]))


def _plain(one: Estimate) -> dict[str, float | None]:
    return {"value": number_of(one.value), "low": number_of(one.low), "high": number_of(one.high)}


def _words(one: Estimate) -> str:
    if isnan(one.value):
        return "–"
    return f"{one.value:+.4g}" + ("" if isnan(one.low) else f" ({one.low:+.4g} to {one.high:+.4g})")
