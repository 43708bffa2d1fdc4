"""Attribution on every structure of network: a map, or a sentence that says what to use instead, and rightly."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.all_methods import METHODS
from cnnviz.attribution.attribute import attribute
from cnnviz.core.errors import ModelError
from cnnviz.core.registry import fields_of
from tests.helpers.small_method import small
from tests.helpers.structures import FIRST, STRUCTURES, made
from tests.helpers.sweeps import sweep

#: Layers that relevance has no agreed way through.
NO_RELEVANCE = {"attention", "softmax in the middle", "rows of pixels", "separable", "odd activations", "branches"}


def opened(name: str) -> tuple[cnnviz.Probe, cnnviz.Images]:
    probe = cnnviz.wrap(made(name), scale="0-1")
    pixels = np.random.default_rng(5).integers(0, 256, (2, *probe.card.input_shape), dtype=np.uint8)
    return probe, cnnviz.Images(pixels)


def has(model: keras.Model, *kinds: type) -> bool:
    return any(isinstance(layer, kinds) for layer in model._flatten_layers(include_self=False))


def rectified(model: keras.Model) -> bool:
    def one(layer: keras.Layer) -> bool:
        name = getattr(getattr(layer, "activation", None), "__name__", "")
        return name == "relu" or (isinstance(layer, keras.layers.ReLU) and not layer.negative_slope)

    return any(one(layer) for layer in model._flatten_layers(include_self=False))


def tried(probe: cnnviz.Probe, images: cnnviz.Images, name: str) -> np.ndarray | str:
    """The map of a method, or what it says instead."""
    try:
        return attribute(probe, images, small(name)).values
    except ModelError as error:
        assert "\n" not in str(error)
        return str(error)


@pytest.mark.parametrize("name", sweep(STRUCTURES, *FIRST))
def test_the_usual_methods(name: str) -> None:
    probe, images = opened(name)
    saliency = tried(probe, images, "saliency")
    assert isinstance(saliency, np.ndarray) and np.isfinite(saliency).all() and saliency.max() > 0

    convolutions = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.SeparableConv2D)
    cam = tried(probe, images, "grad-cam")
    if has(probe.model, *convolutions):
        assert isinstance(cam, np.ndarray) and np.isfinite(cam).all()
    else:
        assert isinstance(cam, str) and "use saliency" in cam

    guided = tried(probe, images, "guided-backprop")
    if rectified(probe.model):
        assert isinstance(guided, np.ndarray) and np.isfinite(guided).all()
    else:
        assert isinstance(guided, str) and "no ReLU" in guided

    relevance = tried(probe, images, "lrp-epsilon")
    if isinstance(relevance, str):
        assert name in NO_RELEVANCE and "use" in relevance, relevance
    else:
        assert np.isfinite(relevance).all() and relevance.any()


@pytest.mark.slow
@pytest.mark.parametrize("method", list(METHODS))
@pytest.mark.parametrize("name", STRUCTURES)
def test_every_method(name: str, method: str) -> None:
    probe, images = opened(name)
    found = tried(probe, images, method)
    if isinstance(found, np.ndarray):
        assert np.isfinite(found).all()
        return
    needs_maps = "layer" in fields_of(METHODS[method])
    says = {"use saliency", "no ReLU", "LRP"}
    assert any(words in found for words in says), found
    assert needs_maps or method in ("deconvnet", "guided-backprop") or method.startswith("lrp"), found
