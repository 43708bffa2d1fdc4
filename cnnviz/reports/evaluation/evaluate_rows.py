"""Two models of several labels, or two regressions, evaluated on the same images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .labels import THRESHOLD, run_label_evaluation
from .paired import RowPair, check_comparable
from .regression import run_regression_evaluation

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe


def evaluate_rows(
    first: tuple[Probe, Images], second: tuple[Probe, Images], *, threshold: float | None = None, **how: Any
) -> RowPair:
    """Evaluate two open models of several labels each, or two regressions; UsageError if they cannot be compared."""
    a, b = first[0].card, second[0].card
    check_comparable(a.score_names, b.score_names, (a.name, b.name))
    if a.head == "multilabel":
        how["threshold"] = THRESHOLD if threshold is None else threshold
        return run_label_evaluation(*first, **how), run_label_evaluation(*second, **how)
    return run_regression_evaluation(*first, **how), run_regression_evaluation(*second, **how)
