"""Probable label errors, by confident learning (Northcutt, Jiang and Chuang 2021, JAIR 70)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnviz.data.images import Images

from .label_judges import FEW, Judge, bundled_judge, network_judge, quick_judge

#: The given label's probability at most, as a share of the suggested one's, for a label to be suspect.
SHARE = 0.2
#: Share of its usual confidence that a suggested class must reach. The paper requires all of it, which finds fewer.
CONFIDENT = 0.3


@dataclass(frozen=True, eq=False)
class LabelErrors:
    """Images with a probable label error, the most confident first.

    ``positions`` (m,) int64; ``given`` and ``suggested`` (m,) int64 are classes; ``confidence`` (m,) float64 is the
    probability of the suggested class and ``own`` (m,) that of the given one. ``judge`` is the name of the network that
    judged, "" for a quick classifier that was not trained on the image; ``accuracy`` is its agreement with the given
    labels, NaN without a judge. ``left_out`` names what was not judged, with reasons.
    """

    positions: np.ndarray
    given: np.ndarray
    suggested: np.ndarray
    confidence: np.ndarray
    own: np.ndarray
    accuracy: float = float("nan")
    judge: str = ""
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.positions)


def find_label_errors(
    images: Images, features: np.ndarray | None = None, seed: int = 0, model: Any = "auto"
) -> LabelErrors:
    """Judge each label by a classifier that was not trained on it.

    The usual confidence of a class is its mean probability over the images with that label. A label is suspect if
    another class is the most probable of those near their usual confidence, and the given one's probability is small in
    comparison.

    The judge is ``model``, anything that ``open_model`` takes, of the same classes; or, with None, a quick classifier
    trained on the set's other images, which leaves out classes of few images. "auto" takes a bundled network instead if
    there are fewer than ``FEW`` images, it has the same classes and agrees with more of the labels than the quick
    classifier. ``features`` are ``looks(images.pixels, images.peak)``, if already computed. The same seed gives the
    same result.
    """
    if images.labels is None:
        return _nothing("label errors: the images have no labels")
    if model not in (None, "auto"):
        return _judged(network_judge(model, images))
    quick = quick_judge(images, features, seed)
    network = bundled_judge(images) if model == "auto" and 0 < len(images) < FEW else None
    if network is not None and (isinstance(quick, str) or network.accuracy > quick.accuracy):
        return _judged(network)
    return _nothing(f"label errors: {quick}") if isinstance(quick, str) else _judged(quick)


def _judged(judge: Judge) -> LabelErrors:
    suspect, suggested = confident_errors(judge.probabilities, judge.labels)
    own = judge.probabilities[suspect, judge.labels[suspect]].astype(np.float64)
    best = judge.probabilities[suspect, suggested].astype(np.float64)
    order = np.lexsort((-best, own))
    return LabelErrors(
        positions=judge.positions[suspect][order],
        given=judge.classes[judge.labels[suspect]][order],
        suggested=judge.classes[suggested][order],
        confidence=best[order],
        own=own[order],
        accuracy=judge.accuracy,
        judge=judge.name,
        left_out=judge.left_out,
    )


def confident_errors(probabilities: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of probabilities (n, k) whose label (n,) is suspect, and the classes suggested for them."""
    own = probabilities[np.arange(len(labels)), labels]
    sizes = np.bincount(labels, minlength=probabilities.shape[1])
    usual = np.bincount(labels, own, probabilities.shape[1]) / np.maximum(1, sizes)
    near = np.where(probabilities >= CONFIDENT * usual, probabilities, -1)
    suggested = near.argmax(axis=1)
    best = near[np.arange(len(labels)), suggested]
    suspect = np.flatnonzero((best > 0) & (suggested != labels) & (own <= SHARE * best))
    return suspect, suggested[suspect]


def _nothing(why: str) -> LabelErrors:
    none = np.zeros(0, np.int64)
    return LabelErrors(none, none, none, np.zeros(0), np.zeros(0), left_out=(why,))
