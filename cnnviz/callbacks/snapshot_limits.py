"""Size limits of snapshots: layers, channels, filters and cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from cnnviz.models.find_layer import LayersLike
    from cnnviz.models.probe import Probe

#: Limits: images, layers, channels of a layer, units of a row, slices of a layer's kernels.
PICTURES, LAYERS, CHANNELS, UNITS, SLICES = 8, 8, 8, 64, 64
#: The most cells of a map's or kernel's longer side; larger ones are reduced to block means.
SIDES = (32, 16, 8)
#: The most values of all images' maps in one snapshot; above it maps are reduced further.
VALUES = 200_000


@dataclass(frozen=True)
class KeptMaps:
    """The first ``channels`` of a layer's channels, read at ``site``, after normalization and activation.

    ``shape`` (height, width) is the map's own size, ``kept`` the stored size; a row of units has (1, 1).
    """

    path: str
    site: str
    channels: int
    of_channels: int
    shape: tuple[int, int]
    kept: tuple[int, int]


@dataclass(frozen=True)
class KeptFilters:
    """The first ``filters`` kernels of a layer, each on its first ``inputs`` input channels.

    ``shape`` (height, width) is a kernel's own size and ``kept`` the stored size.
    """

    path: str
    kind: str
    filters: int
    of_filters: int
    inputs: int
    of_inputs: int
    shape: tuple[int, int]
    kept: tuple[int, int]


def kept_maps(probe: Probe, layers: LayersLike | None, images: int) -> tuple[KeptMaps, ...]:
    """Return the stored activations of these layers; None is all with filters, or eight of them."""
    from cnnviz.models.filter_layers import filter_layers
    from cnnviz.models.find_layer import find_paths

    sites = {layer.path: layer.site for layer in filter_layers(probe.runner)}
    if layers is None:
        paths = list(sites)
        if len(paths) > LAYERS:
            paths = [paths[i] for i in np.linspace(0, len(paths) - 1, LAYERS).round().astype(int)]
    else:
        named = set(find_paths(probe, layers))
        paths = [info.path for info in probe.layers if info.path in named]
    found: tuple[KeptMaps, ...] = ()
    for side in SIDES:
        found = tuple(_kept_maps(probe, path, sites.get(path, path), side) for path in paths)
        if images * sum(one.channels * one.kept[0] * one.kept[1] for one in found) <= VALUES:
            break
    return found


def _kept_maps(probe: Probe, path: str, site: str, side: int) -> KeptMaps:
    info = probe.card.layer(site)
    shape = (info.shape[0], info.shape[1]) if info.spatial else (1, 1)
    most = CHANNELS if info.spatial else UNITS
    count = info.channels if info.spatial else int(np.prod(info.shape))
    return KeptMaps(path, site, min(most, count), count, shape, downsampled_shape(shape, side))


def kept_filters(probe: Probe) -> tuple[KeptFilters, ...]:
    """Return the stored kernels: those of up to eight convolutions, and of the first dense layer."""
    from cnnviz.models.kernels import kernel_of, layers_with_kernels

    paths = [path for path in layers_with_kernels(probe) if probe.card.layer(path).kind != "Dense"]
    if len(paths) > LAYERS:
        paths = [paths[i] for i in np.linspace(0, len(paths) - 1, LAYERS).round().astype(int)]
    dense = [path for path in layers_with_kernels(probe) if probe.card.layer(path).kind == "Dense"][:1]
    found = []
    for path in [*paths, *dense]:
        kernel = kernel_of(probe, path)
        assert kernel is not None
        height, width, inputs, filters = kernel.shape
        # Kernels on the image keep all inputs; others keep as many inputs as filters.
        most = inputs if inputs <= 3 else 8
        if height * width == 1:
            most = 32
        kept = min(inputs, most)
        some = min(filters, max(8, SLICES // kept) if height * width > 1 else 32)
        shape = (height, width)
        found.append(
            KeptFilters(
                path,
                probe.card.layer(path).kind,
                some,
                filters,
                kept,
                inputs,
                shape,
                downsampled_shape(shape, SIDES[0]),
            )
        )
    return tuple(found)


def downsampled_shape(shape: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the size of a map after ``downsample``."""
    block = -(-max(shape) // side)
    return -(-shape[0] // block), -(-shape[1] // block)


def downsample(maps: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return maps (h, w, …) as means of square blocks, (*shape, …); unchanged if they have this shape."""
    if maps.shape[:2] == tuple(shape):
        return maps
    block = -(-max(maps.shape[:2]) // max(shape))
    for axis in (0, 1):
        starts = np.arange(0, maps.shape[axis], block)
        counts = np.diff(np.append(starts, maps.shape[axis]))
        wide = [1] * maps.ndim
        wide[axis] = len(counts)
        maps = np.add.reduceat(maps, starts, axis=axis) / counts.reshape(wide).astype(np.float32)
    return maps


def compact(values: np.ndarray) -> np.ndarray:
    """Return values as float16 if they are well within its range, else as float32."""
    reach = float(np.abs(values).max(initial=0.0))
    return values.astype(np.float16 if reach == 0 or 1e-2 < reach < 6e4 else np.float32)


def as_document(kept: KeptMaps | KeptFilters) -> dict[str, Any]:
    """Return the fields as JSON-ready values."""
    from dataclasses import asdict

    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(kept).items()}
