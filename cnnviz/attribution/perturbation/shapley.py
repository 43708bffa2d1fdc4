"""Shapley values by weighted least squares on coalitions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from math import comb

import numpy as np


@lru_cache(maxsize=64)
def game(players: int, samples: int, seed: int) -> Game:
    """Return the coalitions of ``players`` players to evaluate; the last few calls are cached.

    The empty and the full coalition are constraints and left out, but count among the ``samples``. If all others fit,
    all are used with the Shapley kernel's weights (Lundberg & Lee 2017, theorem 2). Otherwise whole sizes are used from
    the smallest and largest inwards while they fit, and pairs of a coalition and its complement are sampled from the
    rest by the kernel's weights.
    """
    if players < 2:
        rows, counts = np.zeros((0, players), bool), np.zeros(0)
    elif 2**players <= samples:
        rows = np.array(list(product((False, True), repeat=players))[1:-1])
        counts = np.array([_kernel(players, int(size)) for size in rows.sum(axis=1)])
    else:
        rows, counts = _drawn(players, samples - 2, np.random.default_rng(seed))
    # With φ = fair + u and Σu = 0, a row's mean is irrelevant; without it the minimum-norm solution keeps Σu = 0.
    apart = rows - rows.mean(axis=1, keepdims=True) if players else rows.astype(float)
    root = np.sqrt(counts)
    fit = np.linalg.pinv(root[:, None] * apart) * root
    rows.flags.writeable = fit.flags.writeable = False
    return Game(rows, fit)


@dataclass(frozen=True, eq=False)
class Game:
    """Coalitions to evaluate, bool (k, players), and the solver of values from their scores, float64 (players, k)."""

    coalitions: np.ndarray
    fit: np.ndarray

    def values(self, scores: np.ndarray, empty: float, whole: float) -> np.ndarray:
        """Return φ, float64 (players,), for which S(∅) + Σ_{i∈z} φ_i fits the ``scores`` (k,) best.

        Σφ = S(all) − S(∅). With too few coalitions, values are as equal as possible.
        """
        fair = (whole - empty) / self.coalitions.shape[1]
        return np.asarray(fair + self.fit @ (scores - empty - fair * self.coalitions.sum(axis=1)))


def _kernel(players: int, size: int) -> float:
    """Return the kernel weight of one coalition of a size."""
    return (players - 1) / (comb(players, size) * size * (players - size))


def _drawn(players: int, budget: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    sizes = list(range(1, players // 2 + 1))
    rows: list[np.ndarray] = []
    counts: list[np.ndarray] = []
    while sizes:
        members = comb(players, sizes[0]) // (2 if 2 * sizes[0] == players else 1)
        if 2 * members > budget:
            break
        size = sizes.pop(0)
        some = _all_of_size(players, size)[:members]
        rows += [some, ~some]
        counts += [np.full(2 * members, _kernel(players, size))]
        budget -= 2 * members
    pairs = budget // 2
    if sizes and pairs:
        shares = np.array([_class_weight(players, size) for size in sizes])
        taken = rng.choice(sizes, pairs, p=shares / shares.sum())
        order = rng.random((pairs, players)).argsort(axis=1).argsort(axis=1)
        some, times = np.unique(order < taken[:, None], axis=0, return_counts=True)
        rows += [some, ~some]
        counts += [np.tile(times * shares.sum() / (2 * pairs), 2)]
    if not rows:
        return np.zeros((0, players), bool), np.zeros(0)
    return np.concatenate(rows), np.concatenate(counts)


def _class_weight(players: int, size: int) -> float:
    """Return the total kernel weight of all coalitions of a size and of the complementary size."""
    return _kernel(players, size) * comb(players, size) * (1 if 2 * size == players else 2)


def _all_of_size(players: int, size: int) -> np.ndarray:
    chosen = np.array(list(combinations(range(players), size)))
    rows = np.zeros((len(chosen), players), bool)
    np.put_along_axis(rows, chosen, True, axis=1)
    return rows
