"""Accuracy and loss as filters are removed, in several orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from cnnviz.core.declared_arrays import floats, integers

from .masked_accuracy import Scores
from .removal_orders import gone_after, random_orders

#: Steps of a curve, from no filter removed to all.
STEPS = 16
#: Extra counts to try between the last step within the bound and the next.
FURTHER = 8

#: Scores under masks (masks, filters) of removed filters, for the images that measure the curves.
Measure = Callable[[np.ndarray], Scores]


@dataclass(frozen=True, eq=False)
class Curves:
    """Accuracy and cross-entropy as filters are removed, on images that were not used for the orders.

    ``counts`` (k,) are the numbers of removed filters, from 0 to all. ``orders`` maps "cost", "norm" and "taylor" to
    filter positions in order of removal, (total,), and ``accuracy`` and ``loss`` to (k,). ``random_accuracy`` and
    ``random_loss`` are (seeds, k).
    """

    counts: Annotated[np.ndarray, integers("k")]
    orders: Mapping[str, Annotated[np.ndarray, integers("total", below="total")]]
    accuracy: Mapping[str, Annotated[np.ndarray, floats("k")]]
    loss: Mapping[str, Annotated[np.ndarray, floats("k")]]
    random_accuracy: Annotated[np.ndarray, floats("seeds", "k")]
    random_loss: Annotated[np.ndarray, floats("seeds", "k")]

    @property
    def total(self) -> int:
        """The number of filters."""
        return int(self.counts[-1])


@dataclass(frozen=True)
class Removable:
    """The largest number of filters that can be removed within a bound.

    ``order`` is the order that removes most, ``count`` how many of ``total``; ``before`` and ``after`` are accuracies
    on ``pictures`` images, and ``low`` to ``high`` the 95 % interval of the accuracy lost.
    """

    order: str
    count: int
    total: int
    before: float
    after: float
    low: float
    high: float
    pictures: int


def steps_of(total: int, steps: int = STEPS) -> np.ndarray:
    """Return the number of removed filters at each step of a curve, from 0 to ``total``."""
    return np.unique(np.linspace(0, total, min(total, steps) + 1).round().astype(np.int64))


def trace_curves(
    measure: Measure, scores: Mapping[str, np.ndarray], seeds: int, within: float, steps: int = STEPS
) -> tuple[Curves, Removable]:
    """Return the curves of the scored and random orders, and the filters removable ``within`` a bound."""
    total = len(next(iter(scores.values())))
    counts = steps_of(total, steps)
    orders = {name: np.argsort(values, kind="stable") for name, values in scores.items()}
    ends = measure(gone_after(np.arange(total), [0, total]))

    def whole(order: np.ndarray) -> Scores:
        # No filter removed and all removed are the same for every order.
        between = measure(gone_after(order, counts[1:-1])) if len(counts) > 2 else None
        inner = [] if between is None else [between]
        parts = [Scores(ends.right[:1], ends.loss[:1]), *inner, Scores(ends.right[1:], ends.loss[1:])]
        return Scores(np.concatenate([p.right for p in parts]), np.concatenate([p.loss for p in parts]))

    traced = {name: whole(order) for name, order in orders.items()}
    drawn = [whole(order) for order in random_orders(total, seeds)] if seeds else []
    none = np.zeros((0, len(counts)))
    curves = Curves(
        counts,
        orders,
        {name: made.accuracy() for name, made in traced.items()},
        {name: made.mean_loss() for name, made in traced.items()},
        np.stack([made.accuracy() for made in drawn]) if drawn else none,
        np.stack([made.mean_loss() for made in drawn]) if drawn else none,
    )
    found = [_removable(measure, name, orders[name], counts, made, within) for name, made in traced.items()]
    return curves, max(found, key=lambda one: (one.count, one.after))


def _removable(
    measure: Measure, name: str, order: np.ndarray, counts: np.ndarray, made: Scores, within: float
) -> Removable:
    """Return the last count of one order before the first that exceeds the bound."""
    plain = made.right[0]
    bound = plain.mean() - within + 1e-9
    tried = {int(count): right for count, right in zip(counts, made.right, strict=True)}
    last = _last_within(tried, bound)
    beyond = [count for count in tried if count > last]
    if beyond and min(beyond) - last > 1:
        between = np.unique(np.linspace(last, min(beyond), FURTHER + 2).round().astype(int))[1:-1]
        between = between[(between > last) & (between < min(beyond))]
        tried |= {int(c): right for c, right in zip(between, measure(gone_after(order, between)).right, strict=True)}
        last = _last_within(tried, bound)
    low, high = lost_interval(plain, tried[last])
    return Removable(name, last, len(order), float(plain.mean()), float(tried[last].mean()), low, high, len(plain))


def _last_within(tried: Mapping[int, np.ndarray], bound: float) -> int:
    last = 0
    for count in sorted(tried):
        if tried[count].mean() < bound:
            break
        last = count
    return last


def lost_interval(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of the accuracy lost, from the correctness of each image before and after.

    For paired proportions, adjusted to hold for few changes: Agresti and Min 2005, "Simple improved confidence
    intervals for comparing matched proportions".
    """
    lost, won = float((before & ~after).sum()) + 0.5, float((after & ~before).sum()) + 0.5
    n = len(before) + 2
    middle = (lost - won) / n
    reach = 1.96 * float(np.sqrt(max(0.0, lost + won - (lost - won) ** 2 / n))) / n
    return middle - reach, middle + reach
