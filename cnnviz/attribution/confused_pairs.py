"""Two classes that a model confuses: the images that it is surest of, and the mistakes, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from cnnviz.core.errors import DataError, UsageError
from cnnviz.core.packing import from_plain
from cnnviz.core.progress import Progress, silent
from cnnviz.core.targets import OneClass
from cnnviz.data.background import Invert
from cnnviz.data.images import class_index
from cnnviz.features.predictions import Parts, Predictions, run_predictions
from cnnviz.features.prepare import prepare
from cnnviz.features.result_file import Base

from .heatmaps import Heatmaps, run_heatmaps
from .method import Method

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike

#: An image of each side, by position; None where there is none left.
Row = tuple[int | None, int | None]


@dataclass(frozen=True)
class Chosen:
    """Which images tell two classes apart, by position in a set.

    ``strongest`` are rows of the images of each class that the model is surest of and right about, ``confused`` rows
    of those of each class that it takes for the other, with most confidence first.
    """

    strongest: tuple[Row, ...]
    confused: tuple[Row, ...]

    @property
    def positions(self) -> list[int]:
        """Every image once, in the order in which it comes."""
        flat = [at for row in (*self.strongest, *self.confused) for at in row if at is not None]
        return list(dict.fromkeys(flat))

    def within(self, positions: Sequence[int]) -> Chosen:
        """Return the same where only the images at these positions are left, in this order."""
        place = {int(at): i for i, at in enumerate(positions)}

        def moved(rows: tuple[Row, ...]) -> tuple[Row, ...]:
            return tuple((None if a is None else place.get(a), None if b is None else place.get(b)) for a, b in rows)

        return Chosen(moved(self.strongest), moved(self.confused))


@dataclass(frozen=True, eq=False)
class ConfusedPairs(Heatmaps):
    """Heatmaps of the images that tell two classes apart: of each method for the score of class ``a``, then ``b``.

    ``chosen`` says which image stands where, by position among those here; the whole set had ``among`` images. The
    rest is as in Heatmaps.
    """

    stored_as: ClassVar[str] = "pairs"

    a: int = field(kw_only=True)
    b: int = field(kw_only=True)
    chosen: Chosen = field(kw_only=True)
    among: int = field(kw_only=True)

    def take(self, positions: Sequence[int] | np.ndarray) -> Self:
        """Return the same for the images at these positions; rows lose those that are left out."""
        return replace(super().take(positions), chosen=self.chosen.within(list(positions)))

    def _parts(self) -> Parts:
        rows, whole, facts = super()._parts()
        chosen = {"strongest": self.chosen.strongest, "confused": self.chosen.confused}
        return rows, whole, dict(facts) | {"a": self.a, "b": self.b, "chosen": chosen, "among": self.among}

    @classmethod
    def _of_parts(cls, base: Base, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any], **further: Any) -> Self:
        hints = {"a": int, "b": int, "chosen": Chosen, "among": int}
        own = {name: from_plain(hint, facts[name]) for name, hint in hints.items()}
        positions, classes = own["chosen"].positions, (own["a"], own["b"])
        if not set(positions) <= set(range(len(base[0]))) or not set(classes) <= set(range(len(base[1].class_names))):
            raise DataError("pairs of pictures or of classes that are not there")
        return super()._of_parts(base, arrays, facts, **own, **further)


def confusion_pairs(predictions: Predictions, a: int, b: int, count: int = 5) -> Chosen:
    """Choose up to ``count`` rows of each kind from a model's answers to a labelled set.

    UsageError where the classes are one, or no image is of either; DataError without labels of the model's classes.
    """
    truth = predictions.truth
    if truth is None:
        raise DataError("images without labels of the model's classes cannot be told apart; give labelled ones")
    if a == b:
        raise UsageError("two different classes are compared; name two")
    said, shares = predictions.predicted, predictions.probabilities

    def surest(true: int, taken: int) -> list[int]:
        found = np.flatnonzero((truth == true) & (said == taken))
        return [int(i) for i in found[np.argsort(-shares[found, taken], kind="stable")][:count]]

    chosen = Chosen(_rows(surest(a, a), surest(b, b)), _rows(surest(a, b), surest(b, a)))
    if not chosen.positions:
        names = predictions.model.class_names
        raise UsageError(f"no image of {names[a]} or {names[b]} is taken for either; look at more images")
    return chosen


def confused_pairs(
    model: ModelLike,
    images: ImagesLike,
    a: int | str,
    b: int | str,
    methods: str | Method | Sequence[str | Method] = "grad-cam",
    *,
    layer: str | Sequence[str] | None = None,
    count: int = 5,
    batch_size: int | None = None,
    invert: Invert = "auto",
    progress: Progress = silent,
) -> ConfusedPairs:
    """Explain what two classes are told apart by: where the strongest and the most confused images get each score.

    The model answers the whole set; maps are made of the chosen images only, for both classes. Arguments are those of
    ``heatmaps``, ``a`` and ``b`` classes by name or number.
    """
    probe, images = prepare(model, images, invert)
    first, second = (class_index(name, probe.class_names) for name in (a, b))
    answers = run_predictions(probe, images, batch_size=batch_size, progress=progress)
    chosen = confusion_pairs(answers, first, second, count)
    positions = chosen.positions
    made = run_heatmaps(
        probe,
        answers.images.take(positions),
        methods,
        [OneClass(first), OneClass(second)],
        layer=layer,
        batch_size=batch_size,
    )
    return ConfusedPairs(
        made.images,
        made.model,
        made.probabilities,
        network=made.network,
        attributions=made.attributions,
        a=first,
        b=second,
        chosen=chosen.within(positions),
        among=len(answers),
    )


def _rows(left: list[int], right: list[int]) -> tuple[Row, ...]:
    many = max(len(left), len(right))
    return tuple((left[i] if i < len(left) else None, right[i] if i < len(right) else None) for i in range(many))
