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
    run, same = _distinct(case, fill, counts)
    owners, step = np.nonzero(run)
    taken = counts[step]

    def keep(part: slice) -> np.ndarray:
        behind: np.ndarray = case.ranks[owners[part]] >= taken[part, None, None]
        return behind if hide else ~behind

    logits = case.masked(owners, keep, fill)
    scores = case.of_class(logits, owners) if output == "logit" else case.probability(logits, owners)
    held = np.zeros(run.shape)
    held[owners, step] = scores
    curve = np.take_along_axis(held, same, axis=1)
    at = counts / pixels
    return Measured(np.asarray(np.trapezoid(curve, at, axis=1)), curve, at)


def _distinct(case: Explained, fill: Fill, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which steps differ from the one before, bool (n, points), and for each the step that it equals.

    A step that takes only pixels that show the fill anyway, as on a black background, changes nothing.
    """
    seen = (case.inputs != case.fill(fill)).any(axis=3).reshape(len(case), -1)
    by_rank = np.zeros((len(case), seen.shape[1] + 1), np.int64)
    np.put_along_axis(by_rank, case.ranks.reshape(len(case), -1).astype(np.int64) + 1, seen, axis=1)
    taken = by_rank.cumsum(axis=1)[:, counts]
    run = np.diff(taken, axis=1, prepend=-1) != 0
    return run, np.maximum.accumulate(np.where(run, np.arange(len(counts)), 0), axis=1)
