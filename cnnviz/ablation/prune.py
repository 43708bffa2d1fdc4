"""Prune filters from a model, and measure the result on held-out images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import ModelError, UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.white import WhiteLike
from cnnviz.features.prepare_inputs import prepare
from cnnviz.models.filter_layers import FilterLayer, filter_layers
from cnnviz.models.open import wrap
from cnnviz.models.probe import Probe
from cnnviz.models.pruning.plan import left_alone, plan
from cnnviz.models.pruning.rebuild import rebuild
from cnnviz.models.pruning.tied_filters import filter_groups, is_tied
from cnnviz.models.row_numbers import refuse_rows

from .ablate import halves, labels_of
from .masked_accuracy import Bench, judged
from .pruned import Pruned
from .removal_candidates import Candidates, Masks
from .removal_curves import lost_interval

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike

#: Largest allowed deviation of a pruned model's logits from the masked model's, relative to the largest logit.
FAITHFUL = 1e-4


def prune(
    model: ModelLike,
    images: ImagesLike,
    *,
    remove: Mapping[str, int] | None = None,
    share: float | None = None,
    within: float | None = None,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Pruned:
    """Remove filters permanently, the least costly first, and measure the smaller model.

    Give one of ``remove`` (number of filters by layer), ``share`` (of the filters of all prunable layers, 0…1) and
    ``within`` (the accuracy loss to allow). One half of the labeled images chooses, the other measures. Every layer
    keeps at least one filter. Channels tied by an addition are removed together, and their cost is joint. UsageError
    for what cannot be removed.
    """
    if sum(choice is not None for choice in (remove, share, within)) != 1:
        raise UsageError("give exactly one of remove, share and within")
    if share is not None and not 0 <= share <= 1:
        raise UsageError(f"share is {share:g}; give one from 0 to 1")
    if within is not None and within < 0:
        raise UsageError("within must not be negative")
    probe, images = prepare(model, images, invert, fit, bands, white)
    labels = labels_of(images, probe)
    refuse_rows(probe.runner.tables, "pruning")
    layers = {layer.path: layer for layer in filter_layers(probe.runner)}
    tied = left_alone(probe.runner)
    free = {path: layer for path, layer in layers.items() if path not in tied}
    counts = _wanted(probe, layers, tied, remove)
    choosing, measuring = halves(labels)
    inputs = probe.inputs(images)
    groups = filter_groups(probe.runner, layers)
    ids = {path: groups[path] for path in free if counts is None or any(is_tied(groups, path, one) for one in counts)}
    total, done = sum(len(own) for own in ids.values()), 0

    def on_run(runs: int) -> None:
        nonlocal done
        done = min(total, done + runs)
        progress(done, total)

    bench = Bench(probe, inputs[choosing], labels[choosing], on_run)
    candidates = Candidates(bench, tuple(free[path] for path in ids), ids)
    gone = _chosen(candidates, bench, counts, share, within)
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
) -> dict[str, int] | None:
    """Return the number of filters to remove by layer path; UsageError for an impossible layer or number."""
    if remove is None:
        if len(tied) == len(layers):
            reasons = "; ".join(f"{path}: {why}" for path, why in tied.items())
            raise UsageError(f"no filter of the model can be removed ({reasons or 'no layer has any'})")
        return None
    wanted = {probe.layer(name).path: count for name, count in remove.items()}
    for path, count in wanted.items():
        if path not in layers:
            raise UsageError(f"{path} has no filters to remove; choose from: {', '.join(layers)}")
        if path in tied:
            raise UsageError(f"no filter of {path} can be removed: {tied[path]}")
        if not 0 <= count < layers[path].count:
            raise UsageError(
                f"{path} has {layers[path].count} filters and keeps one; remove 0 to {layers[path].count - 1}"
            )
    return wanted


def _chosen(
    candidates: Candidates,
    bench: Bench,
    remove: Mapping[str, int] | None,
    share: float | None,
    within: float | None,
) -> Masks:
    """Return the filters to remove, by their cost on the images of the bench."""
    if remove is not None:
        return candidates.counted(remove)
    if share is not None:
        return candidates.share(share)
    assert within is not None
    bound = float(bench.plain().accuracy()[0]) - within / 100 - 1e-9

    def holds(masks: Masks) -> bool:
        gone = bench.removed_across(candidates.layers, masks, np.arange(len(bench.labels)))
        return bool(gone.accuracy()[0] >= bound)

    return candidates.within(holds)


def _cut(probe: Probe, layers: Mapping[str, FilterLayer], kept: Mapping[str, np.ndarray], inputs: np.ndarray) -> Probe:
    """Return the smaller model's probe; ModelError unless its scores match the masked network's."""
    from cnnviz.models.channel_masking import MaskedNetwork

    model = rebuild(probe.runner, plan(probe.runner, layers, kept), f"{probe.model.name}_pruned")
    names = probe.class_names if probe.named else None
    smaller = wrap(model, class_names=names, scale=probe.scale, head=probe.card.head)
    sites = {layers[path].site: mask for path, mask in kept.items()}
    wanted = MaskedNetwork(probe.runner, tuple(sites)).logits(inputs, sites)
    off = float(np.abs(smaller.runner.forward(inputs)[0] - wanted).max())
    if not off <= FAITHFUL * max(1.0, float(np.abs(wanted).max())):
        raise ModelError(f"the smaller model's scores are off by {off:.2g}; this model cannot be cut faithfully")
    return smaller
