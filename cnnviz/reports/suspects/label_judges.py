"""Judges of labels: a quick classifier trained on the set itself, or a network of the same classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnviz.core.class_scores import require_classes
from cnnviz.core.errors import DataError
from cnnviz.data.images import Images
from cnnviz.features.prepare_inputs import prepare
from cnnviz.models.bundled import BundledModel, bundled_models

from .image_features import looks
from .out_of_fold import FOLDS, held_out_probabilities

#: The most values that the quick classifier holds at once.
MOST_VALUES = 100_000_000
#: Below this number of images, where a quick classifier learns little, bundled networks are tried too.
FEW = 5000


@dataclass(frozen=True, eq=False)
class Judge:
    """Class probabilities from a classifier that was not trained on the labels it judges.

    ``probabilities`` (n, k) of the ``classes`` (k,), numbers of the set's classes in rising order, for the images at
    ``positions`` (n,), whose given labels are ``labels`` (n,), 0…k-1. ``name`` is the network's, "" for the quick
    classifier; ``left_out`` names the images that are not judged.
    """

    name: str
    positions: np.ndarray
    classes: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray
    left_out: tuple[str, ...] = ()

    @property
    def accuracy(self) -> float:
        """The share of the given labels that the judge agrees with."""
        return float((self.probabilities.argmax(axis=1) == self.labels).mean())


def quick_judge(images: Images, features: np.ndarray | None = None, seed: int = 0) -> Judge | str:
    """Return the judgment of classifiers trained on the set's other images, or the reason why there is none.

    ``features`` are ``looks(images.pixels, images.peak)``, if already computed. Classes with fewer than two images per
    fold are left out.
    """
    assert images.labels is not None
    numbers, sizes = np.unique(images.labels, return_counts=True)
    known = numbers[sizes >= 2 * FOLDS]
    if len(known) < 2:
        return f"fewer than two classes have {2 * FOLDS} images or more"
    where = np.flatnonzero(np.isin(images.labels, known))
    if len(where) * len(known) > MOST_VALUES:
        return f"{len(where):,} images of {len(known):,} classes are too many to judge at once"
    features = looks(images.pixels, images.peak) if features is None else features
    labels = np.searchsorted(known, images.labels[where])
    left_out: tuple[str, ...] = ()
    if len(known) < len(numbers):
        few = len(numbers) - len(known)
        classes = "class" if few == 1 else "classes"
        left_out = (f"label errors in {few:,} {classes} with fewer than {2 * FOLDS} images",)
    return Judge("", where, known, labels, held_out_probabilities(features[where], labels, len(known), seed), left_out)


def network_judge(model: Any, images: Images) -> Judge:
    """Return the judgment of a network; DataError if its classes are not those of the set.

    ``model`` is what ``open_model`` takes. It should not have been trained on these images with these labels.
    """
    probe, suited = prepare(model, images)
    require_classes(probe.card, "classes to judge labels by")
    assert images.labels is not None
    # Its classes may be in another order, and there may be more of them.
    columns = images.places_among(probe.class_names)
    if columns is None:
        raise DataError(
            f"the {len(probe.class_names):,} classes of {probe.card.name} are not those of {images.source}; "
            "give a model of the same classes to judge labels"
        )
    classes = np.arange(len(columns))
    probabilities = probe.probabilities(suited)[:, columns]
    return Judge(probe.card.name, np.arange(len(images)), classes, images.labels, probabilities)


def bundled_judge(images: Images) -> Judge | None:
    """Return the judgment of the bundled network that agrees best with the labels, or None if there is none.

    Networks of other classes, and those trained on this very set, are not used.
    """
    judges = [network_judge(one.name, images) for one in bundled_models().values() if _may_judge(one, images)]
    return max(judges, key=lambda judge: judge.accuracy, default=None)


def _may_judge(one: BundledModel, images: Images) -> bool:
    names = tuple(one.about["class_names"])
    named = images.in_terms_of(names).class_names == names and not _numbered(images)
    return named and images.hash not in (one.about["train_hash"], "")


def _numbered(images: Images) -> bool:
    """Return whether class names are numbers, which match the names of as many classes of a model."""
    return images.in_terms_of([f"any {i}" for i in range(len(images.class_names))]).class_names != images.class_names
