"""How many pictures to run at once."""

from __future__ import annotations

from collections.abc import Iterable

from .graph import Graph

#: Bytes that the intermediate results of one batch may take.
BUDGET = 192 * 2**20
LARGEST = 512


def batch_size_for(graph: Graph, kept: Iterable[str] = (), backward: bool = False) -> int:
    """Return 1…512: as many pictures as keep the outputs of all steps of one batch within BUDGET.

    A backward pass holds every step's output, so it counts as twice the memory; ``kept`` paths count once more.
    """
    kept = set(kept)
    floats = 0
    for step in graph.steps:
        size = 1
        for extent in step.shapes[0][1:]:
            size *= extent or 1
        floats += size * (2 if backward else 1) + (size if step.path in kept else 0)
    return max(1, min(LARGEST, BUDGET // max(1, 4 * floats)))
