"""A true map mixed with more and more noise is ranked in that order, on a trained network."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import cnnviz
from cnnviz.metrics.all_metrics import METRICS
from cnnviz.metrics.explained import Explained
from tests.helpers.sweeps import slow

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


@cache
def cases() -> tuple[Explained, ...]:
    """Return the maps of RISE of 60 garments, mixed with so much noise of the same spread."""
    probe, images = cnnviz.open_model("fmnist-cnn"), cnnviz.open_images("sample")[:60]
    made = cnnviz.attribute(probe, images, "rise:masks=400")
    assert made.classes is not None
    noise = np.random.default_rng(0).normal(size=made.maps.shape)
    true = made.maps - made.maps.mean(axis=(1, 2), keepdims=True)
    true = true / true.std(axis=(1, 2), keepdims=True)
    return tuple(Explained(probe, images, made.classes, (1 - share) * true + share * noise) for share in SHARES)


#: The metrics, with the first of the shares from which on they tell more noise: a quarter does not show in some.
TOLD = {
    "deletion": 0,
    "deletion:output=logit": 0,
    "mu-fidelity:samples=80": 0,
    "insertion": 1,
    "insertion:output=logit": 1,
    "road": 1,
}


QUICK = ["deletion:output=logit", "insertion"]


@pytest.mark.parametrize("text", [*QUICK, *slow(*(text for text in TOLD if text not in QUICK))])
def test_more_noise_is_worse(text: str) -> None:
    metric = METRICS.make(text)
    means = np.array([metric(case).values.mean() for case in cases()])
    ordered = np.diff(means[TOLD[text] :]) * (1 if metric.better == "high" else -1)
    assert (ordered < 0).all(), means.round(3)
