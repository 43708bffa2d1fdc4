"""Precision, recall, F1 and average precision of labels that do not exclude each other, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .bootstrap import Estimate, ends, exact_ends, resampled_counts, varying_ends
from .per_class import Shares

#: The most values in memory at once.
_MOST = 4_000_000


@dataclass(frozen=True, eq=False)
class LabelFigures:
    """Figures of each label, NaN where undefined, and of all labels together.

    ``mean_average_precision`` is the mean over the labels that any image has, ``macro_f1`` over those that any image
    has or is predicted to have, and ``exact`` the share of images with exactly the predicted labels.
    """

    mean_average_precision: Estimate
    macro_f1: Estimate
    exact: Estimate
    precision: Shares
    recall: Shares
    f1: Shares
    average_precision: Shares


def label_figures(
    labels: np.ndarray,
    probabilities: np.ndarray,
    predicted: np.ndarray,
    rounds: int,
    level: float,
    random: np.random.Generator,
) -> LabelFigures:
    """Return the figures of labels and predicted labels, bool (n, k), and probabilities (n, k).

    Intervals are percentiles over ``rounds`` resamplings of the images. A share of 0 or 1 does not vary under
    resampling: precision, recall and the exact share have exact binomial bounds there, F1 and average precision none.
    """
    hits, of, called = (labels & predicted).sum(0), labels.sum(0), predicted.sum(0)
    exact = (labels == predicted).all(axis=1)
    value = shares_of(hits, of, called)
    ranked = [Ranked.of(*pair) for pair in zip(labels.T, probabilities.T, strict=True)]
    average = np.array([one.average_precision(np.ones((1, len(labels))))[0] for one in ranked])
    samples: list[list[np.ndarray]] = [[] for _ in range(5)]
    columns = [part.astype(np.float64) for part in (labels & predicted, labels, predicted)]
    for weights in drawn_weights(len(labels), rounds, random):
        found = shares_of(*(weights @ column for column in columns))
        averages = np.stack([one.average_precision(weights) for one in ranked], axis=1)
        for held, made in zip(samples, (*found, averages, weights @ exact / len(labels)), strict=True):
            held.append(made)
    precision, recall, f1, averages, exacts = (np.concatenate(parts) for parts in samples)
    # A label that is predicted, though no image has it, counts as 0 in every resampling.
    f1[:, (of == 0) & (called > 0)] = 0
    alike = int(exact.sum())
    low, high = exact_ends(alike, len(exact), level) if alike in (0, len(exact)) else ends(exacts, level)
    return LabelFigures(
        _mean(average, averages, level),
        _mean(value[2], f1, level),
        Estimate(alike / len(exact), float(low), float(high)),
        _bounded(value[0], precision, hits, called, level),
        _bounded(value[1], recall, hits, of, level),
        Shares(value[2], varying_ends(f1, value[2], level)),
        Shares(average, varying_ends(averages, average, level)),
    )


def average_precision(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores, highest first; NaN without a positive.

    P and R are precision and recall at a threshold of the score; images of equal score count together, so that their
    order has no effect.
    """
    return float(Ranked.of(labels, scores).average_precision(np.ones((1, len(labels))))[0])


@dataclass(frozen=True, eq=False)
class Ranked:
    """A label's images in the order of their scores, highest first.

    ``order`` is (n,), ``begins`` where runs of images begin that end with a score that a positive has; ``positive`` is
    float64 (n,), 1 where an image in this order has the label.
    """

    order: np.ndarray
    begins: np.ndarray
    positive: np.ndarray

    @classmethod
    def of(cls, labels: np.ndarray, scores: np.ndarray) -> Ranked:
        """Return the images ranked by their scores (n,); ``labels`` (n,) are bool."""
        order = np.argsort(-scores, kind="stable")
        positive, ranked = labels[order].astype(np.float64), scores[order]
        # One past the last image of each distinct score; a run without a positive joins the next one.
        stops = np.append(np.flatnonzero(np.diff(ranked)) + 1, len(ranked))
        held = np.add.reduceat(positive, np.append(0, stops[:-1])) > 0
        return cls(order, np.append(0, stops[held]), positive)

    def average_precision(self, weights: np.ndarray) -> np.ndarray:
        """Return the average precision with images counted ``weights`` (rounds, n) times each, (rounds,)."""
        if len(self.begins) < 2:
            return np.full(len(weights), np.nan)
        ordered = weights[:, self.order[: self.begins[-1]]]
        images = np.add.reduceat(ordered, self.begins[:-1], axis=1)
        hits = np.add.reduceat(ordered * self.positive[: self.begins[-1]], self.begins[:-1], axis=1)
        found, seen = hits.cumsum(axis=1), images.cumsum(axis=1)
        with np.errstate(invalid="ignore"):
            return np.asarray((hits * found / np.maximum(seen, 1)).sum(axis=1) / found[:, -1])


def drawn_weights(count: int, rounds: int, random: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield how often each image is drawn, float64 (some rounds, count)."""
    step = max(1, _MOST // (4 * count))
    for counts in resampled_counts(np.ones(count, np.int64), rounds, random):
        for begin in range(0, len(counts), step):
            yield counts[begin : begin + step].astype(np.float64)


def shares_of(hits: np.ndarray, of: np.ndarray, called: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return precision, recall and F1 of counts whose last axis is the label; NaN where undefined."""

    def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
        return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)

    return share(hits, called), share(hits, of), share(2 * hits, of + called)


def _bounded(value: np.ndarray, samples: np.ndarray, part: np.ndarray, whole: np.ndarray, level: float) -> Shares:
    found = ends(samples, level)
    flat = (value == 0) | (value == 1)
    found[:, flat] = exact_ends(part[flat], whole[flat], level)
    return Shares(value, found)


def _mean(value: np.ndarray, samples: np.ndarray, level: float) -> Estimate:
    """Return the mean over the labels that have a value, with its interval."""
    known = ~np.isnan(value)
    if not known.any():
        return Estimate(*(float("nan"),) * 3)
    drawn = samples[:, known]
    count = (~np.isnan(drawn)).sum(axis=1)
    means = np.nansum(drawn, axis=1) / np.where(count, count, np.nan)
    low, high = ends(means, level)
    fixed = low == high
    return Estimate(float(value[known].mean()), *((float("nan"),) * 2 if fixed else (float(low), float(high))))
