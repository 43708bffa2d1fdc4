"""A list of classes explains each image's own."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.cams.grad_cam import GradCAM
from cnnviz.core.errors import UnknownNameError, UsageError

IMAGES = cnnviz.open_images("sample")[:5]
NUMBERS = [3, 6, 0, 9, 3]


@cache
def network() -> cnnviz.Probe:
    return cnnviz.open_model("fmnist-cnn")


@pytest.mark.parametrize(
    "given",
    [NUMBERS, tuple(NUMBERS), np.array(NUMBERS), [3, "Shirt", "T-shirt/top", "ankle boot", np.int64(3)]],
    ids=["list", "tuple", "array", "names and numbers"],
)
@pytest.mark.parametrize("batch_size", [None, 2])
def test_each_image_gets_its_own_class(given: Any, batch_size: int | None) -> None:
    made = cnnviz.attribute(network(), IMAGES, "saliency", target=given, batch_size=batch_size)
    for i, number in enumerate(NUMBERS):
        alone = cnnviz.attribute(network(), IMAGES[i], "saliency", target=number)
        np.testing.assert_allclose(made.values[i], alone.values[0], atol=1e-5)
        assert made.scores[i] == pytest.approx(alone.scores[0], rel=1e-5)


def test_against_one_class() -> None:
    made = cnnviz.attribute(network(), IMAGES, "input-x-gradient", target=NUMBERS, against=1)
    alone = cnnviz.attribute(network(), IMAGES[1], "input-x-gradient", target=6, against=1)
    np.testing.assert_allclose(made.values[1], alone.values[0], atol=1e-5)


@pytest.mark.parametrize(
    ("given", "kind", "says"),
    [
        ([3, 6], UsageError, "2 targets for 5 images; give one class, or one for each image"),
        ([], UsageError, "0 targets for 5 images"),
        ([3, 6, 0, 9, "Shirtt"], UnknownNameError, "there is no class 'Shirtt'; choose from: Shirt"),
        ([3, 6, 0, 9, 10], UnknownNameError, "there is no class '10'"),
        ([3, 6, 0, 9, 1.5], UsageError, "1.5 in the list of targets is not a class"),
        ([3, 6, 0, 9, True], UsageError, "True in the list"),
        (np.eye(10)[NUMBERS], UsageError, "in the list of targets is not a class"),
    ],
)
def test_what_does_not_fit_is_one_line(given: Any, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says) as raised:
        cnnviz.attribute(network(), IMAGES, "saliency", target=given)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("layer", ["object", "index", "list"])
def test_a_method_may_hold_a_layer_object(layer: str) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    conv = probe.model.get_layer("conv2")
    held = {"object": conv, "index": probe.model.layers.index(conv), "list": [conv]}[layer]
    made = cnnviz.attribute(probe, IMAGES, GradCAM(layer=held))
    by_name = cnnviz.attribute(probe, IMAGES, "grad-cam", layer=["conv2"] if layer == "list" else "conv2")
    np.testing.assert_array_equal(made.values, by_name.values)
    assert made.how == by_name.how
