"""Captum and pytorch-grad-cam give the same raw maps on the same weights, once what they do by design is undone.

The references are made by tests/reference/make_references.py; docs/attribution-parity.md says what is undone and why.
"""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.core.targets import PerImageClass
from tests.attribution.agreement import MOST, farthest, grad_cam_plus_plus, settled
from tests.helpers.references import images, ours, probe, references


def test_the_network_is_the_references() -> None:
    np.testing.assert_allclose(probe().logits(images()), references()["logits"], atol=1e-5)


AT_INPUTS: dict[str, dict[str, object]] = {
    "saliency": {},
    "input-x-gradient": {},
    "integrated-gradients": {"steps": 50, "spacing": "even"},
    "deconvnet": {},
    "guided-backprop": {},
    "guided-grad-cam": {"layer": "relu2"},
    "smoothgrad": {"samples": 4, "noise": 0.0},
    "grad-cam": {"layer": "relu2"},
}


@pytest.mark.parametrize("method", AT_INPUTS)
def test_captum(method: str) -> None:
    theirs = references()[f"captum/{method}"]
    assert np.abs(theirs).max(axis=(1, 2)).min() > 0
    # Of the fifty gradients that integrated gradients are the mean of, one may go either way.
    some = settled(probe(), images(), method, PerImageClass(references()["classes"]), **AT_INPUTS[method])
    assert some.sum() >= len(theirs) / 2
    assert farthest(ours(method, **AT_INPUTS[method])[some], theirs[some]) <= MOST


@pytest.mark.parametrize("method", ["grad-cam", "layer-cam", "xgrad-cam", "hires-cam"])
def test_pytorch_grad_cam(method: str) -> None:
    theirs = np.maximum(references()[f"pytorch-grad-cam/{method}"], 0)
    assert theirs.max(axis=(1, 2)).min() > 0
    assert farthest(ours(method, layer="relu2"), theirs) <= 1e-4


def test_pytorch_grad_cam_plus_plus_but_for_what_theirs_adds_to_the_denominator() -> None:
    theirs = np.maximum(references()["pytorch-grad-cam/grad-cam++"], 0)
    pulled = probe().value_and_gradients(images(), PerImageClass(references()["classes"]), ["relu2"])
    values, gradients = pulled.values[0], pulled.gradients[0]
    assert farthest(ours("grad-cam++", layer="relu2"), grad_cam_plus_plus(values, gradients)) <= 1e-5
    assert farthest(grad_cam_plus_plus(values, gradients, added=1e-6), theirs) <= 1e-5


def test_eigen_cam_but_for_the_sign_which_theirs_leaves_to_chance() -> None:
    theirs, mine = references()["pytorch-grad-cam/eigen-cam"], ours("eigen-cam", layer="relu2")
    with_either = np.stack([np.maximum(sign * theirs, 0) for sign in (1, -1)])
    errors = np.abs(mine - with_either).max(axis=(2, 3)) / mine.max(axis=(1, 2))
    assert errors.min(axis=0).max() <= 1e-4
    assert (errors.argmin(axis=0) == 1).any(), "no picture shows what is undone here"
