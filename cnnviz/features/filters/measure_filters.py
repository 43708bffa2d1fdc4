"""Statistics of filters on a set of images."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.progress import Progress, silent, staged
from cnnviz.data.images import Images
from cnnviz.features.response_accumulator import channels_of
from cnnviz.features.responses import KEPT, run_responses
from cnnviz.models.filter_layers import site_of
from cnnviz.models.find_layer import LayersLike, find_paths
from cnnviz.models.inactive_layers import INACTIVE
from cnnviz.models.kernels import kernel_of, layers_with_kernels

from .channel_correlation import CorrelationAccumulator
from .measures import LayerFilters, filter_statistics
from .result import Filters
from .shuffle_test import shuffle_counts

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: The most filters of a layer to compare pairwise; wider layers have no twins.
MOST_COMPARED = 4096


def measure_filters(
    probe: Probe,
    images: Images,
    layer: LayersLike | None = None,
    *,
    count: int = KEPT,
    seed: int = 0,
    batch_size: int | None = None,
    progress: Progress = silent,
) -> Filters:
    """Return the statistics of every filter of the named layers and its responses, without companions.

    ``images`` are prepared for the probe; other arguments are those of ``cnnviz.filters``. UsageError for a layer
    without a kernel.
    """
    kernels = _kernels(probe, layer)
    sites = {path: _complete(probe, path) for path in kernels}
    wide = {sites[path]: kernel.shape[-1] for path, kernel in kernels.items()}
    alike = {site: CorrelationAccumulator(channels) for site, channels in wide.items() if channels <= MOST_COMPARED}

    def watch(path: str, means: np.ndarray) -> None:
        if path in alike:
            alike[path].add(means)

    # Dead filters show only after a separate normalization and activation.
    seen = run_responses(probe, images, tuple(dict.fromkeys([*kernels, *wide])), count, batch_size, progress, watch)
    shuffles = shuffle_counts({path: kernel.shape for path, kernel in kernels.items()})
    update = staged(progress, "layers for the measures")
    layers: dict[str, LayerFilters] = {}
    for path, kernel in kernels.items():
        update(len(layers), len(kernels))
        # The correlations of all layers at once can fill the memory.
        correlations = alike[sites[path]].correlations() if sites[path] in alike else None
        layers[path] = filter_statistics(
            probe.card.layer(path), kernel, sites[path], seen, correlations, seed, shuffles[path]
        )
    return Filters(
        images,
        probe.card,
        seen.probabilities,
        network=seen.network,
        layers=layers,
        responses=replace(seen, layers={path: seen[path] for path in kernels}),
    )


def _complete(probe: Probe, path: str) -> str:
    """Return the last channel-wise step after a layer (normalization, activation), or the layer itself."""
    graph = probe.runner.graph
    site = site_of(graph.step(path), graph)
    while site.path != path and site.kind in INACTIVE:
        before = graph.producer(site.inputs[0])
        assert before is not None
        site = before
    return site.path


def _kernels(probe: Probe, layer: LayersLike | None) -> dict[str, np.ndarray]:
    """Return the kernels of the named layers, in the model's order."""
    there = paths_with_filters(probe)
    if not there:
        raise UsageError(f"{probe.card.name} has no layer with filters: no convolution and no dense layer")
    wanted = set(there) if layer is None else set(find_paths(probe, layer))
    for path in sorted(wanted - set(there)):
        raise UsageError(f"layer {path} has no filters of its own; choose from: {', '.join(there)}")
    made = {path: kernel_of(probe, path) for path in there if path in wanted}
    return {path: kernel for path, kernel in made.items() if kernel is not None}


def paths_with_filters(probe: Probe) -> tuple[str, ...]:
    """Return the paths of all layers whose channels have a kernel each, in the model's order."""
    found = []
    for path in layers_with_kernels(probe):
        kernel = kernel_of(probe, path)
        # A dense layer on the rows of a map shares one kernel among many units.
        if kernel is not None and kernel.shape[-1] == channels_of(probe.card.layer(path)):
            found.append(path)
    return tuple(found)
