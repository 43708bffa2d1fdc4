"""Temperature scaling (Guo et al. 2017, section 4.2): one number that makes a model as sure as it may be.

It divides the scores and so changes no prediction. It is offered and never applied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.core.number_words import counted

from .calibration import calibration

#: Temperatures that are looked among; an end of this range is no fit.
LOWEST, HIGHEST = 0.02, 50.0
#: Images that a temperature is fitted on at least, and how far from 1 probabilities may add up to.
FEWEST = 20
_OFF = 1e-3
#: What is 0 in 32 bits counts as the least number that is not.
_LEAST = np.finfo(np.float32).smallest_subnormal


@dataclass(frozen=True)
class TemperatureScaling:
    """A temperature that was fitted on one half of the images, and what it does to the other half.

    ``loss`` is mean cross-entropy in nats, ``error`` the expected calibration error, each before and after.
    """

    temperature: float
    fitted_on: int
    measured_on: int
    loss: tuple[float, float]
    error: tuple[float, float]


def log_probabilities(probabilities: np.ndarray) -> np.ndarray:
    """Return natural logarithms in 64 bits; what is 0 in 32 bits counts as the least number that is not."""
    return np.log(np.maximum(probabilities.astype(np.float64), _LEAST))


def add_up(probabilities: np.ndarray) -> bool:
    """Whether the probabilities of each image add up to 1, as those of sigmoids of several classes do not."""
    return bool(np.abs(probabilities.sum(axis=1) - 1).max() <= _OFF)


def losses(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the cross-entropy of each image in nats, (n,) float64; at most 103.3, what is 0 in 32 bits.

    Probabilities that do not add up to 1 are taken by their shares of what they add up to, as Keras takes them: of
    outputs that are all 1 the label's own says nothing.
    """
    own = log_probabilities(probabilities[np.arange(len(labels)), labels])
    if not add_up(probabilities):
        own = own - np.log(np.maximum(probabilities, _LEAST).sum(axis=1, dtype=np.float64))
    return -own + 0.0


def scaled(logs: np.ndarray, temperature: float) -> np.ndarray:
    """Return log-probabilities (n, classes) after the scores were divided by a temperature, equation 9.

    Logarithms of a softmax are scores less a constant, which the softmax does not see.
    """
    scores = logs / temperature
    scores = scores - scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def fit_temperature(logs: np.ndarray, labels: np.ndarray) -> float:
    """Return the temperature with the least cross-entropy; the loss is convex in its reciprocal."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(labels))

    def loss(log_temperature: float) -> float:
        return float(-scaled(logs, np.exp(log_temperature))[rows, labels].mean())

    found = minimize_scalar(loss, bounds=(np.log(LOWEST), np.log(HIGHEST)), method="bounded", options={"xatol": 1e-5})
    return float(np.exp(found.x))


def temperature_scaling(
    probabilities: np.ndarray, labels: np.ndarray, random: np.random.Generator
) -> TemperatureScaling | str:
    """Fit on one half of each class's images and measure on the other; say why where that cannot be done."""
    if not add_up(probabilities):
        return "its outputs do not add up to 1, so there is no softmax to scale"
    fitting, measuring = halves(labels, random)
    if len(fitting) < FEWEST:
        are = "is" if len(labels) == 1 else "are"
        return f"{counted(len(labels), 'image')} {are} too few to fit it on one half and measure it on the other"
    logs = log_probabilities(probabilities)
    right = probabilities.argmax(axis=1) == labels
    if right[fitting].all():
        return "the half that it would be fitted on has no mistake, which any sharper softmax fits better"
    temperature = fit_temperature(logs[fitting], labels[fitting])
    if not 1.01 * LOWEST < temperature < HIGHEST / 1.01:
        return f"the best would be {'above' if temperature > 1 else 'below'} {HIGHEST if temperature > 1 else LOWEST:g}"
    rows, own = np.arange(len(measuring)), labels[measuring]
    losses, errors = [], []
    for divisor in (1.0, temperature):
        after = scaled(logs[measuring], divisor)
        losses.append(float(-after[rows, own].mean()))
        errors.append(calibration(np.exp(after.max(axis=1)), right[measuring]).error)
    pair = (losses[0], losses[1]), (errors[0], errors[1])
    return TemperatureScaling(temperature, len(fitting), len(measuring), *pair)


def halves(labels: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of two random halves of each class, in order; what is left over goes to them in turn."""
    order = random.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    return np.sort(order[::2]), np.sort(order[1::2])
