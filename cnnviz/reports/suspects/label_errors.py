"""Labels that are probably wrong, by confident learning (Northcutt, Jiang and Chuang 2021, JAIR 70)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.data.images import Images

from .held_out import FOLDS, held_out_probabilities
from .looks import looks

#: The given label's probability at most, as a share of the suggested one's, for a label to be suspect.
SHARE = 0.2
#: Share of its usual confidence that a suggested class must reach. The paper asks for all of it, which finds fewer.
CONFIDENT = 0.3
#: Probabilities in hand at once.
MOST_VALUES = 100_000_000


@dataclass(frozen=True, eq=False)
class LabelErrors:
    """Pictures whose label is probably wrong, the surest first.

    ``positions`` (m,) int64; ``given`` and ``suggested`` (m,) int64 are classes; ``confidence`` (m,) float64 is the
    probability of the suggested class and ``own`` (m,) that of the given one, both by a classifier that never saw the
    picture. ``accuracy`` is that classifier's agreement with the given labels, NaN if there was none.
    ``left_out`` says what was not looked at, and why.
    """

    positions: np.ndarray
    given: np.ndarray
    suggested: np.ndarray
    confidence: np.ndarray
    own: np.ndarray
    accuracy: float = float("nan")
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.positions)


def find_label_errors(images: Images, features: np.ndarray | None = None, seed: int = 0) -> LabelErrors:
    """Judge each label by a classifier that learned from the other pictures.

    The usual confidence of a class is the mean probability that pictures labelled so have of it. A label is suspect if
    another class is the most probable of those near their usual confidence, and the given one's probability is small
    beside it. ``features`` are ``looks(images.pixels, images.peak)``, where they are at hand. Classes of fewer than two
    pictures a part are left out. The same seed gives the same answer.
    """
    if images.labels is None:
        return _nothing("label errors: the pictures have no labels")
    numbers, sizes = np.unique(images.labels, return_counts=True)
    known = numbers[sizes >= 2 * FOLDS]
    if len(known) < 2:
        return _nothing(f"label errors: fewer than two classes have {2 * FOLDS} pictures or more")
    left_out = []
    if len(known) < len(numbers):
        few = len(numbers) - len(known)
        left_out.append(
            f"label errors in {few:,} {'class' if few == 1 else 'classes'} with fewer than {2 * FOLDS} pictures"
        )
    where = np.flatnonzero(np.isin(images.labels, known))
    if len(where) * len(known) > MOST_VALUES:
        return _nothing(
            f"label errors: {len(where):,} pictures of {len(known):,} classes are too many to judge at once"
        )
    features = looks(images.pixels, images.peak) if features is None else features
    labels = np.searchsorted(known, images.labels[where])
    probabilities = held_out_probabilities(features[where], labels, len(known), seed)
    suspect, suggested = confident_errors(probabilities, labels)
    own = probabilities[suspect, labels[suspect]].astype(np.float64)
    best = probabilities[suspect, suggested].astype(np.float64)
    order = np.lexsort((-best, own))
    return LabelErrors(
        positions=where[suspect][order],
        given=known[labels[suspect]][order],
        suggested=known[suggested][order],
        confidence=best[order],
        own=own[order],
        accuracy=float((probabilities.argmax(axis=1) == labels).mean()),
        left_out=tuple(left_out),
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
