"""Candidates for removal: single filters and tied groups, the least costly first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.models.filter_layers import FilterLayer
from cnnviz.models.pruning.tied_filters import FIXED, is_tied, removed_with

from .ablate import moved
from .masked_accuracy import Bench

#: The removed filters of each layer, (filters,) bool.
Masks = dict[str, np.ndarray]


class Candidates:
    """Removable groups of some layers: ``groups`` are their numbers, cheapest first, ``costs`` their costs alone.

    ``ids`` is the group of each filter of each prunable layer. The costliest group of each layer is kept.
    """

    def __init__(self, bench: Bench, layers: Sequence[FilterLayer], ids: Mapping[str, np.ndarray]) -> None:
        self.layers, self.ids = tuple(layers), ids
        self.costs = _costs(bench, self.layers, ids)
        order = sorted(self.costs, key=lambda group: (self.costs[group], group))
        stays = {max((g for g in order if (own == g).any()), key=order.index, default=FIXED) for own in ids.values()}
        self.groups = [group for group in order if group not in stays]

    @property
    def total(self) -> int:
        """The number of filters of the layers."""
        return sum(layer.count for layer in self.layers)

    def masks(self, gone: Sequence[int]) -> Masks:
        """Return the masks of some groups, for every layer."""
        made = removed_with(self.ids, np.asarray(gone, np.int64))
        return {path: made.get(path, np.zeros(len(own), bool)) for path, own in self.ids.items()}

    def counted(self, wanted: Mapping[str, int]) -> Masks:
        """Return the cheapest groups that remove the wanted number of filters per layer; UsageError if none fit."""
        left, gone = dict(wanted), []
        for group in self.groups:
            takes = {path: int((self.ids[path] == group).sum()) for path in wanted}
            if any(takes.values()) and all(takes[path] <= left[path] for path in wanted):
                left = {path: left[path] - takes[path] for path in wanted}
                gone.append(group)
        for path, missing in left.items():
            if missing:
                with_it = ", ".join(other for other in self.ids if other != path and is_tied(self.ids, path, other))
                raise UsageError(
                    f"only {wanted[path] - missing} of the {wanted[path]} filters of {path} can be removed: its "
                    f"channels are tied to {with_it or 'a layer that cannot be cut'}; remove fewer, or as many of each"
                )
        return self.masks(gone)

    def share(self, share: float) -> Masks:
        """Return the cheapest groups that add up to at most a share of all filters."""
        sizes = np.cumsum([sum(int((own == group).sum()) for own in self.ids.values()) for group in self.groups])
        return self.masks(self.groups[: int(np.searchsorted(sizes, round(share * self.total), side="right"))])

    def within(self, holds: Callable[[Masks], bool]) -> Masks:
        """Return as many of the cheapest groups as ``holds`` accepts."""
        return self.masks(self.groups[: _most(lambda n: holds(self.masks(self.groups[:n])), len(self.groups))])


def _costs(bench: Bench, layers: Sequence[FilterLayer], ids: Mapping[str, np.ndarray]) -> dict[int, float]:
    """Return the change in loss for each group, all its filters removed at once."""
    plain = bench.plain()
    groups, sizes = np.unique(np.concatenate(list(ids.values())), return_counts=True)
    alone = set(groups[(sizes == 1) & (groups != FIXED)].tolist())
    costs: dict[int, float] = {}
    for layer in layers:
        if not alone.isdisjoint(ids[layer.path].tolist()):
            own = moved(plain, bench.one_by_one(layer, np.zeros(layer.count, np.float32)))
            costs |= {int(g): float(c) for g, c in zip(ids[layer.path], own, strict=True) if int(g) in alone}
    every = np.arange(len(bench.labels))
    for group in groups[(sizes > 1) & (groups != FIXED)].tolist():
        masks = {path: own == group for path, own in ids.items()}
        costs[group] = float(moved(plain, bench.removed_across(layers, masks, every))[0])
    return costs


def _most(holds: Callable[[int], bool], total: int) -> int:
    """Return the largest count up to which every count tried holds: stepwise, then by bisection."""
    low, high = 0, total + 1
    for count in np.unique(np.linspace(0, total, 21).round().astype(int))[1:]:
        if not holds(int(count)):
            high = int(count)
            break
        low = int(count)
    while high - low > 1 and low < total:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
