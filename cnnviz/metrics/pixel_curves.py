"""Scores while pixels are hidden, or shown, in the order of a map."""

from __future__ import annotations

from typing import Literal

import numpy as np

from cnnviz.attribution.baseline import Fill, check_fill
from cnnviz.core.errors import UsageError

from .explained import Explained
from .metric import Measured

Output = Literal["logit", "probability"]


def check_curve(name: str, steps: int, fill: str, output: str) -> None:
    """Raise UsageError for settings of a curve that do not fit."""
    check_fill(name, fill)
    if steps < 1:
        raise UsageError(f"{name} needs at least 1 step")
    if output not in ("logit", "probability"):
        raise UsageError(f"{name} is of a logit or of a probability, not of {output!r}")


def pixel_curve(case: Explained, *, hide: bool, steps: int, fill: Fill, output: Output) -> Measured:
    """Return the area under the scores' curve while the highest-ranked pixels are hidden, or shown, step by step.

    Pixels are taken in the order of the map, equally many a step; the curve has ``steps`` + 1 points, from none to all.
    """
    pixels = case.ranks[0].size if len(case) else 1
    counts = np.rint(np.linspace(0, pixels, steps + 1)).astype(np.int32)
    owners = np.repeat(np.arange(len(case)), len(counts))
    taken = np.tile(counts, len(case))

    def keep(part: slice) -> np.ndarray:
        behind: np.ndarray = case.ranks[owners[part]] >= taken[part, None, None]
        return behind if hide else ~behind

    logits = case.masked(owners, keep, fill)
    scores = case.of_class(logits, owners) if output == "logit" else case.probability(logits, owners)
    curve = scores.reshape(len(case), len(counts))
    at = counts / pixels
    return Measured(np.trapezoid(curve, at, axis=1), curve, at)
