"""Numbers of images that are computed together: enough to keep the processor busy, and bounded in memory."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from .unrolled_graph import INPUT, Graph, Step

#: The most bytes of the intermediate results that exist at once, of a forward pass and of one that a gradient follows.
BUDGET, BACKWARD = 256 * 2**20, 512 * 2**20
LARGEST = 512
#: The most bytes of one intermediate result. Above 32 MiB the C library maps fresh pages for every result, and the
#: processor clears them before it computes: a forward pass takes 1.5 times as long (ADR 0007).
RESULT = 24 * 2**20
#: Fewer images leave cores idle, whatever the size of the results: VGG16 takes 1.5 times as long image by image.
LEAST = 8

#: The places of a gradient at the model's input alone.
AT_INPUT = (INPUT,)


def portion_for(graph: Graph, at: Sequence[str] | None = None) -> int:
    """Return 1…512: as many images as are computed at once, for a gradient at the paths ``at`` or a forward pass.

    Every single result stays within RESULT, unless these are fewer than LEAST, and all that exist at once within
    BUDGET, or BACKWARD.
    """
    largest = max((_floats(step) for step in graph.steps), default=1)
    most = max(LEAST, RESULT // max(1, 4 * largest))
    return max(1, min(LARGEST, most, _within_budget(graph, at, 0)))


def batch_size_for(graph: Graph, kept: Iterable[str] = (), at: Sequence[str] | None = None) -> int:
    """Return 1…512: as many images as one batch has, whose results are held together.

    These are as many as ``portion_for`` gives, and more where the ``kept`` outputs and what is computed meanwhile stay
    within BUDGET, or BACKWARD for a gradient at the paths ``at``.
    """
    sizes = output_sizes(graph)
    most = min(LARGEST, _within_budget(graph, at, sum(sizes[path] for path in kept if path in sizes)))
    portion = portion_for(graph, at)
    return max(1, most - most % portion if most > portion else most)


def portions(count: int, most: int) -> list[slice]:
    """Divide ``count`` images into slices of at most ``most``, as equal as possible; at least one."""
    parts = max(1, -(-count // most))
    ends = [count * k // parts for k in range(parts + 1)]
    return [slice(start, end) for start, end in pairwise(ends)]


def output_sizes(graph: Graph) -> dict[str, int]:
    """Return the number of values in the output of each step for one image, by its path, in execution order."""
    return {step.path: _floats(step) for step in graph.steps}


def _within_budget(graph: Graph, at: Sequence[str] | None, kept: int) -> int:
    floats = _most_alive(graph) + kept + (0 if at is None else _held_for_gradient(graph, at))
    return (BUDGET if at is None else BACKWARD) // max(1, 4 * floats)


def _most_alive(graph: Graph) -> int:
    """Return the most values of one image that exist at once in a forward pass, which frees what nobody reads again."""
    last = {slot: place for place, step in enumerate(graph.steps) for slot in step.inputs}
    alive, most = 0, 0
    ends: dict[int, int] = {}
    for place, step in enumerate(graph.steps):
        own = _floats(step)
        alive += own
        most = max(most, alive)
        read_until = max((last.get(slot, place) for slot in step.outputs), default=place)
        ends[read_until] = ends.get(read_until, 0) + own
        alive -= ends.pop(place, 0)
    return most


def _held_for_gradient(graph: Graph, at: Sequence[str]) -> int:
    """Return the values of one image that a backward pass reads: the outputs of a place and of what depends on it."""
    sizes = output_sizes(graph)
    return sum(sizes[path] for path in {*at, *graph.resting_on(at)} if path in sizes)


def _floats(step: Step) -> int:
    return math.prod(extent or 1 for extent in step.shapes[0][1:])
