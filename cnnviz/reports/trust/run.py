"""Measure attribution methods on a model and its images."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.attribution.all_methods import METHODS
from cnnviz.attribution.attribute import run_attribution
from cnnviz.attribution.method import Method
from cnnviz.core.class_scores import require_classes
from cnnviz.core.errors import UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.core.registry import spec_text
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.white import WhiteLike
from cnnviz.features.predictions import Predictions
from cnnviz.features.prepare_inputs import prepare
from cnnviz.metrics.all_metrics import METRICS
from cnnviz.metrics.controls import CONTROLS
from cnnviz.metrics.explained import Explain, Explained
from cnnviz.metrics.metric import Metric

from .result import MetricFacts, Score, Trust

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

#: The metrics of a report: four of faithfulness, concentration, and whether maps change with the network.
DEFAULT_METRICS = ("deletion", "insertion", "road", "mu-fidelity", "gini", "randomization")
#: Images of metrics that compute the maps again, of which some methods are slow.
AGAIN = 32
FEWEST = 8


def trust(
    model: ModelLike,
    images: ImagesLike,
    methods: str | Method | Sequence[str | Method] | None = None,
    metrics: str | Metric | Sequence[str | Metric] | None = None,
    *,
    seed: int = 0,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Trust:
    """Return how far each method's heatmaps can be believed on this model and these images.

    ``model`` and ``images`` are as for ``attribute``; the score of the predicted class is explained. ``methods`` are by
    default all, ``metrics`` those of DEFAULT_METRICS; both by name, with or without settings ("deletion:output=logit"),
    or as instances. Maps that know nothing of the network are measured beside them. Metrics that compute maps again do
    so for up to 32 images. Everything random follows ``seed``. UsageError for fewer than 8 images.
    """
    probe, fitted = prepare(model, images, invert, fit, bands, white)
    return run_trust(probe, fitted, methods, metrics, seed=seed, progress=progress)


def run_trust(
    probe: Probe,
    images: Images,
    methods: str | Method | Sequence[str | Method] | None = None,
    metrics: str | Metric | Sequence[str | Metric] | None = None,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Trust:
    """Measure methods of an open model on images that are fitted to it."""
    require_classes(probe.card, "a trust report")
    if len(images) < FEWEST:
        raise UsageError(f"a trust report needs at least {FEWEST} images, not {len(images)}")
    chosen = {spec_text(one): one for one in _made(methods, METHODS.make, list(METHODS))}
    asked = {spec_text(one): one for one in _made(metrics, METRICS.make, list(DEFAULT_METRICS))}
    logits = probe.logits(images)
    classes = logits.argmax(axis=1).astype(np.int64)
    explainers: dict[str, Explain] = {name: _explains(method) for name, method in chosen.items()}
    explainers |= {name: _draws(name, seed) for name in CONTROLS}
    scores: list[Score] = []
    seconds: dict[str, float] = {}
    left_out: list[str] = []
    whole, done = len(explainers) * (1 + len(asked)), 0
    progress(0, whole)
    for name, explain in explainers.items():
        begun = time.perf_counter()
        try:
            maps = explain(probe, images, classes)
        except UsageError as error:
            left_out.append(f"{chosen[name].title} does not run on {probe.card.name}: {error}")
            done += 1 + len(asked)
            continue
        seconds[name] = round(time.perf_counter() - begun, 3)
        progress(done := done + 1, whole)
        every = Explained(probe, images, classes, maps, explain, seed=seed)
        some = every if len(images) <= AGAIN else _first(every, AGAIN)
        for spec, metric in asked.items():
            scores.append(_score(name, spec, metric, some if metric.explains_again else every))
            progress(done := done + 1, whole)
    truth = Predictions(images, probe.card, probe.runner.probabilities(logits)).truth
    return Trust(
        probe.card.name,
        images.source,
        len(images),
        min(AGAIN, len(images)),
        None if truth is None else float((classes == truth).mean()),
        0.0 if truth is None else float(np.bincount(truth).max() / len(truth)),
        tuple(_facts(spec, metric) for spec, metric in asked.items()),
        {name: method.title for name, method in chosen.items() if name in seconds},
        {name: control.title for name, control in CONTROLS.items()},
        tuple(scores),
        seconds,
        seed,
        tuple(left_out),
    )


def _made(given: object, make: object, every: list[str]) -> list:  # type: ignore[type-arg]
    chosen = every if given is None or given == "all" else given
    several = chosen if isinstance(chosen, list | tuple) else [chosen]
    return [make(one) if isinstance(one, str) else one for one in several]  # type: ignore[operator]


def _explains(method: Method) -> Explain:
    def explain(probe: Probe, images: Images, classes: np.ndarray) -> np.ndarray:
        return run_attribution(probe, images, method, [int(one) for one in classes]).maps

    return explain


def _draws(name: str, seed: int) -> Explain:
    return lambda probe, images, classes: CONTROLS[name](images, seed)


def _first(case: Explained, count: int) -> Explained:
    return Explained(
        case.probe, case.images[:count], case.classes[:count], case.maps[:count], case.explain, seed=case.seed
    )


def _score(name: str, spec: str, metric: Metric, case: Explained) -> Score:
    begun = time.perf_counter()
    made = metric(case)
    seconds = round(time.perf_counter() - begun, 3)
    empty = np.zeros(0)
    curve = empty if made.curve is None else np.nanmean(made.curve, axis=0)
    return Score(name, spec, made.values, curve, empty if made.at is None else made.at, seconds)


def _facts(spec: str, metric: Metric) -> MetricFacts:
    return MetricFacts(spec, metric.name, metric.title, metric.unit, metric.better, metric.asks, metric.paper)
