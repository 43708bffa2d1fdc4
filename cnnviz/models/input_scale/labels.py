"""Input scaling by labeled images: the scale under which a network tells their classes best."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt

import numpy as np

from .scale import OTHER_MOMENTS, Scale, is_plain_range, other_order

#: Nats of cross-entropy, and standard errors of the paired difference, by which the best scale must win.
LOSS_MARGIN, ERRORS = 0.02, 3.0
#: The fewest labeled images that say anything.
FEWEST = 8
#: Images that every scale is tried on; the rest is for those that are still in question.
FIRST = 64
#: Temperatures to calibrate with.
TEMPERATURES = tuple(2.0**power for power in range(-6, 9))
#: Share of the cross-entropy of guessing below which a network tells classes at all.
BETTER_THAN_GUESSING = 0.9

#: The probabilities, (n, classes), of the images at some positions, at a named scale.
Predict = Callable[[str, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class LabelFit:
    """How well a network at several scales predicts ``count`` labels of ``classes`` classes.

    ``losses`` are the cross-entropies of the images in nats, (n,) for each scale: n is ``count``, or fewer for a scale
    that was far behind on the first images. ``accuracies`` are shares of those same images. ``calibrated`` are the
    losses of calibrated probabilities: a wider range of pixels makes most networks more confident, which shows nothing
    about the range that they were trained on.
    """

    losses: Mapping[str, np.ndarray]
    accuracies: Mapping[str, float]
    count: int
    classes: int
    calibrated: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def ranked(self) -> tuple[str, ...]:
        """The scales from best to worst; those that were far behind on the first images come last."""
        return tuple(sorted(self.losses, key=lambda name: (-len(self.losses[name]), float(self.losses[name].mean()))))

    @property
    def best(self) -> str:
        """The scale with the lowest mean cross-entropy."""
        return self.ranked[0]

    @property
    def beats_guessing(self) -> bool:
        """Whether the network tells classes at the best scale: by its cross-entropy, or at least by its accuracy."""
        chance = 1 / self.classes
        luck = sqrt(chance * (1 - chance) / max(1, len(self.losses[self.best])))
        below = float(self.losses[self.best].mean()) < BETTER_THAN_GUESSING * log(self.classes)
        return below or self.accuracies[self.best] > chance + ERRORS * luck

    def beats(self, other: str) -> bool:
        """Return whether the best scale is clearly better than another one, image by image, confidence left aside."""
        kinds = [self.losses, self.calibrated] if self.calibrated else [self.losses]
        return all(clearly_lower(losses[self.best], losses[other]) for losses in kinds)

    @property
    def rivals(self) -> tuple[str, ...]:
        """The scales that the best one does not clearly beat."""
        return tuple(name for name in self.ranked[1:] if not self.beats(name))

    @property
    def words(self) -> str:
        """The figures of the best scales, in a sentence."""
        shown = [name for name in self.ranked[:4] if "," not in name or name in (self.best, *self.rivals)]
        figures = ", ".join(f"{name}: {self.losses[name].mean():.2f}" for name in shown)
        return f"lowest cross-entropy on {self.count} labeled images ({figures})"


def clearly_lower(losses: np.ndarray, others: np.ndarray) -> bool:
    """Return whether losses (n,) are below others of the same images: by LOSS_MARGIN, and beyond chance."""
    n = min(len(losses), len(others))
    if n < FEWEST:
        return False
    gaps = others[:n] - losses[:n]
    return bool(gaps.mean() >= max(LOSS_MARGIN, ERRORS * gaps.std(ddof=1) / sqrt(n)))


def fit_of_labels(names: Sequence[str], labels: np.ndarray, classes: int, predict: Predict) -> LabelFit:
    """Return how well a network predicts labels (n,) at each of these scales.

    Every scale is tried on some images, and those that are not clearly behind on all of them, so that many scales of a
    large network take not much longer than one.
    """
    # At random, since sets are often in the order of their classes.
    order = np.random.default_rng(0).permutation(len(labels))
    first, rest = order[:FIRST], order[FIRST:]
    made = {name: predict(name, first) for name in names}
    tried = {name: _outcome(made[name], labels[first]) for name in names}
    best = min(tried, key=lambda name: float(tried[name][0].mean()))
    if len(rest):
        for name in names:
            if not clearly_lower(tried[best][0], tried[name][0]) or name == best:
                made[name] = np.concatenate([made[name], predict(name, rest)])
                tried[name] = _outcome(made[name], labels[order])
    accuracies = {name: float(hits.mean()) for name, (_, hits) in tried.items()}
    calibrated = {name: _calibrated(one, labels[order[: len(one)]]) for name, one in made.items()}
    losses = {name: losses for name, (losses, _) in tried.items()}
    return LabelFit(losses, accuracies, len(labels), classes, calibrated)


def scale_by_labels(scale: Scale, fit: LabelFit, known: str | None = None) -> Scale:
    """Return the scale that labeled images show, beside what else is known.

    Labels confirm a ``scale`` that is settled already, and overrule one that is not. Where both are clear and differ,
    the labels' choice is returned as an assumption. Labels that the network does not predict at any scale, and too few
    of them, say nothing. A scale with moments of its own, such as ImageNet's, is certain only if it is the ``known``
    one of the network's backbone, since standardization with other moments would look much the same.
    """
    if not fit.beats_guessing or fit.count < FEWEST:
        if scale.settled or fit.count < FEWEST:
            return scale
        return Scale(scale.name, f"{scale.reason}; at no scale does it predict the labels", settled=False)
    alike = (fit.best, *fit.rivals)
    if scale.settled:
        if scale.name in alike:
            return scale
        return Scale(
            fit.best, f"assumed: {fit.words}, although {scale.name} fits the recorded moments best", settled=False
        )
    if len(alike) == 1 and (is_plain_range(fit.best) or fit.best == known):
        return Scale(fit.best, fit.words)
    if len(alike) == 1:
        return Scale(fit.best, f"assumed: {fit.words}{OTHER_MOMENTS}", settled=False)
    # A usual order, and black that stays black, are likelier than the exchanged ones.
    chosen = min(alike, key=lambda name: (name.count(","), fit.ranked.index(name)))
    only_order = set(alike) == {chosen, other_order(chosen)}
    why = "; red and blue exchanged does as well" if only_order else ", a narrow margin"
    return Scale(chosen, f"assumed: {fit.words}{why}", settled=False)


def _outcome(probabilities: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return -log p(label) in nats, with p at least 1e-7, and whether each label is predicted."""
    picked = probabilities[np.arange(len(labels)), labels]
    return -np.log(np.clip(picked, 1e-7, 1)), probabilities.argmax(axis=1) == labels


def _calibrated(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return -log p(label) in nats, at most that of 1e-7, with p calibrated by the temperature of the lowest mean.

    Guo et al. 2017, "On calibration of modern neural networks".
    """
    logs = np.log(np.maximum(probabilities.astype(np.float64), 1e-38))
    rows = np.arange(len(labels))
    found = []
    for temperature in TEMPERATURES:
        scaled = logs / temperature
        scaled -= scaled.max(axis=1, keepdims=True)
        found.append(np.log(np.exp(scaled).sum(axis=1)) - scaled[rows, labels])
    return np.minimum(min(found, key=lambda one: float(one.mean())), -np.log(1e-7))
