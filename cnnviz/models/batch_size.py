"""Batch sizes that fit in memory."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

from .unrolled_graph import Graph, Step

#: The most bytes of intermediate results of one batch.
BUDGET = 192 * 2**20
LARGEST = 512
#: The most bytes of one intermediate result. Above 32 MiB the C library maps fresh pages for every result, and the
#: processor clears them before it computes: a forward pass takes 1.5 times as long (ADR 0007).
RESULT = 24 * 2**20


def batch_size_for(graph: Graph, kept: Iterable[str] = (), backward: bool = False) -> int:
    """Return 1…512: as many images as keep the outputs of all steps of one batch within BUDGET.

    A backward pass holds every step's output, so it counts as twice the memory; ``kept`` paths count once more.
    """
    kept = set(kept)
    sizes = output_sizes(graph)
    floats = sum(size * (2 if backward else 1) + (size if path in kept else 0) for path, size in sizes.items())
    return max(1, min(LARGEST, BUDGET // max(1, 4 * floats)))


def portion_for(graph: Graph) -> int:
    """Return 1…512: as many images as keep every single result of a batch within RESULT."""
    largest = max((_floats(step) for step in graph.steps), default=1)
    return max(1, min(LARGEST, RESULT // max(1, 4 * largest)))


def portions(count: int, most: int) -> list[slice]:
    """Divide ``count`` images into slices of at most ``most``, as equal as possible; at least one."""
    parts = max(1, -(-count // most))
    ends = [count * k // parts for k in range(parts + 1)]
    return [slice(start, end) for start, end in pairwise(ends)]


def output_sizes(graph: Graph) -> dict[str, int]:
    """Return the number of values in the output of each step for one image, by its path, in execution order."""
    return {step.path: _floats(step) for step in graph.steps}


def _floats(step: Step) -> int:
    return math.prod(extent or 1 for extent in step.shapes[0][1:])
