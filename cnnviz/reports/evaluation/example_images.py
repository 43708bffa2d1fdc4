"""Example images: the most confident mistakes, the least confident right predictions, and some at random."""

from __future__ import annotations

import numpy as np

#: Images of each kind.
SHOWN = 25


def worst(confidence: np.ndarray, right: np.ndarray, most: int = SHOWN) -> np.ndarray:
    """Return positions of wrong predictions, the most confident first."""
    wrong = np.flatnonzero(~right)
    return wrong[np.argsort(-confidence[wrong], kind="stable")][:most]


def least_sure(confidence: np.ndarray, right: np.ndarray, most: int = SHOWN) -> np.ndarray:
    """Return positions of right predictions, the least confident first."""
    hits = np.flatnonzero(right)
    return hits[np.argsort(confidence[hits], kind="stable")][:most]


def at_random(count: int, random: np.random.Generator, most: int = SHOWN) -> np.ndarray:
    """Return positions drawn without replacement, in order."""
    return np.sort(random.permutation(count)[:most])
