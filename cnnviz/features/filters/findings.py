"""What the numbers of a layer's filters come to, in a sentence."""

from __future__ import annotations

import numpy as np

from .measures import LayerFilters
from .shuffle_test import LEVEL
from .twins import ALIKE

#: Weights of a kernel below which the test seldom tells even a real structure.
_FEW = 16


def findings(held: LayerFilters, pictures: int) -> str:
    """Return how many filters of a layer are dead, twins, or not told from shuffled weights."""
    return f"{held.path}: " + "; ".join([_dead(held, pictures), _twins(held), _structure(held)]) + "."


def _dead(held: LayerFilters, pictures: int) -> str:
    dead = int(np.count_nonzero(held.dead == 1))
    verb = "is" if dead == 1 else "are"
    behind = "" if held.site == held.path else f" (behind {held.site})"
    where = "the one image" if pictures == 1 else f"all {pictures:,} images"
    return f"{dead or 'none'} of {len(held)} {held.noun}s {verb} dead on {where}{behind}"


def _twins(held: LayerFilters) -> str:
    pairs = len(held.twins.pairs())
    words = "1 pair" if pairs == 1 else f"{pairs or 'no'} pairs"
    return f"{words} of twins (cosine of kernels and correlation of answers both over {ALIKE})"


def _structure(held: LayerFilters) -> str:
    test = held.structure
    if not test.measure:
        return "kernels were not held against shuffled weights"
    like = int(test.like_shuffled.sum())
    tested = int((~np.isnan(test.p)).sum())
    few = f", and {test.places} weights are few to tell by" if test.places < _FEW else ""
    return (
        f"{like or 'none'} of {tested} kernels {'is' if like == 1 else 'are'} not told from shuffled weights "
        f"(by their {test.measure}, p of {LEVEL:g} or more in {test.shuffles} shuffles; were all of them random, about "
        f"{test.by_chance:.2g} would be told apart by chance{few})"
    )
