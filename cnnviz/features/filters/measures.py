"""Statistics of the filters of one layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import floats
from cnnviz.core.model_card import LayerInfo
from cnnviz.features.document import finite_or_none
from cnnviz.features.responses import Responses

from .class_selectivity import selectivities
from .kernel_entropy import entropies, highest_entropy
from .kernel_norm import norms
from .shuffle_test import Structure, shuffle_test
from .twins import Twins, nearest_twins, no_twins

#: The columns of a table with one row per filter.
COLUMNS = (
    "layer",
    "filter",
    "norm",
    "entropy_bits",
    "entropy_most_bits",
    "dead_share",
    "active_share",
    "highest",
    "selectivity",
    "twin",
    "twin_cosine",
    "twin_correlation",
    "structure",
    "structure_shuffled_low",
    "structure_shuffled_high",
    "structure_p",
)


@dataclass(frozen=True, eq=False)
class LayerFilters:
    """Statistics of the filters of one layer, each (channels,) and NaN where undefined.

    ``norm`` is the kernel's L2 norm, ``entropy`` that of its absolute weights in bits, at most ``entropy_most``.
    ``dead`` is the share of images in which its map is flat (a unit is zero), ``active`` the share of cells that are
    not zero, ``selectivity`` its class selectivity index, all three of the output of ``site``: the last normalization
    or activation after the layer, or the layer itself. So is the correlation of its ``twins``, the nearest other
    filters. ``highest`` is the layer's own highest activation, ``structure`` the test against shuffled weights.
    ``noun`` is "filter" or "unit".
    """

    path: str
    site: str
    noun: str
    norm: Annotated[np.ndarray, floats("channels", nan=True)]
    entropy: Annotated[np.ndarray, floats("channels", nan=True)]
    entropy_most: float
    dead: Annotated[np.ndarray, floats("channels", nan=True)]
    active: Annotated[np.ndarray, floats("channels", nan=True)]
    highest: Annotated[np.ndarray, floats("channels", nan=True)]
    selectivity: Annotated[np.ndarray, floats("channels", nan=True)]
    twins: Twins
    structure: Structure

    def __len__(self) -> int:
        return len(self.norm)

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Yield one row of COLUMNS per filter; None for unknown values."""
        for i in range(len(self)):
            twin = int(self.twins.twin[i])
            yield (
                self.path,
                i,
                *map(finite_or_none, (self.norm[i], self.entropy[i], self.entropy_most, self.dead[i], self.active[i])),
                *map(finite_or_none, (self.highest[i], self.selectivity[i])),
                None if twin < 0 else twin,
                *map(finite_or_none, (self.twins.cosine[i], self.twins.correlation[i], self.structure.value[i])),
                *map(finite_or_none, (self.structure.null[i, 0], self.structure.null[i, 2], self.structure.p[i])),
            )


def filter_statistics(
    layer: LayerInfo,
    kernel: np.ndarray,
    site: str,
    seen: Responses,
    correlations: np.ndarray | None,
    seed: int,
    shuffles: int,
) -> LayerFilters:
    """Return the statistics of filters with this kernel (height, width, inputs, channels) and these responses.

    Without the ``correlations`` of the responses there are no twins; ``shuffles`` is the number for the structure test.
    """
    responses = seen[site]
    return LayerFilters(
        layer.path,
        site,
        "filter" if layer.spatial else "unit",
        norm=norms(kernel),
        entropy=entropies(kernel),
        entropy_most=highest_entropy(kernel),
        dead=responses.flat.astype(np.float64),
        active=responses.active.astype(np.float64),
        highest=seen[layer.path].high.astype(np.float64),
        selectivity=selectivities(responses.profile),
        twins=no_twins(kernel.shape[-1]) if correlations is None else nearest_twins(kernel, correlations),
        structure=shuffle_test(kernel, seed, shuffles),
    )
