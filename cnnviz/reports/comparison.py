"""Comparison of two models on the same images: agreement, and which is right where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar, cast

import numpy as np

from cnnviz.core.class_scores import require_classes
from cnnviz.core.csv_text import Cell
from cnnviz.core.deprecation import warn_renamed
from cnnviz.core.errors import UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.white import WhiteLike
from cnnviz.features.predictions import Predictions, run_predictions
from cnnviz.features.prepare_inputs import prepare
from cnnviz.features.result import Result

from .comparison_tables import (
    PICTURE_COLUMNS,
    accuracy_rows,
    comparison_document,
    comparison_summary,
    picture_rows,
)
from .evaluation.evaluate_rows import evaluate_rows
from .report import Report, run_report
from .row_comparison import RowComparison
from .share_names import share_names

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.find_layer import LayersLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Comparison(Result):
    """The predictions of two models for the same images.

    ``first`` and ``second`` hold the images as each model received them: possibly in different sizes, but in the same
    number and order, with the same labels. Both models must have the same classes; UsageError if not. ``report`` is
    everything else that the gallery shows of the first model, if it was made.
    """

    kind: ClassVar[str] = "model comparison"

    first: Predictions
    second: Predictions
    report: Report | None = None

    def __post_init__(self) -> None:
        a, b = self.first, self.second
        if len(a) != len(b):
            raise UsageError(f"the models were given {len(a)} and {len(b)} images; give both the same images")
        difference = _class_difference(a.model.class_names, b.model.class_names)
        if difference:
            raise UsageError(f"{a.model.name} and {b.model.name} cannot be compared: {difference}")
        labels = [None if p.truth is None else p.truth.tolist() for p in (a, b)]
        if labels[0] != labels[1]:
            raise UsageError("the models were given images with different labels; give both the same images")

    def __len__(self) -> int:
        return len(self.first)

    def __repr__(self) -> str:
        names = f"{self.first.model.name!r} and {self.second.model.name!r}"
        return f"Comparison({names} on {len(self)} images of {self.first.images.source!r})"

    @property
    def accuracies(self) -> tuple[float, float] | None:
        """The accuracy of each model; None without labels of the models' classes."""
        first, second = self.first.accuracy, self.second.accuracy
        return None if first is None or second is None else (first, second)

    @property
    def table(self) -> np.ndarray | None:
        """Counts of images that both get right, only the first; only the second, neither: (2, 2) int64.

        Rows are the first model right and wrong, columns the second. None where ``accuracies`` is.
        """
        a, b = self.first.right, self.second.right
        if a is None or b is None:
            return None
        return np.array([[(a & b).sum(), (a & ~b).sum()], [(~a & b).sum(), (~a & ~b).sum()]], np.int64)

    @property
    def agreement(self) -> float:
        """The share of images with the same prediction by both models, right or wrong."""
        return float((self.first.predicted == self.second.predicted).mean())

    @property
    def differing(self) -> np.ndarray:
        """Positions of the images with different predictions, the most confident disagreements first."""
        places = np.flatnonzero(self.first.predicted != self.second.predicted)
        sure = np.minimum(self.first.confidence, self.second.confidence)[places]
        return places[np.argsort(-sure, kind="stable")]

    def take(self, positions: Sequence[int] | np.ndarray) -> Comparison:
        """Return the same for the images at these positions, in this order, without the report on all of them."""
        first, second = (side.as_predictions().take(positions) for side in (self.first, self.second))
        return Comparison(first, second)

    def document(self) -> dict[str, Any]:
        """Return both models, who is right, the share of each class, and every image."""
        return comparison_document(self.kind, self)

    def summary_document(self) -> dict[str, Any]:
        """Return the key figures alone: both models, who is right, and the agreement."""
        return comparison_summary(self)

    def summary_rows(self) -> tuple[tuple[str, str, str], ...]:
        """Return (model, accuracy, correct) as text: a heading, each model, and how often both predict the same."""
        return tuple(accuracy_rows(self))

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield the names of the columns, then a row for each image with both predictions."""
        yield PICTURE_COLUMNS
        yield from picture_rows(self)


def _accepts_earlier_form(function: Callable[P, R]) -> Callable[P, R]:
    """Accept ``compare(a, b, images, layer)`` as well, by position or name, with a warning."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> R:
        named = {"a", "b"} & kwargs.keys() or (len(args) == 2 and "images" in kwargs)
        if not named and len(args) < 3:
            return function(*args, **kwargs)
        names = ("a", "b", "images", "layer")
        given = dict(zip(names, args, strict=False))
        if len(args) > len(names) or "other" in kwargs or given.keys() & kwargs.keys() or "model" in kwargs:
            raise TypeError("compare takes (model, images, other=..., layer=...)")
        kwargs |= given
        if missing := [name for name in names[:3] if name not in kwargs]:
            raise TypeError(f"compare(a, b, images) is missing {', '.join(missing)}")
        warn_renamed("compare(a, b, images)", "compare(a, images, other=b)")
        return function(kwargs.pop("a"), other=kwargs.pop("b"), **kwargs)

    return cast(Callable[P, R], call)


@_accepts_earlier_form
def compare(
    model: ModelLike,
    images: ImagesLike,
    *,
    other: ModelLike,
    layer: LayersLike | None = None,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Comparison | RowComparison:
    """Compare a model with an ``other`` one on the same images, each fitted to its model.

    Models and images are given as to ``activations``; ``layer`` limits the channels of the first model that the page
    shows. A model that has no names for its classes takes those of the other, if it has as many. Two models of several
    labels, or two regressions, need labeled images and give a RowComparison. UsageError where the classes differ.
    """
    reading = invert, fit, bands, white
    pairs = share_names(prepare(model, images, *reading), prepare(other, images, *reading))
    return run_comparison(*pairs, layer, batch_size=batch_size, progress=progress)


def run_comparison(
    first: tuple[Probe, Images],
    second: tuple[Probe, Images],
    layer: LayersLike | None = None,
    *,
    batch_size: int | None = None,
    progress: Progress = silent,
    whole: bool = True,
) -> Comparison | RowComparison:
    """Compare open models on images prepared for each; no report unless ``whole``.

    Two models of several labels, and two regressions, are compared by the figures of their labels or outputs.
    """
    heads = {probe.card.head for probe, _ in (first, second)}
    if len(heads) == 1 and heads <= {"multilabel", "regression"}:
        return RowComparison(*evaluate_rows(first, second, batch_size=batch_size, progress=progress))
    # Refuse before the images are run, which may take a while.
    for probe, _ in (first, second):
        require_classes(probe.card, "predictions to compare")
    refused = _class_difference(first[0].class_names, second[0].class_names)
    if refused:
        names = f"{first[0].card.name} and {second[0].card.name}"
        raise UsageError(f"{names} cannot be compared: {refused}")
    answers = run_predictions(*second, batch_size=batch_size)
    if not whole:
        return Comparison(run_predictions(*first, batch_size=batch_size, progress=progress), answers)
    about = run_report(*first, layer, batch_size=batch_size, progress=progress)
    return Comparison(about.predictions, answers, about)


def _class_difference(a: Sequence[str], b: Sequence[str]) -> str:
    """Return how two models' classes differ; "" if they do not."""
    if tuple(a) == tuple(b):
        return ""
    if len(a) != len(b):
        return f"they have {len(a)} and {len(b)} classes"
    if sorted(a) == sorted(b):
        return "they have the same classes in another order"
    number = next(i for i, pair in enumerate(zip(a, b, strict=True)) if pair[0] != pair[1])
    return f"class {number} is {a[number]!r} in one and {b[number]!r} in the other"
