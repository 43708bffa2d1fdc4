"""Errors of predicted numbers, with bootstrap intervals: mean error, MAE, RMSE and R²."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .bootstrap import Estimate, resampled_counts, varying_ends
from .per_class import Shares

#: The names of the figures, in order.
NAMES = ("mean_error", "mae", "rmse", "r2")


@dataclass(frozen=True, eq=False)
class ErrorFigures:
    """Figures of each output, (outputs,), with intervals, and ``means`` of them over the outputs, by name.

    ``mean_error`` is the mean of predicted minus true values, ``mae`` the mean absolute error, ``rmse`` the root of the
    mean squared error, ``r2`` the coefficient of determination 1 − Σ(error²)/Σ(true − mean true)²: NaN where all true
    values are equal. The mean of R² is over the outputs that have one.
    """

    mean_error: Shares
    mae: Shares
    rmse: Shares
    r2: Shares
    means: dict[str, Estimate]


def error_figures(
    true: np.ndarray, predicted: np.ndarray, rounds: int, level: float, random: np.random.Generator
) -> ErrorFigures:
    """Return the figures of true and predicted values, float64 (n, outputs).

    Intervals are percentiles over ``rounds`` resamplings of the images, none where all resamplings agree.
    """
    value = figures_of(true, predicted, np.ones((1, len(true))))[:, 0]
    parts = [
        figures_of(true, predicted, counts) for counts in resampled_counts(np.ones(len(true), int), rounds, random)
    ]
    samples = np.concatenate(parts, axis=1)
    held = {name: Shares(value[i], varying_ends(samples[i], value[i], level)) for i, name in enumerate(NAMES)}
    means = {}
    for i, name in enumerate(NAMES):
        known = ~np.isnan(value[i])
        one = value[i][known].mean() if known.any() else np.nan
        drawn = samples[i][:, known].mean(axis=1, keepdims=True) if known.any() else samples[i][:, :1]
        low, high = varying_ends(drawn, np.array([one]), level)[:, 0]
        means[name] = Estimate(float(one), float(low), float(high))
    return ErrorFigures(**held, means=means)


def figures_of(true: np.ndarray, predicted: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the figures with images counted ``weights`` (rounds, n) times each: (figures, rounds, outputs)."""
    error = predicted - true
    # Centered, so that the difference of two large squares loses no digits.
    centered = true - true.mean(axis=0)
    weights = weights.astype(np.float64)
    count = weights.sum(axis=1, keepdims=True)
    squares = weights @ error**2
    spread = weights @ centered**2 - (weights @ centered) ** 2 / count
    tiny = 1e-12 * (centered**2).sum(axis=0)
    r2 = np.where(spread > tiny, 1 - squares / np.where(spread > tiny, spread, 1.0), np.nan)
    return np.stack([weights @ error / count, weights @ np.abs(error) / count, np.sqrt(squares / count), r2])
