"""A data report as a table with one row per class of each set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cnnviz.core.csv_text import Cell

from .document import plain

if TYPE_CHECKING:
    from .result import DataReport

COLUMNS = (
    "set",
    "class",
    "pictures",
    "share",
    "mean",
    "spread",
    "difference",
    "difference_low",
    "difference_high",
    "silhouette",
    "nearest",
)


def table(report: DataReport) -> Iterator[tuple[Cell, ...]]:
    """Yield COLUMNS and the rows.

    Differences are first set minus second; they and silhouettes are in the rows of the first set.
    """
    yield COLUMNS
    gaps, apart, names = report.differences, report.separability, report.class_names
    for one in report.sets:
        profile, own = one.profile, one is report.first
        for k, name in enumerate(profile.class_names):
            gap = (None, None, None)
            if own and gaps is not None and k < len(gaps.differences):
                gap = (plain(gaps.differences[k]), plain(gaps.low[k]), plain(gaps.high[k]))
            near = int(apart.nearest[k]) if own and apart is not None else -1
            yield (
                one.name,
                name,
                int(profile.tally.counts[k]),
                plain(profile.balance[k]),
                plain(profile.class_means[k]),
                plain(profile.spreads[k]),
                *gap,
                plain(apart.silhouettes[k]) if own and apart is not None else None,
                names[near] if near >= 0 else None,
            )
