"""A smaller model, and what it is worth on pictures that did not choose what was taken out of it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.errors import ModelError, UsageError
from cnnviz.core.files import atomic_path
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.features.ready import ready
from cnnviz.models.filters import FilterLayer, filter_layers
from cnnviz.models.open import wrap
from cnnviz.models.probe import Probe
from cnnviz.models.pruning.plan import left_alone, plan
from cnnviz.models.pruning.rebuild import rebuilt

from .ablate import halves, labels_of, moved
from .curves import lost_interval
from .measure import Bench, judged
from .orders import least_first

#: How far a pruned model's logits may be from those of the masked one, of their largest.
FAITHFUL = 1e-4


@dataclass(frozen=True, eq=False)
class Pruned:
    """A smaller model. ``probe`` holds it, ``removed`` says which filters of which layer are gone.

    ``before`` and ``after`` are accuracies, ``loss_before`` and ``loss_after`` cross-entropies, on ``pictures`` many
    that had no say in the choice; ``low`` to ``high`` is the 95 % interval of the accuracy that is lost. ``left_alone``
    says of which layers nothing can be removed, and why.
    """

    probe: Probe
    removed: Mapping[str, tuple[int, ...]]
    parameters_before: int
    before: float
    after: float
    loss_before: float
    loss_after: float
    low: float
    high: float
    pictures: int
    left_alone: Mapping[str, str]

    @property
    def model(self) -> Any:
        """The Keras model."""
        return self.probe.model

    @property
    def parameters(self) -> int:
        """How many parameters are left."""
        return self.probe.card.parameters

    def __repr__(self) -> str:
        gone = ", ".join(f"{len(filters)} of {path}" for path, filters in self.removed.items())
        return f"Pruned({self.parameters_before:,} → {self.parameters:,} parameters; without {gone or 'nothing'})"

    def save(self, path: str | Path, force: bool = True) -> Path:
        """Write the model to a .keras file, whole or not at all; return the path."""
        place = Path(path)
        if place.suffix.lower() != ".keras":
            raise UsageError(f"{place} is no .keras file; end its name in .keras")
        with atomic_path(place, force) as temporary:
            # Keras goes by the name's end.
            beside = temporary.with_name(temporary.name + ".keras")
            try:
                self.model.save(beside)
                _without_times(beside, temporary)
            finally:
                beside.unlink(missing_ok=True)
        return place


def prune(
    model: Any,
    images: Any,
    *,
    remove: Mapping[str, int] | None = None,
    share: float | None = None,
    within: float | None = None,
    batch_size: int | None = None,
    invert: Invert = "auto",
    progress: Progress = silent,
) -> Pruned:
    """Remove filters for good, those first that cost least, and measure what is left.

    Give one of ``remove`` (how many filters of which layer), ``share`` (of the filters of all layers that can be
    cut, 0…1) and ``within`` (as many as cost no more than so many points of accuracy). One half of the labelled
    pictures chooses, the other measures. Every layer keeps a filter at least. UsageError for what cannot be removed.
    """
    if sum(choice is not None for choice in (remove, share, within)) != 1:
        raise UsageError("say what to remove by one of remove, share and within")
    probe, images = ready(model, images, invert)
    labels = labels_of(images, probe)
    layers = {layer.path: layer for layer in filter_layers(probe.engine)}
    tied = left_alone(probe.engine)
    chosen = _wanted(probe, layers, tied, remove)
    choosing, measuring = halves(labels)
    inputs = probe.inputs(images)
    gone = _chosen(probe, inputs[choosing], labels[choosing], chosen, remove, share, within, progress)
    smaller = _cut(probe, layers, {path: ~mask for path, mask in gone.items()}, inputs[:16])
    plain, left = (judged(one, one.logits(inputs[measuring])[None], labels[measuring]) for one in (probe, smaller))
    low, high = lost_interval(plain[0][0], left[0][0])
    return Pruned(
        smaller,
        {path: tuple(int(i) for i in np.flatnonzero(mask)) for path, mask in gone.items() if mask.any()},
        probe.card.parameters,
        float(plain[0].mean()),
        float(left[0].mean()),
        float(plain[1].mean()),
        float(left[1].mean()),
        low,
        high,
        len(measuring),
        tied,
    )


def _wanted(
    probe: Probe, layers: Mapping[str, FilterLayer], tied: Mapping[str, str], remove: Mapping[str, int] | None
) -> tuple[FilterLayer, ...]:
    """Return the layers to remove from; UsageError for a layer or a number that cannot be."""
    if remove is None:
        free = tuple(layer for path, layer in layers.items() if path not in tied)
        if not free:
            reasons = "; ".join(f"{path}: {why}" for path, why in tied.items())
            raise UsageError(f"no filter of the model can be removed ({reasons or 'no layer has any'})")
        return free
    for name, count in remove.items():
        path = probe.layer(name).path
        if path not in layers:
            raise UsageError(f"{path} has no filters that could go; choose from: {', '.join(layers)}")
        if path in tied:
            raise UsageError(f"no filter of {path} can be removed: {tied[path]}")
        if not 0 <= count < layers[path].count:
            raise UsageError(
                f"{path} has {layers[path].count} filters and keeps one; remove 0 to {layers[path].count - 1}"
            )
    named = {probe.layer(name).path for name in remove}
    return tuple(layer for path, layer in layers.items() if path in named)


def _chosen(
    probe: Probe,
    inputs: np.ndarray,
    labels: np.ndarray,
    layers: tuple[FilterLayer, ...],
    remove: Mapping[str, int] | None,
    share: float | None,
    within: float | None,
    progress: Progress,
) -> dict[str, np.ndarray]:
    """Return which filters go, (filters,) bool a layer, by what each costs alone on these pictures."""
    done, total = 0, sum(layer.count for layer in layers)

    def told(runs: int) -> None:
        nonlocal done
        done = min(total, done + runs)
        progress(done, total)

    bench = Bench(probe, inputs, labels, told)
    plain = bench.plain()
    costs = {layer.path: moved(plain, bench.one_by_one(layer, np.zeros(layer.count, np.float32))) for layer in layers}
    if remove is not None:
        wanted = {probe.layer(name).path: count for name, count in remove.items()}
        return {path: _first(costs[path], wanted[path]) for path in costs}
    order = _order_across(costs)
    if share is not None:
        if not 0 <= share <= 1:
            raise UsageError(f"share is {share:g}; give one from 0 to 1")
        return _masks(costs, order[: round(share * total)])
    assert within is not None
    if within < 0:
        raise UsageError("within may not be negative")
    bound = float(plain.accuracy()[0]) - within / 100 - 1e-9

    def holds(count: int) -> bool:
        gone = bench.removed_across(layers, _masks(costs, order[:count]), np.arange(len(labels)))
        return bool(gone.accuracy()[0] >= bound)

    return _masks(costs, order[: _most(holds, len(order))])


def _most(holds: Any, total: int) -> int:
    """Return the largest count up to which every one tried holds: in steps first, then by halving."""
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


def _first(costs: np.ndarray, count: int) -> np.ndarray:
    mask = np.zeros(len(costs), bool)
    mask[least_first(costs)[:count]] = True
    return mask


def _order_across(costs: Mapping[str, np.ndarray]) -> list[tuple[str, int]]:
    """Return (layer, filter), the cheapest first, without each layer's costliest, which stays."""
    every = [(float(cost), path, i) for path, held in costs.items() for i, cost in enumerate(held)]
    stays = {path: int(least_first(held)[-1]) for path, held in costs.items()}
    return [(path, i) for _, path, i in sorted(every, key=lambda one: one[0]) if stays[path] != i]


def _masks(costs: Mapping[str, np.ndarray], gone: list[tuple[str, int]]) -> dict[str, np.ndarray]:
    masks = {path: np.zeros(len(held), bool) for path, held in costs.items()}
    for path, i in gone:
        masks[path][i] = True
    return masks


def _cut(probe: Probe, layers: Mapping[str, FilterLayer], kept: Mapping[str, np.ndarray], inputs: np.ndarray) -> Probe:
    """Return the smaller model's probe; ModelError unless it answers as the masked network does."""
    from cnnviz.models.masking import MaskedNetwork

    model = rebuilt(probe.engine, plan(probe.engine, layers, kept), f"{probe.model.name}_pruned")
    smaller = wrap(model, class_names=probe.class_names if probe.named else None, scale=probe.scale)
    sites = {layers[path].site: mask for path, mask in kept.items()}
    wanted = MaskedNetwork(probe.engine, tuple(sites)).logits(inputs, sites)
    off = float(np.abs(smaller.engine.forward(inputs)[0] - wanted).max())
    if not off <= FAITHFUL * max(1.0, float(np.abs(wanted).max())):
        raise ModelError(f"the smaller model's scores are off by {off:.2g}; this model cannot be cut faithfully")
    return smaller


def _without_times(made: Path, place: Path) -> None:
    """Copy a model's archive without the dates that Keras and zip put in, so that equal models are equal files."""
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "metadata.json":
                told = {key: value for key, value in json.loads(content).items() if key != "date_saved"}
                content = json.dumps(told).encode()
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
