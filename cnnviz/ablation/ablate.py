"""The cost of removing filters, in accuracy and loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.class_scores import require_classes
from cnnviz.core.errors import DataError, UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.white import WhiteLike
from cnnviz.features.filters.kernel_norm import norms
from cnnviz.features.lazy_network import LazyNetwork
from cnnviz.features.prepare_inputs import prepare
from cnnviz.models.filter_layers import FilterLayer, filter_layers
from cnnviz.models.find_layer import LayersLike, find_paths
from cnnviz.models.kernels import kernel_of
from cnnviz.models.probe import Probe
from cnnviz.models.pruning.plan import left_alone
from cnnviz.models.row_numbers import refuse_rows

from .masked_accuracy import Bench, Scores
from .removal_curves import Curves, Removable, steps_of, trace_curves
from .removal_orders import ORDERS, across_layers
from .result import Ablation, LayerAblation
from .taylor_scores import taylor_and_means

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike

#: Fewer images are not split into one half that sets the order and one that measures it.
FEW = 20
#: Steps of the curve over all layers; each step runs the whole network.
OVERALL_STEPS = 20


def ablate(
    model: ModelLike,
    images: ImagesLike,
    layer: LayersLike | None = None,
    *,
    within: float = 0.5,
    seeds: int = 5,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Ablation:
    """Remove every filter of the named layers (default: all), one by one and in several orders.

    ``model`` and ``images`` are as for ``activations``; the images need labels of the model's classes, and should not
    have been trained on. A filter is a channel of a layer's output after normalization and activation, or a unit of a
    hidden dense layer. ``within`` is the accuracy loss that the findings allow, a share; ``seeds`` is the number of
    random orders. DataError without labels, UsageError for a layer without filters and for the last layer.
    """
    probe, images = prepare(model, images, invert, fit, bands, white)
    return run_ablation(probe, images, layer, within=within, seeds=seeds, batch_size=batch_size, progress=progress)


def run_ablation(
    probe: Probe,
    images: Images,
    layer: LayersLike | None = None,
    *,
    within: float = 0.5,
    seeds: int = 5,
    batch_size: int | None = None,
    progress: Progress = silent,
) -> Ablation:
    """Return the ablation of layers on images that are fitted to the probe."""
    labels = labels_of(images, probe)
    refuse_rows(probe.runner.tables, "ablation")
    if within < 0 or seeds < 0:
        raise UsageError("within and seeds must not be negative")
    layers = chosen_filters(probe, layer)
    choosing, measuring = halves(labels)
    inputs = probe.inputs(images)
    done, total = 0, sum(2 * one.count + (len(ORDERS) + seeds) * (len(steps_of(one.count)) - 2) + 2 for one in layers)
    if len(layers) > 1:
        total += (len(ORDERS) + seeds) * (OVERALL_STEPS - 1) + 2

    def on_run(runs: int) -> None:
        nonlocal done
        done += runs
        # The search for the largest removable set takes a number of runs that is not known in advance.
        progress(min(done, total), total)

    bench = Bench(probe, inputs, labels, on_run)
    plain = bench.plain()
    tied = left_alone(probe.runner)
    scores: list[dict[str, np.ndarray]] = []
    made = {}
    gradients = taylor_and_means(probe, inputs, labels, layers, batch_size)
    for one in layers:
        taylor, means = gradients[one.path]
        gone = [bench.one_by_one(one, put) for put in (np.zeros(one.count, np.float32), means)]
        scores.append(
            {
                "cost": moved(plain, gone[0], choosing),
                "norm": _norms(probe, one.path),
                "taylor": taylor[choosing].mean(axis=0),
            }
        )

        def measure(masks: np.ndarray, one: FilterLayer = one) -> Scores:
            return bench.removed(one, masks, measuring)

        curves, removable = trace_curves(measure, scores[-1], seeds, within / 100)
        lost = [_lost(plain, mode) for mode in gone]
        made[one.path] = LayerAblation(
            one.path,
            one.site,
            one.noun,
            np.stack([accuracy for accuracy, _ in lost]),
            np.stack([loss for _, loss in lost]),
            scores[-1]["norm"],
            taylor.mean(axis=0),
            _idle(plain, gone[0]),
            curves,
            removable,
            tied.get(one.path),
        )
    overall = _overall(bench, layers, scores, measuring, seeds, within / 100) if len(layers) > 1 else (None, None)
    progress(total, total)
    return Ablation(
        images,
        probe.card,
        probe.probabilities(images, batch_size),
        network=LazyNetwork(probe),
        layers=made,
        choosing=choosing,
        measuring=measuring,
        plain_loss=float(plain.mean_loss()[0]),
        within=within / 100,
        overall=overall[0],
        overall_removable=overall[1],
    )


def _norms(probe: Probe, path: str) -> np.ndarray:
    kernel = kernel_of(probe, path)
    assert kernel is not None
    return norms(kernel).astype(np.float32)


def labels_of(images: Images, probe: Probe) -> np.ndarray:
    """Return the labels; DataError without labels of the model's classes, UsageError if the model has none."""
    require_classes(probe.card, "accuracy to measure")
    if images.labels is None:
        raise DataError(
            f"{images.source} has {images.without_classes}, and ablation measures accuracy; give a folder "
            "with a sub-folder for each class, a CSV with labels, or the bundled set, sample"
        )
    if images.class_names != probe.class_names:
        raise DataError(f"the classes of {images.source} are not those of the model; give images of its classes")
    return images.labels


def chosen_filters(probe: Probe, layer: LayersLike | None) -> tuple[FilterLayer, ...]:
    """Return the named layers in the model's order; UsageError for one without filters."""
    known = {one.path: one for one in filter_layers(probe.runner)}
    if not known:
        raise UsageError("the model has no convolution and no hidden dense layer, so there is no filter to remove")
    if layer is None:
        return tuple(known.values())
    wanted = set(find_paths(probe, layer))
    for path in wanted - known.keys():
        info = probe.card.layer(path)
        others = f"choose from: {', '.join(known)}"
        if info.kind in ("Dense", "Conv2D", "SeparableConv2D"):
            raise UsageError(f"{path} is the last layer: its units are the classes and cannot be removed; {others}")
        raise UsageError(f"{path} ({info.kind}) has no filters; {others}")
    return tuple(one for path, one in known.items() if path in wanted)


def halves(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of every other image of each class, and of the rest; all images twice if there are few."""
    everyone = np.arange(len(labels))
    if len(labels) < FEW:
        return everyone, everyone
    by_class = np.argsort(labels, kind="stable")
    return np.sort(by_class[::2]), np.sort(by_class[1::2])


def _lost(plain: Scores, gone: Scores, pictures: np.ndarray | slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
    accuracy = plain.accuracy(pictures) - gone.accuracy(pictures)
    loss = gone.mean_loss(pictures) - plain.mean_loss(pictures)
    return accuracy.astype(np.float32), loss.astype(np.float32)


def moved(plain: Scores, gone: Scores, pictures: np.ndarray | slice = slice(None)) -> np.ndarray:
    """Return the mean absolute change in loss per image for each removal, (masks,): the "cost" that orders sort by.

    The oracle criterion of Molchanov et al. 2017, taken per image. A signed difference would rank first the filters
    whose removal happens to help most; removing many of those does harm.
    """
    return np.asarray(np.abs(gone.loss[:, pictures] - plain.loss[:, pictures]).mean(axis=1, dtype=np.float64))


def _idle(plain: Scores, gone: Scores) -> np.ndarray:
    """Return the filters whose removal changes the scores of no image, bool (filters,)."""
    # The tolerance covers rounding, since a sum with one term less has another order of addition.
    return np.asarray((np.abs(gone.loss - plain.loss) <= 1e-5).all(axis=1) & (gone.right == plain.right).all(axis=1))


def _overall(
    bench: Bench,
    layers: Sequence[FilterLayer],
    scores: Sequence[Mapping[str, np.ndarray]],
    measuring: np.ndarray,
    seeds: int,
    within: float,
) -> tuple[Curves, Removable]:
    def measure(masks: np.ndarray) -> Scores:
        return bench.removed_in_turn(layers, by_layer(layers, masks), measuring)

    return trace_curves(measure, across_layers(scores), seeds, within, OVERALL_STEPS)


def by_layer(layers: Sequence[FilterLayer], masks: np.ndarray) -> dict[str, np.ndarray]:
    """Split masks (…, filters) over the filters of all layers into those of each layer."""
    ends = np.cumsum([one.count for one in layers])[:-1]
    return dict(zip((one.path for one in layers), np.split(masks, ends, axis=-1), strict=True))
