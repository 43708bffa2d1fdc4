"""Rows and order of layers in a layered graph.

Sugiyama, Tagawa and Toda (1981): rows by the longest path from the input, edges split into steps of one row, the order
within a row by the mean position of the neighbors.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

#: An item of a row: a layer, or an edge (from, to, row) that passes it.
Place = int | tuple[int, int, int]
_SWEEPS = 6


def depths(feeds: Sequence[Sequence[int]]) -> list[int]:
    """Return each node's row; ``feeds`` are the inputs of each node, which come earlier in the order."""
    rows: list[int] = []
    for own in feeds:
        rows.append(1 + max((rows[other] for other in own), default=-1))
    return rows


def stretches(feeds: Sequence[Sequence[int]], rows: Sequence[int]) -> list[list[Place]]:
    """Return each edge as the places that it passes, one per row."""
    found: list[list[Place]] = []
    for node, own in enumerate(feeds):
        for other in dict.fromkeys(own):
            passed: list[Place] = [(other, node, row) for row in range(rows[other] + 1, rows[node])]
            found.append([other, *passed, node])
    return found


def ordered(rows: Sequence[int], edges: Sequence[Sequence[Place]]) -> list[list[Place]]:
    """Return the places of every row from left to right, with few edge crossings."""
    levels: list[list[Place]] = [[] for _ in range(max(rows, default=-1) + 1)]
    for node, row in enumerate(rows):
        levels[row].append(node)
    before: dict[Place, list[Place]] = {}
    after: dict[Place, list[Place]] = {}
    for edge in edges:
        for place in edge[1:-1]:
            assert isinstance(place, tuple)
            levels[place[2]].append(place)
        for one, other in itertools.pairwise(edge):
            after.setdefault(one, []).append(other)
            before.setdefault(other, []).append(one)
    best, least = [list(level) for level in levels], crossings(levels, after)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for row in range(1, len(levels)) if down else range(len(levels) - 2, -1, -1):
            beside = levels[row - 1 if down else row + 1]
            _sort(levels[row], beside, before if down else after)
        count = crossings(levels, after)
        if count < least:
            best, least = [list(level) for level in levels], count
    return best


def _sort(level: list[Place], beside: Sequence[Place], neighbors: Mapping[Place, Sequence[Place]]) -> None:
    at = {place: i for i, place in enumerate(beside)}

    def mean(item: tuple[int, Place]) -> tuple[float, int]:
        i, place = item
        own = [at[other] for other in neighbors.get(place, ()) if other in at]
        return (sum(own) / len(own) if own else float(i)), i

    level[:] = [place for _, place in sorted(enumerate(level), key=mean)]


def crossings(levels: Sequence[Sequence[Place]], after: Mapping[Place, Sequence[Place]]) -> int:
    """Return the number of edge crossings between neighboring rows."""
    count = 0
    for upper, lower in itertools.pairwise(levels):
        at = {place: i for i, place in enumerate(lower)}
        ends = [sorted(at[other] for other in after.get(place, ()) if other in at) for place in upper]
        flat = [end for row in ends for end in row]
        count += sum(a > b for i, a in enumerate(flat) for b in flat[i + 1 :])
    return count
