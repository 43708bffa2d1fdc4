"""Evaluation of a model on labeled images, alone or compared with a second model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from cnnviz.core.class_scores import require_classes
from cnnviz.core.errors import DataError, UsageError
from cnnviz.core.model_card import ModelCard
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.white import WhiteLike
from cnnviz.features.predictions import Predictions, run_predictions
from cnnviz.features.prepare_inputs import prepare

from ..share_names import share_names
from .bootstrap import LEVEL, ROUNDS
from .evaluate_rows import evaluate_rows
from .labels import THRESHOLD, LabelEvaluation, run_label_evaluation
from .paired import with_differences
from .regression import RegressionEvaluation, run_regression_evaluation
from .result import Evaluation, why_not

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

#: The evaluation of classes, of several labels per image, or of numbers.
AnyEvaluation: TypeAlias = "Evaluation | LabelEvaluation | RegressionEvaluation"


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
    bands: BandsLike = None,
    white: WhiteLike = None,
    threshold: float | None = None,
    progress: Progress = silent,
) -> AnyEvaluation:
    """Evaluate a model on labeled images; with ``other``, compare it with a second model.

    Models and images are as for ``activations``; use images that the model was not trained on. Confidence intervals
    of ``level`` come from ``rounds`` bootstrap resamplings. The result follows from the model's head: an Evaluation of
    classes, a LabelEvaluation where an image can have several labels, each predicted at a probability of ``threshold``
    (by default 0.5) or more, or a RegressionEvaluation. DataError for images without labels of that kind.
    """
    reading = invert, fit, bands, white
    first = prepare(model, images, *reading)
    pairs = [first]
    if other is not None:
        pairs = list(share_names(first, prepare(other, images, *reading)))
    how: dict[str, Any] = {"seed": seed, "rounds": rounds, "level": level, "threshold": threshold}
    return run_evaluation(*pairs, batch_size=batch_size, progress=progress, **how)


def run_evaluation(
    first: tuple[Probe, Images],
    second: tuple[Probe, Images] | None = None,
    *,
    seed: int = 0,
    rounds: int = ROUNDS,
    level: float = LEVEL,
    batch_size: int | None = None,
    threshold: float | None = None,
    progress: Progress = silent,
) -> AnyEvaluation:
    """Evaluate open models on images prepared for each."""
    head = first[0].card.head
    heads = [probe.card.head for probe, _ in ((first, second) if second else (first,))]
    rows = {"multilabel", "regression"} & set(heads)
    if rows and len(set(heads)) > 1:
        raise UsageError(f"the models are opened as {' and '.join(heads)}; give two of one kind")
    if threshold is not None and head != "multilabel":
        raise UsageError(
            f"a threshold is for a model of several labels, but {first[0].card.name} is opened as {head}; leave it out"
        )
    how: dict[str, Any] = {"seed": seed, "rounds": rounds, "level": level}
    if rows and second:
        how["threshold"] = threshold
        return with_differences(evaluate_rows(first, second, batch_size=batch_size, progress=progress, **how))
    if head == "multilabel":
        at = THRESHOLD if threshold is None else threshold
        return run_label_evaluation(*first, threshold=at, batch_size=batch_size, progress=progress, **how)
    if head == "regression":
        return run_regression_evaluation(*first, batch_size=batch_size, progress=progress, **how)
    said = []
    for probe, images in (first, second) if second else (first,):
        require_classes(probe.card, "evaluation of classes")
        if images.labels is None or images.class_names != probe.class_names or not len(images):
            # Checked before the models run, which may take a while.
            raise DataError(why_not(Predictions(images, probe.card, probe.probabilities(images.take([])))))
        said.append(run_predictions(probe, images, batch_size=batch_size, progress=progress))
    return evaluated(*said, **how)


def check_one_class(card: ModelCard, what: str) -> None:
    """Raise UsageError for a model of several labels or of numbers, which has no ``what``."""
    if card.head in ("multilabel", "regression"):
        raise UsageError(f"{card.name} is opened as {card.head}, so it has no {what}; leave it out")


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
