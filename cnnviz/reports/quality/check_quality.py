"""Hold figures of a model against bounds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.attribution.method import Method
from cnnviz.attribution.resolve import resolve_method
from cnnviz.core.class_scores import require_classes
from cnnviz.core.errors import DataError, UsageError
from cnnviz.core.number_words import counted
from cnnviz.core.progress import Progress, silent, staged
from cnnviz.data.background import Invert
from cnnviz.data.fit import FitLike
from cnnviz.data.open import open_images
from cnnviz.data.white import WhiteLike
from cnnviz.features.prepare_inputs import prepare
from cnnviz.features.responses import run_responses
from cnnviz.models.filter_layers import filter_layers

from ..evaluation.bootstrap import LEVEL, ROUNDS, mean_estimate
from ..evaluation.evaluate import run_evaluation
from ..evaluation.result import Evaluation
from ..suspects.duplicates import find_duplicates
from ..trust.result import RANDOM
from ..trust.run import run_trust
from .bounds import Bounds
from .result import Checked, QualityCheck

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

#: The most images whose heatmaps are measured.
MOST_EXPLAINED = 200


def check_quality(
    model: ModelLike,
    images: ImagesLike,
    *,
    min_accuracy: float | None = None,
    max_ece: float | None = None,
    max_dead: float | None = None,
    max_leak: float | None = None,
    min_faithfulness: float | None = None,
    method: str | Method = "grad-cam",
    train: ImagesLike | None = None,
    seed: int = 0,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> QualityCheck:
    """Measure figures of a model on labeled images and hold each against its bound.

    ``model`` and ``images`` are as for ``evaluate``. The bounds are those of Bounds, shares from 0 to 1, and only what
    is bounded is measured. ``max_leak`` needs ``train``, the images that the model was trained on. ``method`` makes the
    heatmaps whose faithfulness is bounded. ``seed`` is that of intervals and random maps. UsageError without a bound or
    for one out of range, DataError without labels.
    """
    chosen = Bounds(min_accuracy, max_ece, max_dead, max_leak, min_faithfulness)
    if (chosen.max_leak is None) != (train is None):
        raise UsageError("a bound of the leak needs the images of the training, and these need that bound; give both")
    probe, fitted = prepare(model, images, invert, fit, white=white)
    learned = None if train is None else open_images(train, like=probe.spec)
    return run_quality_check(
        probe,
        fitted,
        chosen,
        method=resolve_method(method),
        train=learned,
        seed=seed,
        batch_size=batch_size,
        progress=progress,
    )


def run_quality_check(
    probe: Probe,
    images: Images,
    bounds: Bounds,
    *,
    method: Method | None = None,
    train: Images | None = None,
    seed: int = 0,
    batch_size: int | None = None,
    progress: Progress = silent,
) -> QualityCheck:
    """Check an open model on images that are fitted to it."""
    given, checks, notes = bounds.given, [], list[str]()
    if {"accuracy", "ece"} & set(given):
        require_classes(probe.card, "accuracy and calibration")
        begun = time.perf_counter()
        made = run_evaluation((probe, images), seed=seed, batch_size=batch_size, progress=staged(progress, "accuracy"))
        assert isinstance(made, Evaluation)
        notes.extend(made.notes)
        seconds = time.perf_counter() - begun
        about = f"on {counted(len(images), 'image')}"
        if "accuracy" in given:
            share = made.figures.accuracy
            checks.append(_checked("accuracy", share.value, (share.low, share.high), given, about, seconds))
        if "ece" in given:
            checks.append(_checked("ece", made.calibration.error, None, given, about, seconds))
    if "dead" in given:
        checks.append(_dead(probe, images, given, batch_size, staged(progress, "channels")))
    if "leak" in given:
        if train is None:
            raise UsageError("a bound of the leak needs the images of the training")
        checks.append(_leak(images, train, given))
    if "faithfulness" in given:
        chosen = resolve_method("grad-cam") if method is None else method
        checks.append(_faithfulness(probe, images, given, chosen, seed))
    return QualityCheck(probe.card.name, images.source, len(images), tuple(checks), tuple(notes))


def _dead(probe: Probe, images: Images, given: dict[str, float], batch_size: int | None, progress: Progress) -> Checked:
    begun = time.perf_counter()
    sites = list(dict.fromkeys(layer.site for layer in filter_layers(probe.runner)))
    if not sites:
        raise DataError(
            f"{probe.card.name} has no hidden layer with filters, so that none can be dead; leave out max_dead"
        )
    found = run_responses(probe, images, sites, batch_size=batch_size, progress=progress)
    dead = {path: int(held.dead.sum()) for path, held in found.layers.items()}
    whole = sum(len(held.dead) for held in found.layers.values())
    worst = max(dead, key=lambda path: dead[path])
    about = f"{sum(dead.values()):,} of {whole:,} channels and units"
    about += f", {dead[worst]:,} of them in {worst}" if dead[worst] else ""
    return _checked("dead", sum(dead.values()) / whole, None, given, about, time.perf_counter() - begun)


def _leak(images: Images, train: Images, given: dict[str, float]) -> Checked:
    begun = time.perf_counter()
    pairs = find_duplicates(images, train)
    if pairs.left_out:
        raise DataError(f"the leak cannot be measured: {pairs.left_out[0]}")
    twice = len(np.unique(pairs.first))
    about = f"{counted(twice, 'image')} of {len(images):,} found among {len(train):,}"
    return _checked("leak", twice / max(1, len(images)), None, given, about, time.perf_counter() - begun)


def _faithfulness(probe: Probe, images: Images, given: dict[str, float], method: Method, seed: int) -> Checked:
    begun = time.perf_counter()
    require_classes(probe.card, "faithfulness")
    found = run_trust(probe, images[:MOST_EXPLAINED], method, ["insertion", "deletion"], seed=seed)
    (name,) = found.methods
    gained = [
        sign * (own.values - other.values) / 2
        for metric, sign in (("insertion", 1), ("deletion", -1))
        if (own := found.find(name, metric)) is not None and (other := found.find(RANDOM, metric)) is not None
    ]
    each = np.sum(gained, axis=0)
    estimate = mean_estimate(each, ROUNDS, LEVEL, np.random.default_rng(seed))
    about = f"{found.methods[name]} of {counted(found.images, 'image')}"
    ends = (estimate.low, estimate.high)
    return _checked("faithfulness", estimate.value, ends, given, about, time.perf_counter() - begun)


def _checked(
    name: str, value: float, ends: Sequence[float] | None, given: dict[str, float], about: str, seconds: float
) -> Checked:
    low, high = (None, None) if ends is None or not np.isfinite(ends).all() else map(float, ends)
    return Checked(name, float(value), low, high, given[name], about, round(seconds, 3))
