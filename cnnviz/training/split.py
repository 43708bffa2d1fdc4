"""Stratified split of labeled images."""

from __future__ import annotations

import numpy as np


def stratified_split(labels: np.ndarray, fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two sorted index arrays: those kept, and ``fraction`` of every class held out.

    ``labels`` is (n,) of whole numbers and ``fraction`` lies strictly between 0 and 1. A class gives
    round(fraction · its size) images to the second array.
    """
    if not 0 < fraction < 1:
        raise ValueError(f"fraction must lie between 0 and 1, not {fraction}")
    rng = np.random.default_rng(seed)
    held: list[np.ndarray] = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        held.append(rng.permutation(members)[: round(fraction * len(members))])
    validation = np.sort(np.concatenate(held))
    kept = np.setdiff1d(np.arange(len(labels)), validation, assume_unique=True)
    return kept, validation
