"""Filter findings as sentences."""

from __future__ import annotations

import numpy as np

from .measures import LayerFilters
from .shuffle_test import LEVEL
from .twins import ALIKE

#: Below this kernel size the test has little power.
_FEW = 16


def findings(held: LayerFilters, images: int) -> str:
    """Return the numbers of dead filters, of twins, and of kernels like shuffled weights."""
    return f"{held.path}: " + "; ".join([_dead(held, images), _twins(held), _structure(held)]) + "."


def _dead(held: LayerFilters, images: int) -> str:
    dead = int(np.count_nonzero(held.dead == 1))
    verb = "is" if dead == 1 else "are"
    behind = "" if held.site == held.path else f" (behind {held.site})"
    where = "the one image" if images == 1 else f"all {images:,} images"
    return f"{dead or 'none'} of {len(held)} {held.noun}s {verb} dead on {where}{behind}"


def _twins(held: LayerFilters) -> str:
    pairs = len(held.twins.pairs())
    words = "1 pair" if pairs == 1 else f"{pairs or 'no'} pairs"
    return f"{words} of twins (cosine of kernels and correlation of responses both over {ALIKE})"


def _structure(held: LayerFilters) -> str:
    test = held.structure
    if not test.measure:
        return "kernels not compared with shuffled weights"
    like = int(test.like_shuffled.sum())
    tested = int((~np.isnan(test.p)).sum())
    differ = tested - like
    which = f"all {tested}" if differ == tested > 1 else f"{differ or 'none'} of {tested}"
    few = f"; {test.places} weights give little power" if test.places < _FEW else ""
    return (
        f"{which} kernels {'differs' if differ == 1 else 'differ'} from shuffled weights ({test.measure}, "
        f"p < {LEVEL:g} in {test.shuffles} shuffles; about {test.by_chance:.2g} expected by chance{few})"
    )
