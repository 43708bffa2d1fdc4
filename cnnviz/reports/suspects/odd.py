"""Pictures that are blank, cut off, inverted, or far from everything else of their class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: What can be odd about a picture; one that is odd in several ways is listed under each.
KINDS = ("blank", "cropped", "inverted", "far")


@dataclass(frozen=True, eq=False)
class OddPictures:
    """Odd pictures, by kind in the order of ``KINDS``, within a kind the oddest first.

    ``positions`` (m,) int64; ``kinds`` (m,) one of ``KINDS``; ``scores`` (m,) float64, higher is odder, comparable
    within a kind only; ``reasons`` (m,) one phrase each. ``left_out`` says what was not looked at, and why.
    """

    positions: np.ndarray
    kinds: tuple[str, ...]
    scores: np.ndarray
    reasons: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.positions)

    def of_kind(self, kind: str) -> np.ndarray:
        """Return the positions of the pictures of one kind, the oddest first."""
        return self.positions[[one == kind for one in self.kinds]]
