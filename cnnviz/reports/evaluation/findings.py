"""Evaluation findings as sentences."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from cnnviz.core.number_words import counted, percent

from .bootstrap import Estimate
from .temperature import TemperatureScaling

if TYPE_CHECKING:
    from .result import Evaluation


def findings(result: Evaluation) -> tuple[str, ...]:
    """Return the findings: accuracy, worst confusions, calibration, temperature scaling, the other model."""
    return (
        *headlines(result),
        *(f"{words}." for words in confused(result, 3)[1:]),
        scaling_words(result),
        *([comparison_words(result)] if result.other else []),
    )


def headlines(result: Evaluation) -> tuple[str, str]:
    """Return the key figures in two lines: accuracy and loss; mistakes and calibration."""
    figures = result.figures
    first = (
        f"{result.model.name}: accuracy {percent(figures.accuracy.value)} on "
        f"{counted(len(result), 'image')} of {result.images.source} ({interval(figures.accuracy, result.level)}); "
        f"cross-entropy {nats(result.loss)}, macro F1 {percent(figures.macro_f1.value)}"
    )
    pairs = confused(result, 1)
    gap = result.calibration
    if gap.excess == 0:
        how = "neither over- nor underconfident on average"
    else:
        how = f"{'over' if gap.excess > 0 else 'under'}confident by {points(abs(gap.excess))} points on average"
    second = f"{how} (expected calibration error {percent(gap.error)})"
    return f"{first}.", f"{f'{pairs[0]}, the most frequent mistake' if pairs else 'no mistake'}; {second}."


def below_minimum(result: Evaluation, minimum: float) -> str:
    """Return "fmnist-cnn: accuracy 91.20 % (912 of 1,000 images) is below the minimum of 95 %"."""
    right = f"{int(result.hits.sum()):,} of {counted(len(result), 'image')}"
    share = percent(result.figures.accuracy.value)
    return f"{result.model.name}: accuracy {share} ({right}) is below the minimum of {100 * minimum:g} %"


def confused(result: Evaluation, most: int) -> list[str]:
    """Return the most frequent mistakes, "98 of 1,000 images of T-shirt/top are mistaken for Shirt"."""
    return [pair.words(result.model.class_names) for pair in result.confusion.pairs[:most]]


def scaling_words(result: Evaluation) -> str:
    """Return the effect of temperature scaling, or why there is none."""
    found = result.scaling
    if not isinstance(found, TemperatureScaling):
        return f"No temperature fitted: {found}."
    before, after = found.error
    return (
        f"Dividing the scores by {found.temperature:.2f} would change no prediction; the expected calibration error "
        f"would go from {percent(before)} to {percent(after)}, cross-entropy from {found.loss[0]:.3f} to "
        f"{found.loss[1]:.3f} (fitted on {found.fitted_on:,} images, measured on the other {found.measured_on:,}; not "
        "applied here)."
    )


def comparison_words(result: Evaluation) -> str:
    """Return the accuracy difference of the two models, and its significance."""
    other, test, apart = result.other, result.mcnemar, result.difference
    assert other is not None and test is not None and apart is not None
    name, own = other.model.name, result.model.name
    if name == own:
        name, own = "The second model", "the first"
    shares = f"{name}: accuracy {percent(other.figures.accuracy.value)}"
    if apart.value:
        shares += f", {points(abs(apart.value))} points {'higher' if apart.value > 0 else 'lower'}"
        shares += "" if isnan(apart.low) else f" ({100 * result.level:g} % interval {_ends(apart)})"
    alone = f"it alone is right on {counted(test.only_second, 'image')}, {own} alone on {test.only_first:,}"
    verdict = "a significant difference" if test.p < 0.05 else "no significant difference"
    kind = "exact binomial" if test.exact else f"χ² = {test.statistic:.2f}"
    return f"{shares}; {alone}: {verdict} (McNemar's test, {kind}, {p_words(test.p)})."


def _ends(apart: Estimate) -> str:
    """Return the ends of a difference, without signs if both have the same sign."""
    if apart.low * apart.high <= 0:
        return f"{signed(apart.low)} to {signed(apart.high)}"
    low, high = sorted((abs(apart.low), abs(apart.high)))
    return f"{points(low)} to {points(high)}"


def points(share: float) -> str:
    """Return a difference of shares in percentage points."""
    return f"{100 * share:.2f}"


def signed(share: float) -> str:
    """Return the same with its sign."""
    return f"{'−' if share < 0 else '+'}{points(abs(share))}"


def nats(one: Estimate) -> str:
    """Return a loss with its interval, if it has one."""
    if isnan(one.low):
        return f"{one.value:.3f}"
    return f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})"


def interval(one: Estimate, level: float) -> str:
    """Return "95 % interval 91.60 to 92.70 %"."""
    return f"{100 * level:g} % interval {points(one.low)} to {points(one.high)} %"


def p_words(p: float) -> str:
    """Return "p = 0.031"; below a thousandth "p < 0.001"."""
    return f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"
