"""What the companions of filters cost, estimated before any is made, so that only quick ones are made unasked.

The bundled networks with 1,000 images stay below every limit; networks for photos exceed some, with three images even.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING

from cnnviz.models.batch_size import output_sizes
from cnnviz.models.windowed_graph import windowed_graph

if TYPE_CHECKING:
    from cnnviz.features.filters.result import Filters
    from cnnviz.models.probe import Probe

#: Pixels, times colors, of all maximized images, those of 829 filters of 28×28, and of one image, 128×128 in color.
MOST_MAXIMIZED, LARGEST_MAXIMIZED = 650_000, 50_000
#: Values that layers compute for all reconstructions, and values in these.
MOST_PROJECTED, MOST_RECONSTRUCTED = 6_000_000_000, 25_000_000
#: Values that layers compute in the time that a step of a layer's own windowed network takes to be traced.
TRACED = 15_000_000
#: Steps of all windowed networks, whose tracing takes longer than anything else on few images.
MOST_TRACED = 180
#: Values that layers compute for all removals of filters.
MOST_REMOVED = 1_000_000_000_000


def quick_to_maximize(probe: Probe, result: Filters) -> list[str]:
    """Return the layers whose maximized images are quick to make, the first ones within the limit."""
    image = prod(probe.card.input_shape)
    if image > LARGEST_MAXIMIZED:
        return []
    return _within(result, [(lambda path: len(result[path]) * image, MOST_MAXIMIZED)])


def quick_to_reconstruct(probe: Probe, result: Filters) -> list[str]:
    """Return the layers whose reconstructions are quick to make, the first ones within the limits."""
    runner = probe.runner
    sizes = output_sizes(runner.graph)
    below = dict(zip(sizes, accumulate(sizes.values()), strict=True))
    height, width, colors = probe.card.input_shape

    def projections(path: str) -> int:
        return 2 * result.responses[path].top.positions.size

    def computed(path: str) -> int:
        # A projection runs the network up to its layer, and back, on what the layer's cell sees.
        windowed = windowed_graph(runner.graph, path, runner.input_shape)
        if windowed is None:
            return projections(path) * below[path]
        steps = output_sizes(windowed.graph)
        return projections(path) * sum(steps.values()) + TRACED * len(steps)

    def traced(path: str) -> int:
        windowed = windowed_graph(runner.graph, path, runner.input_shape)
        return 0 if windowed is None else len(output_sizes(windowed.graph))

    def pixels(path: str) -> int:
        seen = probe.card.layer(path).receptive_field or (height, width)
        return projections(path) * min(seen[0], height) * min(seen[1], width) * colors

    return _within(result, [(computed, MOST_PROJECTED), (traced, MOST_TRACED), (pixels, MOST_RECONSTRUCTED)])


def is_quick_to_ablate(probe: Probe, result: Filters) -> bool:
    """Return whether removing every filter, one by one, is quick."""
    # Each filter is removed twice: set to zero, and to its mean.
    runs = 2 * sum(len(held) for held in result.layers.values()) * len(result.images)
    return runs * sum(output_sizes(probe.runner.graph).values()) <= MOST_REMOVED


def _within(paths: Iterable[str], limits: list[tuple[Callable[[str], int], int]]) -> list[str]:
    """Return the paths, in order, that stay within all limits together with those before; costlier ones are skipped."""
    left, kept = [most for _, most in limits], []
    for path in paths:
        costs = [cost(path) for cost, _ in limits]
        if all(cost <= rest for cost, rest in zip(costs, left, strict=True)):
            kept.append(path)
            left = [rest - cost for cost, rest in zip(costs, left, strict=True)]
    return kept
