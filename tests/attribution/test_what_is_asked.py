"""Targets, layers and parameters that cannot be meant are refused in one line, before anything is computed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.attribution.heatmaps import heatmaps
from cnnviz.core.errors import UsageError
from cnnviz.core.targets import Channel
from cnnviz.data.images import Images
from tests.helpers.zoo_probes import pictures_for, zoo_probe


@pytest.mark.parametrize(
    ("target", "against"), [("shirt", "Shirt"), (6, "shirt"), ("predicted", "predicted"), ("true", "true")]
)
def test_a_class_against_itself(target: Any, against: Any) -> None:
    with pytest.raises(UsageError, match="is compared with itself; name another class"):
        attribute("fmnist-cnn", cnnviz.open_images("sample")[:2], "saliency", target, against=against)


def test_all_classes_against_one_are_the_others() -> None:
    made = heatmaps("fmnist-cnn", cnnviz.open_images("sample")[:2], "saliency", "all", against="shirt")
    assert [one.how.target for one in made.attributions][5:7] == ["Sandal − Shirt", "Sneaker − Shirt"]
    assert len(made.attributions) == 9


@pytest.mark.parametrize("method", ["saliency", "occlusion"])
@pytest.mark.parametrize(
    ("target", "message"),
    [
        (3.5, "3.5 is not a target"),
        ({1, 2}, r"\{1, 2\} is not a target"),
        ([1, 2, 3], "3 targets for 2 images"),
        (Channel("conv2", 64), "no channel 64 in conv2: it has 64, numbered 0 to 63"),
        (Channel("conv2", -1), "no channel -1 in conv2"),
        (Channel("conv2", 0, (11, 0)), r"no cell \(11, 0\) in conv2: its maps have 11×11"),
        (lambda z: z, "one score per image"),
        (lambda z: z.sum(), "one score per image"),
    ],
)
def test_no_target(target: Any, message: str, method: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        attribute("fmnist-cnn", cnnviz.open_images("sample")[:2], method, target)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("method", ["grad-cam", "hires-cam", "guided-grad-cam"])
def test_a_map_that_the_target_is_not_made_from(method: str) -> None:
    probe, images = cnnviz.open_model("fmnist-cnn"), cnnviz.open_images("sample")[:2]
    with pytest.raises(
        UsageError, match="conv2 does not depend on conv3; choose a layer before it: conv1, pool1, conv2"
    ):
        attribute(probe, images, method, Channel("conv2", 17))
    assert not attribute(probe, images, method, Channel("conv2", 17), layer="conv1").flat.all()


def test_layers_fused_have_no_unit_and_no_cells_of_their_own() -> None:
    images = cnnviz.open_images("sample")[:2]
    made = attribute("fmnist-cnn", images, "grad-cam", layer=["conv2", "conv3"])
    assert made.how.measures == "mean over layers, each relative to its maximum, smoothed"
    assert attribute("fmnist-cnn", images, "grad-cam", layer="conv2").how.measures == "evidence for the score"


def test_rounding_is_no_signal() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    grey = Images(np.full((1, 28, 28, 1), 77, np.uint8))
    made = attribute(probe, grey, "grad-cam")
    # The network pads nowhere, so every cell sees the same; sums in another order differ in their last bits.
    assert np.ptp(made.values) <= 1e-5 * made.values.max() and made.flat.all()
    kept = replace(made, values=np.float32([[[0.28, 0.2803]]]))
    assert not kept.flat.any() and not replace(kept, values=np.float32([[[0, 1e-9]]])).flat.any()


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("smoothgrad", {"noise": float("nan")}),
        ("vargrad", {"noise": float("inf")}),
        ("squaregrad", {"seed": -1}),
        ("lrp", {"epsilon": float("nan")}),
        ("lrp-epsilon", {"epsilon": float("nan")}),
    ],
)
def test_numbers_that_are_none(method: str, parameters: dict[str, float]) -> None:
    probe = zoo_probe("sequential")
    with pytest.raises(UsageError, match=f"^{method} needs"):
        attribute(probe, pictures_for(probe, 1), method, **parameters)
    (key, value), *_ = parameters.items()
    if key != "seed":
        with pytest.raises(UsageError, match=f"{method}: {key} must be a number, not '{value}'"):
            attribute(probe, pictures_for(probe, 1), f"{method}:{key}={value}")


def test_no_pictures() -> None:
    probe = zoo_probe("sequential")
    with pytest.raises(UsageError, match="there is no image to explain"):
        attribute(probe, pictures_for(probe, 2)[:0], "saliency")
