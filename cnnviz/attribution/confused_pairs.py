"""Heatmaps of two confused classes: the most confident images and mistakes side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from cnnviz.core.class_scores import require_classes
from cnnviz.core.deprecation import renamed_parameters
from cnnviz.core.errors import DataError, UsageError
from cnnviz.core.packing import from_plain
from cnnviz.core.progress import Progress, silent
from cnnviz.core.targets import ClassLike, OneClass
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.images import class_index
from cnnviz.data.white import WhiteLike
from cnnviz.features.predictions import Parts, Predictions, run_predictions
from cnnviz.features.prepare_inputs import prepare
from cnnviz.features.result_file import Base
from cnnviz.models.find_layer import LayersLike, named

from .heatmaps import Heatmaps, resolve_heatmaps, run_heatmaps
from .method import Method

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike

#: A pair of image positions, one per side; None if a side has no more images.
Row = tuple[int | None, int | None]


@dataclass(frozen=True)
class Chosen:
    """Images that contrast two classes, by position in a set.

    ``strongest`` are rows of each class's most confident right predictions, ``confused`` rows of each class's images
    mistaken for the other, most confident first.
    """

    strongest: tuple[Row, ...]
    confused: tuple[Row, ...]

    @property
    def positions(self) -> list[int]:
        """Every image once, in order of appearance."""
        flat = [at for row in (*self.strongest, *self.confused) for at in row if at is not None]
        return list(dict.fromkeys(flat))

    def within(self, positions: Sequence[int]) -> Chosen:
        """Return the same for only the images at these positions, in this order."""
        place = {int(at): i for i, at in enumerate(positions)}

        def moved(rows: tuple[Row, ...]) -> tuple[Row, ...]:
            return tuple((None if a is None else place.get(a), None if b is None else place.get(b)) for a, b in rows)

        return Chosen(moved(self.strongest), moved(self.confused))


@dataclass(frozen=True, eq=False)
class ConfusedPairs(Heatmaps):
    """Heatmaps of images that contrast two classes: of each method for the score of class ``a``, then ``b``.

    ``chosen`` has the layout of the images, by position in this result; the whole set had ``among`` images. Other
    fields are those of Heatmaps.
    """

    stored_as: ClassVar[str] = "pairs"

    a: int = field(kw_only=True)
    b: int = field(kw_only=True)
    chosen: Chosen = field(kw_only=True)
    among: int = field(kw_only=True)

    def take(self, positions: Sequence[int] | np.ndarray) -> Self:
        """Return the same for the images at these positions; others are dropped from the rows."""
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
            raise DataError("pairs of images or of classes that are not there")
        return super()._of_parts(base, arrays, facts, **own, **further)


def choose_pairs(predictions: Predictions, a: int, b: int, count: int = 5) -> Chosen:
    """Choose up to ``count`` rows of each kind from a model's predictions for a labeled set.

    UsageError for the same class twice or without images of either; DataError without labels of the model's classes.
    """
    truth = predictions.truth
    if truth is None:
        raise DataError("comparing two classes needs labels of the model's classes; give labeled images")
    if a == b:
        raise UsageError("a comparison needs two different classes; name two")
    said, shares = predictions.predicted, predictions.probabilities

    def surest(true: int, taken: int) -> list[int]:
        found = np.flatnonzero((truth == true) & (said == taken))
        return [int(i) for i in found[np.argsort(-shares[found, taken], kind="stable")][:count]]

    chosen = Chosen(_rows(surest(a, a), surest(b, b)), _rows(surest(a, b), surest(b, a)))
    if not chosen.positions:
        names = predictions.model.class_names
        raise UsageError(f"no image of {names[a]} or {names[b]} is predicted as either; use more images")
    return chosen


@renamed_parameters(a="first", b="second")
def confused_pairs(
    model: ModelLike,
    images: ImagesLike,
    first: ClassLike,
    second: ClassLike,
    methods: str | Method | Sequence[str | Method] = "grad-cam",
    *,
    layer: LayersLike | None = None,
    count: int = 5,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> ConfusedPairs:
    """Return heatmaps for both classes of the strongest and the most confused images of two classes.

    The model runs on the whole set; maps are made for the chosen images only. ``first`` and ``second`` are classes by
    name or number, other arguments those of ``heatmaps``.
    """
    probe, images = prepare(model, images, invert, fit, bands, white)
    require_classes(probe.card, "confused classes")
    a, b = (class_index(name, probe.class_names) for name in (first, second))
    predictions = run_predictions(probe, images, batch_size=batch_size, progress=progress)
    chosen = choose_pairs(predictions, a, b, count)
    positions = chosen.positions
    chosen_methods, targets = resolve_heatmaps(
        methods, [OneClass(a), OneClass(b)], named(probe, layer), len(probe.class_names)
    )
    made = run_heatmaps(probe, predictions.images.take(positions), chosen_methods, targets, batch_size=batch_size)
    return ConfusedPairs(
        made.images,
        made.model,
        made.probabilities,
        network=made.network,
        attributions=made.attributions,
        a=a,
        b=b,
        chosen=chosen.within(positions),
        among=len(predictions),
    )


def _rows(left: list[int], right: list[int]) -> tuple[Row, ...]:
    many = max(len(left), len(right))
    return tuple((left[i] if i < len(left) else None, right[i] if i < len(right) else None) for i in range(many))
