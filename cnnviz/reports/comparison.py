"""Two models on the same images: where they agree, and which of them is right where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.core.render import Paged
from cnnviz.data.background import Invert
from cnnviz.features.predictions import Predictions, predict
from cnnviz.features.prepare import ready
from cnnviz.models.distinct_names import told_apart

from .report import Report, report

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe


@dataclass(frozen=True, eq=False)
class Comparison(Paged):
    """What two models answer to the same images.

    ``first`` and ``second`` hold the images as each model was given them: of other sizes where the models take other
    sizes, but as many, in the same order, with the same labels. Both models have the same classes; UsageError if not.
    ``report`` is all else that the gallery shows of the first model, where it was made.
    """

    first: Predictions
    second: Predictions
    report: Report | None = None

    def __post_init__(self) -> None:
        a, b = self.first, self.second
        if len(a) != len(b):
            raise UsageError(f"the models were given {len(a)} and {len(b)} images; give both the same ones")
        difference = _other_classes(a.model.class_names, b.model.class_names)
        if difference:
            raise UsageError(f"{a.model.name} and {b.model.name} cannot be compared: {difference}")
        labels = [None if p.truth is None else p.truth.tolist() for p in (a, b)]
        if labels[0] != labels[1]:
            raise UsageError("the models were given images with other labels; give both the same ones")

    def __len__(self) -> int:
        return len(self.first)

    def __repr__(self) -> str:
        names = f"{self.first.model.name!r} and {self.second.model.name!r}"
        return f"Comparison({names} on {len(self)} images of {self.first.images.source!r})"

    @property
    def accuracies(self) -> tuple[float, float] | None:
        """The share of right predictions of each model; None without labels of the models' classes."""
        first, second = self.first.accuracy, self.second.accuracy
        return None if first is None or second is None else (first, second)

    @property
    def table(self) -> np.ndarray | None:
        """How many images both get right, only the first; only the second, neither: (2, 2) int64.

        Rows are the first model right and wrong, columns the second. None where ``accuracies`` is.
        """
        a, b = self.first.right, self.second.right
        if a is None or b is None:
            return None
        return np.array([[(a & b).sum(), (a & ~b).sum()], [(~a & b).sum(), (~a & ~b).sum()]], np.int64)

    @property
    def agreement(self) -> float:
        """The share of images that both models call the same, right or wrong."""
        return float((self.first.predicted == self.second.predicted).mean())

    @property
    def differing(self) -> np.ndarray:
        """Positions of the images that the models call differently, those first where both are surest."""
        places = np.flatnonzero(self.first.predicted != self.second.predicted)
        sure = np.minimum(self.first.confidence, self.second.confidence)[places]
        return places[np.argsort(-sure, kind="stable")]


def compare(
    a: Any,
    b: Any,
    images: Any,
    layer: str | Sequence[str] | None = None,
    *,
    batch_size: int | None = None,
    invert: Invert = "auto",
    progress: Progress = silent,
) -> Comparison:
    """Hold two models against each other on the same images, each given them as it needs them.

    Models and images are given as to ``activations``; ``layer`` limits what is said of the first model's channels.
    A model that has no names for its classes takes those of the other, if it has as many.
    """
    pairs = share_names(ready(a, images, invert), ready(b, images, invert))
    return compared(*pairs, layer, batch_size=batch_size, progress=progress)


def compared(
    first: tuple[Probe, Images],
    second: tuple[Probe, Images],
    layer: str | Sequence[str] | None = None,
    *,
    batch_size: int | None = None,
    progress: Progress = silent,
    whole: bool = True,
) -> Comparison:
    """Return the same for models that are open and images that suit each of them; not ``whole``, without a report."""
    # Before the images are run, which may take a while: what cannot be compared.
    refused = _other_classes(first[0].class_names, second[0].class_names)
    if refused:
        names = f"{first[0].card.name} and {second[0].card.name}"
        raise UsageError(f"{names} cannot be compared: {refused}")
    answers = predict(*second, batch_size=batch_size)
    if not whole:
        return Comparison(predict(*first, batch_size=batch_size, progress=progress), answers)
    about = report(*first, layer, include=(), batch_size=batch_size, progress=progress)
    return Comparison(about.predictions, answers, about)


def share_names(
    first: tuple[Probe, Images], second: tuple[Probe, Images]
) -> tuple[tuple[Probe, Images], tuple[Probe, Images]]:
    """Return both under names that hold for a comparison.

    Where one model has names for its classes and the other as many without, both take these; and models of the same
    name are told apart by where they were opened from, if that differs.
    """
    (a, seen_by_a), (b, seen_by_b) = first, second
    if a.named != b.named and len(a.class_names) == len(b.class_names):
        if a.named:
            b, seen_by_b = _renamed(b, a.class_names).align(seen_by_b)
        else:
            a, seen_by_a = _renamed(a, b.class_names).align(seen_by_a)
    a, b = told_apart(a, b)
    return (a, seen_by_a), (b, seen_by_b)


def _renamed(probe: Probe, class_names: tuple[str, ...]) -> Probe:
    return replace(probe, card=replace(probe.card, class_names=class_names), named=True)


def _other_classes(a: Sequence[str], b: Sequence[str]) -> str:
    """Say how two models' classes differ; nothing where they do not."""
    if tuple(a) == tuple(b):
        return ""
    if len(a) != len(b):
        return f"they have {len(a)} and {len(b)} classes"
    if sorted(a) == sorted(b):
        return "they have the same classes in another order"
    number = next(i for i, pair in enumerate(zip(a, b, strict=True)) if pair[0] != pair[1])
    return f"class {number} is {a[number]!r} in the one and {b[number]!r} in the other"
