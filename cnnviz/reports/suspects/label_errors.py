"""Labels that are probably wrong, by confident learning (Northcutt, Jiang and Chuang 2021, JAIR 70)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class LabelErrors:
    """Pictures whose label is probably wrong, the surest first.

    ``positions`` (m,) int64; ``given`` and ``suggested`` (m,) int64 are classes; ``confidence`` (m,) float64 is the
    probability of the suggested class and ``own`` (m,) that of the given one, both by a classifier that never saw the
    picture. ``accuracy`` is that classifier's agreement with the given labels, NaN if there was none.
    ``left_out`` says what was not looked at, and why.
    """

    positions: np.ndarray
    given: np.ndarray
    suggested: np.ndarray
    confidence: np.ndarray
    own: np.ndarray
    accuracy: float = float("nan")
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.positions)
