"""Temperature scaling (Guo et al. 2017, section 4.2): one number that calibrates a model's confidence.

It divides the scores and so changes no prediction. It is reported and never applied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.core.number_words import counted

from .calibration import calibration

#: The range of temperatures; a fit at either end is rejected.
LOWEST, HIGHEST = 0.02, 50.0
#: The least images to fit on, and the tolerance of probabilities that should add up to 1.
FEWEST = 20
_OFF = 1e-3
#: Probabilities that are 0 in float32 are replaced by its smallest positive number.
_LEAST = np.finfo(np.float32).smallest_subnormal


@dataclass(frozen=True)
class TemperatureScaling:
    """A temperature fitted on one half of the images, and its effect on the other half.

    ``loss`` is the mean cross-entropy in nats, ``error`` the expected calibration error, each before and after.
    """

    temperature: float
    fitted_on: int
    measured_on: int
    loss: tuple[float, float]
    error: tuple[float, float]


def log_probabilities(probabilities: np.ndarray) -> np.ndarray:
    """Return natural logarithms in float64; zeros become the smallest positive float32."""
    return np.log(np.maximum(probabilities.astype(np.float64), _LEAST))


def add_up(probabilities: np.ndarray) -> bool:
    """Whether the probabilities of each image add up to 1; those of several sigmoids do not."""
    return bool(np.abs(probabilities.sum(axis=1) - 1).max() <= _OFF)


def losses(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the cross-entropy of each image in nats, (n,) float64; at most 103.3, where float32 underflows to 0.

    Probabilities are divided by their sum, as in Keras: the label's own output is uninformative if all outputs are 1.
    """
    own = log_probabilities(probabilities[np.arange(len(labels)), labels])
    if not add_up(probabilities):
        own = own - np.log(np.maximum(probabilities, _LEAST).sum(axis=1, dtype=np.float64))
    return -own + 0.0


def scaled(logs: np.ndarray, temperature: float) -> np.ndarray:
    """Return log-probabilities (n, classes) of scores divided by a temperature, equation 9.

    The logarithms of a softmax are the scores minus a constant, to which the softmax is invariant.
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
    """Fit on one half of each class's images and measure on the other; return the reason if that is not possible."""
    if not add_up(probabilities):
        return "the outputs do not add up to 1, so there is no softmax to scale"
    fitting, measuring = halves(labels, random)
    if len(fitting) < FEWEST:
        are = "is" if len(labels) == 1 else "are"
        return f"{counted(len(labels), 'image')} {are} too few to fit on one half and measure on the other"
    logs = log_probabilities(probabilities)
    right = probabilities.argmax(axis=1) == labels
    if right[fitting].all():
        return "the half to fit on has no mistakes, so ever sharper softmaxes fit better"
    temperature = fit_temperature(logs[fitting], labels[fitting])
    if not 1.01 * LOWEST < temperature < HIGHEST / 1.01:
        limit = f"above {HIGHEST:g}" if temperature > 1 else f"below {LOWEST:g}"
        return f"the best temperature would be {limit}"
    rows, own = np.arange(len(measuring)), labels[measuring]
    losses, errors = [], []
    for divisor in (1.0, temperature):
        after = scaled(logs[measuring], divisor)
        losses.append(float(-after[rows, own].mean()))
        errors.append(calibration(np.exp(after.max(axis=1)), right[measuring]).error)
    pair = (losses[0], losses[1]), (errors[0], errors[1])
    return TemperatureScaling(temperature, len(fitting), len(measuring), *pair)


def halves(labels: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of two random halves of each class, in order; surplus images go to the halves in turn."""
    order = random.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    return np.sort(order[::2]), np.sort(order[1::2])
