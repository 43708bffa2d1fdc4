"""Shapley values by weighted least squares on coalitions."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import comb

import numpy as np


@lru_cache(maxsize=64)
def coalitions(players: int, samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return coalitions to ask, bool (k, players), and what each counts, float64 (k,); both read-only.

    The empty coalition and the one of all are left out, since they are met exactly, but count among the ``samples``. If
    all others fit they are all there, with the Shapley kernel's weights (Lundberg & Lee 2017, theorem 2). Otherwise sizes
    are taken whole from the smallest and largest inwards while they fit, and of the rest pairs of a coalition and
    its opposite are drawn, by the kernel's weights.
    """
    if players < 2:
        rows, counts = np.zeros((0, players), bool), np.zeros(0)
    elif 2**players <= samples:
        rows = np.array(list(product((False, True), repeat=players))[1:-1])
        counts = np.array([_kernel(players, int(size)) for size in rows.sum(axis=1)])
    else:
        rows, counts = _drawn(players, samples - 2, np.random.default_rng(seed))
    rows.flags.writeable = counts.flags.writeable = False
    return rows, counts


def solve(coalitions: np.ndarray, counts: np.ndarray, scores: np.ndarray, empty: float, whole: float) -> np.ndarray:
    """Return the players' values φ, float64 (players,), that fit S(z) ≈ S(∅) + Σ_{i∈z} φ_i best and sum to S(all) − S(∅).

    ``scores`` (k,) are those of the coalitions. Where these are too few to tell, values are as alike as they can be.
    """
    players = coalitions.shape[1]
    fair = (whole - empty) / players
    # With φ = fair + u and Σu = 0, a row's own mean makes no difference; rows without it keep the least solution at Σu = 0.
    rows = coalitions - coalitions.mean(axis=1, keepdims=True)
    rest = scores - empty - fair * coalitions.sum(axis=1)
    root = np.sqrt(counts)
    found, *_ = np.linalg.lstsq(root[:, None] * rows, root * rest, rcond=None)
    return np.asarray(fair + found)


def _kernel(players: int, size: int) -> float:
    """What one coalition of a size counts."""
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
    """What all coalitions of a size and of its opposite count together."""
    return _kernel(players, size) * comb(players, size) * (1 if 2 * size == players else 2)


def _all_of_size(players: int, size: int) -> np.ndarray:
    from itertools import combinations

    chosen = np.array(list(combinations(range(players), size)))
    rows = np.zeros((len(chosen), players), bool)
    np.put_along_axis(rows, chosen, True, axis=1)
    return rows
