"""Accuracy, and precision, recall and F1 per class, with bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .bootstrap import Estimate, ends, exact_ends, resampled_counts
from .confusion import Confusion


@dataclass(frozen=True, eq=False)
class Shares:
    """A share per class, (classes,), with the ends of its intervals, (2, classes); NaN where undefined."""

    value: np.ndarray
    ends: np.ndarray

    def __getitem__(self, number: int) -> Estimate:
        return Estimate(float(self.value[number]), float(self.ends[0, number]), float(self.ends[1, number]))


@dataclass(frozen=True, eq=False)
class Figures:
    """Metrics of a confusion matrix.

    ``precision``, ``recall`` and ``f1`` are per class. ``macro_f1`` is the mean of F1 over the ``counted`` classes that
    have images or predictions.
    """

    accuracy: Estimate
    macro_f1: Estimate
    precision: Shares
    recall: Shares
    f1: Shares

    @property
    def counted(self) -> int:
        """The number of classes that have images or predictions."""
        return int((~np.isnan(self.f1.value)).sum())


def figures(found: Confusion, rounds: int, level: float, random: np.random.Generator) -> Figures:
    """Return the metrics with percentile intervals over ``rounds`` resamplings.

    A share of 0 or 1 does not vary under resampling, however few the images: its bounds are exact binomial bounds.
    """
    right, of, called = found.right, found.of, found.called
    value = _shares(right, of, called)
    drawn = [_shares(*_drawn(found, counts)) for counts in resampled_counts(found.count, rounds, random)]
    samples = [np.concatenate(parts) for parts in zip(*drawn, strict=True)]
    precision = _bounded(value[0], samples[0], right, called, level)
    recall = _bounded(value[1], samples[1], right, of, level)
    hits, total = int(right.sum()), int(of.sum())
    f1_ends = ends(samples[2], level)
    # F1 has exact bounds if precision and recall both have.
    flat = (value[2] == 0) | (value[2] == 1)
    f1_ends[:, flat] = _harmonic(precision.ends[:, flat], recall.ends[:, flat])
    # A class with predictions but without images counts as 0 in every resampling; one whose
    # images were not drawn does not count in that resampling.
    samples[2][:, (of == 0) & (called > 0)] = 0
    with np.errstate(invalid="ignore"):
        macro = np.nanmean(samples[2], axis=1)
    # Where every class has exact bounds, the bounds of the mean are the mean of these.
    low, high = np.nanmean(f1_ends, axis=1) if flat[~np.isnan(value[2])].all() else ends(macro, level)
    return Figures(
        _share(hits, total, ends(samples[3][:, 0], level), level),
        Estimate(float(np.nanmean(value[2])), float(low), float(high)),
        precision,
        recall,
        Shares(value[2], f1_ends),
    )


def _shares(right: np.ndarray, of: np.ndarray, called: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return precision, recall, F1 and accuracy of counts whose last axis is the class."""

    def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
        return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)

    accuracy = right.sum(axis=-1, keepdims=True) / of.sum(axis=-1, keepdims=True)
    return share(right, called), share(right, of), share(2 * right, of + called), accuracy


def _drawn(found: Confusion, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return right predictions, images and predictions of each class for resampled cells, each (rounds, classes)."""
    own = found.label == found.said
    return (
        _summed(counts[:, own], found.label[own], found.classes),
        _summed(counts, found.label, found.classes),
        _summed(counts, found.said, found.classes),
    )


def _summed(counts: np.ndarray, groups: np.ndarray, classes: int) -> np.ndarray:
    """Return the sums of the columns of each group."""
    sums = np.zeros((len(counts), classes), np.int64)
    if not counts.shape[1]:
        return sums
    order = np.argsort(groups, kind="stable")
    present, begins = np.unique(groups[order], return_index=True)
    sums[:, present] = np.add.reduceat(counts[:, order], begins, axis=1)
    return sums


def _bounded(value: np.ndarray, samples: np.ndarray, part: np.ndarray, whole: np.ndarray, level: float) -> Shares:
    found = ends(samples, level)
    flat = (value == 0) | (value == 1)
    found[:, flat] = exact_ends(part[flat], whole[flat], level)
    return Shares(value, found)


def _share(part: int, whole: int, found: np.ndarray, level: float) -> Estimate:
    low, high = exact_ends(part, whole, level) if part in (0, whole) else found
    return Estimate(part / whole, float(low), float(high))


def _harmonic(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the harmonic mean; if one value is unknown, the other."""
    a, b = np.where(np.isnan(a), b, a), np.where(np.isnan(b), a, b)
    return np.divide(2 * a * b, a + b, out=np.zeros_like(a), where=a + b > 0)
