"""Evaluation of a model on labeled images, alone or compared with a second model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cnnviz.core.class_scores import require_classes
from cnnviz.core.errors import DataError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.fit import FitLike
from cnnviz.features.predictions import Predictions, run_predictions
from cnnviz.features.prepare_inputs import prepare

from ..comparison import share_names
from .bootstrap import LEVEL, ROUNDS
from .result import Evaluation, why_not

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe


def evaluate(
    model: ModelLike,
    images: ImagesLike,
    *,
    other: ModelLike | None = None,
    seed: int = 0,
    rounds: int = ROUNDS,
    level: float = LEVEL,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    progress: Progress = silent,
) -> Evaluation:
    """Evaluate a model on labeled images; with ``other``, compare it with a second model.

    Models and images are as for ``activations``; use images that the model was not trained on. Confidence intervals
    of ``level`` come from ``rounds`` bootstrap resamplings. DataError for images without labels of the model's classes.
    """
    if other is None:
        pairs = [prepare(model, images, invert, fit)]
    else:
        pairs = list(share_names(prepare(model, images, invert, fit), prepare(other, images, invert, fit)))
    return run_evaluation(*pairs, seed=seed, rounds=rounds, level=level, batch_size=batch_size, progress=progress)


def run_evaluation(
    first: tuple[Probe, Images],
    second: tuple[Probe, Images] | None = None,
    *,
    seed: int = 0,
    rounds: int = ROUNDS,
    level: float = LEVEL,
    batch_size: int | None = None,
    progress: Progress = silent,
) -> Evaluation:
    """Evaluate open models on images prepared for each."""
    said = []
    for probe, images in (first, second) if second else (first,):
        require_classes(probe.card, "evaluation of classes")
        if images.labels is None or images.class_names != probe.class_names or not len(images):
            # Checked before the models run, which may take a while.
            raise DataError(why_not(Predictions(images, probe.card, probe.probabilities(images.take([])))))
        said.append(run_predictions(probe, images, batch_size=batch_size, progress=progress))
    return evaluated(*said, seed=seed, rounds=rounds, level=level)


def evaluated(
    first: Predictions,
    second: Predictions | None = None,
    *,
    seed: int = 0,
    rounds: int = ROUNDS,
    level: float = LEVEL,
) -> Evaluation:
    """Return the evaluation of existing predictions."""

    def of(said: Predictions) -> Evaluation:
        how: dict[str, Any] = {"seed": seed, "rounds": rounds, "level": level, "network": said.network}
        return Evaluation(said.images, said.model, said.probabilities, **how)

    return of(first) if second is None else replace(of(first), other=of(second))
