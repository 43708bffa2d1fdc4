"""Two models of several labels, or two regressions, on the same images: how their figures differ.

Both are evaluated on the same resamplings of the images, so that an interval is of the difference and not of two
models by chance on harder and easier images.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.number_words import counted

from .bootstrap import Estimate, varying_ends
from .error_figures import figures_of
from .label_figures import Ranked, drawn_weights, shares_of
from .labels import LabelEvaluation
from .per_class import Shares
from .regression import RegressionEvaluation
from .tables import estimate

#: The figures that are compared, and whether more of it is better.
LABELS = {"average_precision": True, "f1": True}
NUMBERS = {"mae": False, "rmse": False}
_WORDS = {"average_precision": "average precision", "f1": "F1", "mae": "mean absolute error", "rmse": "RMSE"}
#: The most labels or outputs in sentences.
_MOST = 4

RowPair = tuple["LabelEvaluation", "LabelEvaluation"] | tuple["RegressionEvaluation", "RegressionEvaluation"]


@dataclass(frozen=True, eq=False)
class Differences:
    """The figures of the second model minus those of the first, of each label or output, and their ``means``.

    Both are by the names of the figures. A label or an output whose figure one of them lacks has NaN.
    """

    names: tuple[str, ...]
    figures: dict[str, Shares]
    means: dict[str, Estimate]

    def rows(self) -> list[dict[str, Any]]:
        """Return the differences of each label or output as JSON-ready values."""
        return [
            {"name": name, **{what: estimate(found[i]) for what, found in self.figures.items()}}
            for i, name in enumerate(self.names)
        ]

    def sentences(self, first: str, second: str, level: float) -> tuple[str, ...]:
        """Return what the second model does better or worse, in sentences."""
        what, found = next(iter(self.figures.items()))
        more = {**LABELS, **NUMBERS}[what]
        mean = self.means[what]
        word = _WORDS[what] if len(self.names) == 1 else f"{_WORDS[what]}, as a mean over {len(self.names)}"
        lines = [f"{second} against {first}: {_signed(mean, level)} in {word}{_verdict(mean, more)}."]
        sure = [i for i in range(len(self.names)) if _verdict(found[i], more) not in ("", _OPEN)]
        if len(self.names) > 1 and sure:
            parts = [f"{self.names[i]} {found[i].value:+.4g}" for i in sure[:_MOST]]
            parts += [f"{counted(len(sure) - _MOST, 'more')}"] if len(sure) > _MOST else []
            lines.append(f"Beyond chance in {_WORDS[what]}: {', '.join(parts)}.")
        return tuple(lines)


_OPEN = ", not distinguished from chance"


def check_comparable(first: Sequence[str], second: Sequence[str], names: tuple[str, str]) -> None:
    """Raise UsageError unless two models have the same labels or outputs, in the same order."""
    if tuple(first) != tuple(second):
        has = "they have the same in another order" if sorted(first) == sorted(second) else "they differ"
        raise UsageError(f"{names[0]} and {names[1]} cannot be compared by their labels or outputs: {has}")


def differences(pair: RowPair) -> Differences:
    """Return how the second evaluation differs from the first one; UsageError unless both are of the same images."""
    a, b = pair
    check_comparable(a.model.score_names, b.model.score_names, (a.model.name, b.model.name))
    if len(a) != len(b) or not np.array_equal(np.asarray(a.images.label_rows), np.asarray(b.images.label_rows)):
        raise UsageError("the models were given images with different labels; give both the same images")
    value = _differences(pair, np.ones((1, len(a))))[:, 0]
    random = np.random.default_rng([a.seed, 0])
    drawn = np.concatenate([_differences(pair, each) for each in drawn_weights(len(a), a.rounds, random)], axis=1)
    figures: dict[str, Shares] = {}
    means: dict[str, Estimate] = {}
    for i, name in enumerate(LABELS if isinstance(a, LabelEvaluation) else NUMBERS):
        figures[name] = Shares(value[i], varying_ends(drawn[i], value[i], a.level))
        has = ~np.isnan(value[i])
        mean = value[i][has].mean() if has.any() else np.nan
        rounds = _means(drawn[i][:, has])[:, None]
        low, high = varying_ends(rounds, np.array([mean]), a.level)[:, 0]
        means[name] = Estimate(float(mean), float(low), float(high))
    return Differences(a.model.score_names, figures, means)


def with_differences(pair: RowPair) -> LabelEvaluation | RegressionEvaluation:
    """Return the first evaluation with sentences on how the second one differs."""
    a, b = pair
    return replace(a, against=differences(pair).sentences(a.model.name, b.model.name, a.level))


def _differences(pair: RowPair, weights: np.ndarray) -> np.ndarray:
    """Return the differences with images counted ``weights`` times, (figures, rounds, labels or outputs)."""
    first, second = (
        _label_figures(one, weights) if isinstance(one, LabelEvaluation) else _errors(one, weights) for one in pair
    )
    return np.stack(second) - np.stack(first)


def _label_figures(one: LabelEvaluation, weights: np.ndarray) -> list[np.ndarray]:
    ranked = [Ranked.of(*pair) for pair in zip(one.labels.T, one.probabilities.T, strict=True)]
    average = np.stack([each.average_precision(weights) for each in ranked], axis=1)
    columns = (one.labels & one.predicted_labels, one.labels, one.predicted_labels)
    return [average, shares_of(*(weights @ column.astype(np.float64) for column in columns))[2]]


def _errors(one: RegressionEvaluation, weights: np.ndarray) -> list[np.ndarray]:
    _, mae, rmse, _ = figures_of(one.true_values, one.outputs.astype(np.float64), weights)
    return [mae, rmse]


def _means(samples: np.ndarray) -> np.ndarray:
    count = (~np.isnan(samples)).sum(axis=1)
    return np.asarray(np.nansum(samples, axis=1) / np.where(count, count, np.nan))


def _signed(one: Estimate, level: float) -> str:
    ends = "" if isnan(one.low) else f" ({100 * level:g} % interval {one.low:+.4g} to {one.high:+.4g})"
    return "unknown" if isnan(one.value) else f"{one.value:+.4g}{ends}"


def _verdict(one: Estimate, more: bool) -> str:
    """Return whether a difference is better, worse or open; "" where there is no interval."""
    if isnan(one.low) or isnan(one.value):
        return ""
    if one.low <= 0 <= one.high:
        return _OPEN
    return ", better" if (one.low > 0) == more else ", worse"
