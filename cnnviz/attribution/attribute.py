"""Attribution of scores to images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.exported_network import NetworkSource
from cnnviz.core.progress import Progress, silent
from cnnviz.core.target_text import of_layers
from cnnviz.core.targets import AnyTarget, ClassLike, Target, TargetsLike, part_of, words_of
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.white import WhiteLike
from cnnviz.features.lazy_network import LazyNetwork
from cnnviz.features.prepare_inputs import prepare
from cnnviz.models.batch_size import AT_INPUT, batch_size_for
from cnnviz.models.find_layer import LayersLike, named
from cnnviz.models.probe import Probe

from .cams.class_activation_map import at_layer_before
from .method import Method, run_method
from .method_parameters import MethodParameters
from .precision_of_maps import with_measured_precision
from .provenance import provenance_of
from .resolve import resolve_method, resolve_target
from .result import Attribution
from .tf_keras_vis import OURS, EngineMethod, engine_method

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.bfloat16 import Precision
    from cnnviz.models.open import ModelLike


def attribute(
    model: ModelLike,
    images: ImagesLike,
    method: str | Method = "grad-cam",
    target: TargetsLike | None = None,
    *,
    against: ClassLike | None = None,
    layer: LayersLike | None = None,
    engine: str = OURS,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    precision: Precision | None = None,
    progress: Progress = silent,
    **overrides: Unpack[MethodParameters],
) -> Attribution:
    """Return the attribution of a score to each image.

    ``model`` and ``images`` are as for ``activations``. ``method`` is a name, with or without parameters
    ("smoothgrad", "smoothgrad:samples=50"), or an instance; ``overrides`` set parameters. ``target`` is a class by
    name or number, a list with a class for each image, "predicted" (the default), "second", "true", a channel of a
    layer ("conv2/17"), a pixel or a box of a segmentation ("2@12,30"), an output of a regression, or any of
    core/targets; ``against`` is another class whose score is subtracted. ``layer`` is the target layer of methods that
    have one. With ``engine`` "tf-keras-vis" that library computes the maps, for the methods that it has. ``precision``
    "bfloat16" is faster on processors that have it; the notes say by how much scores and maps differ from float32. For
    sets that do not fit in memory use stream_attributions.
    """
    scored = not of_layers(target)
    probe, images = prepare(model, images, invert, fit, bands, white, scored, precision)
    chosen = resolve_method(method, named(probe, layer), **overrides)
    return run_attribution(
        probe, images, chosen, target, against=against, engine=engine, batch_size=batch_size, progress=progress
    )


def run_attribution(
    probe: Probe,
    images: Images,
    method: Method,
    target: TargetsLike | None = None,
    *,
    against: ClassLike | None = None,
    engine: str = OURS,
    batch_size: int | None = None,
    progress: Progress = silent,
) -> Attribution:
    """Return a method's attribution for images that are fitted to the probe."""
    meant = resolve_target(target, images, probe.card.score_names, against, probe.card)
    method = at_layer_before(method, probe, meant)
    parts = []
    for part in _batches(probe, images, method, meant, batch_size, engine):
        parts.append(part)
        progress(sum(map(len, parts)), len(images))
    whole = _concatenated(parts, images, LazyNetwork(probe))
    if probe.runner.precision == "float32" or engine != OURS:
        return whole
    return replace(whole, how=with_measured_precision(whole.how, probe, images, method, meant, whole.values))


def stream_attributions(
    model: ModelLike,
    images: ImagesLike,
    method: str | Method = "grad-cam",
    target: TargetsLike | None = None,
    *,
    against: ClassLike | None = None,
    layer: LayersLike | None = None,
    engine: str = OURS,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    precision: Precision | None = None,
    **overrides: Unpack[MethodParameters],
) -> Iterator[Attribution]:
    """Yield the results of ``attribute`` batch by batch, in memory that does not grow with the set."""
    scored = not of_layers(target)
    probe, images = prepare(model, images, invert, fit, bands, white, scored, precision)
    chosen = resolve_method(method, named(probe, layer), **overrides)
    meant = resolve_target(target, images, probe.card.score_names, against, probe.card)
    chosen = at_layer_before(chosen, probe, meant)
    yield from _batches(probe, images, chosen, meant, batch_size, engine)


def _batches(
    probe: Probe, images: Images, method: Method, target: AnyTarget, batch_size: int | None, engine: str = OURS
) -> Iterator[Attribution]:
    held = getattr(method, "layer", None)
    if held is not None:
        # A method that the caller made may hold a layer object or an index.
        method = resolve_method(method, named(probe, held))
    layers = method.layers(probe)
    size = batch_size or batch_size_for(probe.runner.graph, layers, at=layers or AT_INPUT)
    how = provenance_of(method, probe, words_of(target, probe.card.score_names), layers)
    runnable: Method | EngineMethod = method
    if engine != OURS:
        runnable = other = engine_method(engine, method, probe)
        how = other.provenance(how)
    for start in range(0, len(images), size):
        part = slice(start, min(start + size, len(images)))
        batch = images[part]
        own = part_of(target, part)
        maps = run_method(runnable, probe, batch, own)
        logits = probe.logits(batch) if maps.logits is None else maps.logits
        yield Attribution(
            batch,
            probe.card,
            probe.runner.probabilities(logits),
            values=np.asarray(maps.values, np.float32),
            scores=probe.scores(batch, own, logits=logits) if maps.scores is None else maps.scores,
            classes=own.classes(logits) if isinstance(own, Target) and probe.card.has_classes else None,
            how=how,
        )


def _concatenated(parts: list[Attribution], images: Images, network: NetworkSource) -> Attribution:
    if not parts:
        raise UsageError("there is no image to explain; give at least one")
    first = parts[0]
    classes = [part.classes for part in parts if part.classes is not None]
    return replace(
        first,
        images=images,
        probabilities=np.concatenate([part.probabilities for part in parts]),
        values=np.concatenate([part.values for part in parts]),
        scores=np.concatenate([part.scores for part in parts]),
        classes=np.concatenate(classes) if classes else None,
        network=network,
    )
