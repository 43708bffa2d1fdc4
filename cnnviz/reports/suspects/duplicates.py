"""Pictures that occur twice, byte for byte or nearly, in one set or across two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Pairs of pictures that are the same, the most alike first; exact pairs come before near ones.

    ``first`` and ``second`` (m,) int64 are positions: both in one set with first < second, or, if ``across``, the
    first in one set and the second in the other. ``exact`` (m,) bool: equal in every byte. ``likeness`` (m,) float64 is
    Pearson's correlation of the two pictures at the best of the shifts that were tried, 1 for exact pairs.
    ``shifts`` (m, 2) int64 is by how many rows and columns the second is moved against the first.
    ``other_label`` (m,) bool: both have labels, and they differ. ``left_out`` says what was not looked at, and why.
    """

    first: np.ndarray
    second: np.ndarray
    exact: np.ndarray
    likeness: np.ndarray
    shifts: np.ndarray
    other_label: np.ndarray
    across: bool
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.first)
