"""Straighten chains of layers, and lines that pass rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from .ranks import Place


def straightened(
    levels: Sequence[Sequence[Place]],
    edges: Sequence[Sequence[Place]],
    across: dict[Place, float],
    room: Callable[[Place], float],
) -> dict[Place, float]:
    """Return the positions with each chain on a vertical line: at its mean, or as near as neighbors allow.

    A chain is a sequence of places with a single input and output each. Long chains come first.
    """
    placed = dict(across)
    beside: dict[Place, tuple[Place | None, Place | None]] = {}
    for level in levels:
        for i, place in enumerate(level):
            beside[place] = (level[i - 1] if i else None, level[i + 1] if i + 1 < len(level) else None)
    for chain in sorted(_chains(edges), key=len, reverse=True):
        least, most = float("-inf"), float("inf")
        for place in chain:
            left, right = beside[place]
            if left is not None:
                least = max(least, placed[left] + (room(left) + room(place)) / 2)
            if right is not None:
                most = min(most, placed[right] - (room(right) + room(place)) / 2)
        if least <= most:
            x = min(max(sum(placed[place] for place in chain) / len(chain), least), most)
            placed.update(dict.fromkeys(chain, x))
    return placed


def _chains(edges: Sequence[Sequence[Place]]) -> list[list[Place]]:
    after: dict[Place, list[Place]] = {}
    before: dict[Place, list[Place]] = {}
    for edge in edges:
        for one, other in itertools.pairwise(edge):
            after.setdefault(one, []).append(other)
            before.setdefault(other, []).append(one)

    def following(place: Place) -> Place | None:
        others = after.get(place, [])
        return others[0] if len(others) == 1 and len(before[others[0]]) == 1 else None

    chains = []
    for place in {**after, **before}:
        own = before.get(place, [])
        if following(place) is None or (len(own) == 1 and following(own[0]) == place):
            continue
        chain, further = [place], following(place)
        while further is not None:
            chain.append(further)
            further = following(further)
        chains.append(chain)
    return chains
