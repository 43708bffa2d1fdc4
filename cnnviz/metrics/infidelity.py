"""Infidelity: how badly the map tells the change of the score under random noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.core.errors import UsageError

from .explained import Explained
from .metric import METRICS, Measured, Metric


@METRICS.enter("infidelity")
@dataclass(frozen=True)
class Infidelity(Metric):
    """The mean squared error of the map as a linear prediction of the logit's change under Gaussian noise.

    ``noise`` is the standard deviation, in units of the range from black to white, and ``samples`` the number of
    noises, the same for every image. With ``scaled`` the map is multiplied by the factor that fits best, so that maps
    in other units are judged by their shape, and the error is divided by the mean square of the changes: 0 is exact,
    and 1 no better than a map of zeros. Maps are taken as gradients; those of input × gradient are not.
    """

    samples: int = 50
    noise: float = 0.1
    scaled: bool = True

    title = "Infidelity"
    paper = "Yeh et al. 2019, arXiv:1901.09392"
    unit = "unexplained share"
    better = "low"
    asks = "faithful"

    def __post_init__(self) -> None:
        if self.samples < 2 or not 0 < self.noise <= 10:
            raise UsageError(f"{self.name} needs 2 samples or more and a noise above 0")

    def __call__(self, case: Explained) -> Measured:
        """E (I·φ − (f(x) − f(x − I)))² over noises I."""
        random, maps = np.random.default_rng([case.seed, 4]), case.maps.reshape(len(case), -1).astype(np.float64)
        told = np.empty((len(case), self.samples))
        changed = np.empty_like(told)
        owners = np.arange(len(case))
        for k in range(self.samples):
            drawn = random.normal(0, self.noise, case.images.shape).astype(np.float32)
            told[:, k] = maps @ drawn.sum(axis=2).ravel().astype(np.float64)
            logits = case.probe.logits(case.perturbed(-drawn[None]))
            changed[:, k] = case.scores - case.of_class(logits, owners)
        if not self.scaled:
            return Measured(np.square(told - changed).mean(axis=1))
        squares = np.square(told).sum(axis=1)
        factor = (told * changed).sum(axis=1) / np.where(squares > 0, squares, 1.0)
        whole = np.square(changed).mean(axis=1)
        error = np.square(factor[:, None] * told - changed).mean(axis=1)
        return Measured(np.where(whole > 0, error / np.where(whole > 0, whole, 1.0), np.nan))
