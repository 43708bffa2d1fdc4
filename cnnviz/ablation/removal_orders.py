"""In which order filters go: the least important first, by several measures of importance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

#: By how far the removal of one moves the loss, by the kernel's norm, by gradient × activation; random orders come
#: besides.
ORDERS = ("cost", "norm", "taylor")
TITLES = {
    "cost": "ablation cost",
    "norm": "kernel norm",
    "taylor": "Taylor score",
    "random": "random",
}


def least_first(scores: np.ndarray) -> np.ndarray:
    """Return positions in the order of their scores, equals by number."""
    return np.argsort(scores, kind="stable")


def random_orders(total: int, seeds: int) -> np.ndarray:
    """Return one random order for each seed from 0 on, (seeds, total)."""
    return np.stack([np.random.default_rng(seed).permutation(total) for seed in range(seeds)])


def across_layers(scores: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Return the scores of all layers' filters on one scale, layer after layer, by the name of the order.

    Costs are nats everywhere. Taylor scores are divided by their layer's L2 norm (as Molchanov et al. 2017 do)
    and so are kernel norms, times the root of the number of filters, or else large layers would go first.
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
    """Return masks (counts, total) bool: which are gone once so many of an order are removed."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return np.asarray(place[None] < np.asarray(counts)[:, None])
