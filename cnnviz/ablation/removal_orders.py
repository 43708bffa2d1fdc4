"""Orders of removal: least important first, by several importance measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

#: Importance measures: change in loss, kernel norm, gradient × activation. Random orders are the baseline.
ORDERS = ("cost", "norm", "taylor")
TITLES = {
    "cost": "ablation cost",
    "norm": "kernel norm",
    "taylor": "Taylor score",
    "random": "random",
}


def least_first(scores: np.ndarray) -> np.ndarray:
    """Return positions by ascending score, ties by number."""
    return np.argsort(scores, kind="stable")


def random_orders(total: int, seeds: int) -> np.ndarray:
    """Return one random order per seed, from 0, (seeds, total)."""
    return np.stack([np.random.default_rng(seed).permutation(total) for seed in range(seeds)])


def across_layers(scores: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Return the scores of all layers' filters on one scale, concatenated, by order name.

    Costs are in nats everywhere. Taylor scores are divided by their layer's L2 norm (Molchanov et al. 2017), and so are
    kernel norms, times the root of the number of filters; otherwise large layers would be removed first.
    """
    joined = {}
    for name in ORDERS:
        parts = []
        for layer in scores:
            values = np.asarray(layer[name], np.float64)
            spread = (
                1.0 if name == "cost" else float(np.sqrt((values**2).mean() if name == "norm" else (values**2).sum()))
            )
            parts.append(values / (spread or 1.0))
        joined[name] = np.concatenate(parts)
    return joined


def gone_after(order: np.ndarray, counts: Sequence[int] | np.ndarray) -> np.ndarray:
    """Return masks (counts, total) bool of the removed filters after each count of an order."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return np.asarray(place[None] < np.asarray(counts)[:, None])
