"""Score-CAM of tf-keras-vis and of pytorch-grad-cam is ours, once what they do by design is undone."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.attribution.cams import score_cam
from cnnviz.attribution.cams.class_activation_map import class_activation_map
from tests.attribution.agreement import corners_aligned, farthest, network
from tests.helpers.references import images, ours, probe, references

CLASS = 6


@pytest.fixture
def aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo: both upsample masks so that the corners lie on each other."""
    monkeypatch.setattr(score_cam, "upsample", lambda maps, size: corners_aligned(maps, size).astype(np.float32))


@pytest.mark.parametrize(
    ("net", "channels"), [("fmnist-cnn", None), ("fmnist-cnn", 8), ("residual", None), ("nested", 3)]
)
@pytest.mark.usefixtures("aligned")
def test_tf_keras_vis(net: str, channels: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    net_probe, sample = network(net), cnnviz.open_images("sample")[:8]
    theirs = attribute(net_probe, sample, "score-cam", CLASS, engine="tf-keras-vis", channels=channels)
    assert theirs.how.parameters == ({} if channels is None else {"channels": channels})

    # Undo: a channel counts by the probability of the masked image itself, not by its increase over a hidden one.
    hidden = net_probe.runner.probabilities(net_probe.logits(np.zeros_like(net_probe.inputs(sample))))[:, CLASS]

    def with_hidden(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return class_activation_map(values, np.where(weights == 0, 0, weights + hidden[:, None]))

    monkeypatch.setattr(score_cam, "class_activation_map", with_hidden)
    mine = attribute(
        net_probe,
        sample,
        "score-cam",
        lambda z: np.asarray(keras.ops.softmax(z))[:, CLASS],
        channels=channels,
        weighting="increase",
        fill="zero",
    )
    assert mine.values.any()
    assert farthest(mine.values, theirs.values) <= 1e-4


@pytest.mark.usefixtures("aligned")
def test_pytorch_grad_cam() -> None:
    theirs = np.maximum(references()["pytorch-grad-cam/score-cam"], 0)
    mine = ours("score-cam", layer="relu2", fill="zero")
    values = probe().activations(images(), ["relu2"])["relu2"]
    # Undo: there flat channels, which mask all and add nothing to the map, take a share of the softmax.
    flat = (values.max(axis=(1, 2)) == values.min(axis=(1, 2))).any(axis=1)
    assert flat.any() and not flat.all()
    assert farthest(mine[~flat], theirs[~flat]) <= 1e-4
    assert farthest(mine, theirs) > 0.01, "nothing to undo"
    highest = (one.max(axis=(1, 2), keepdims=True) for one in (mine, theirs))
    assert farthest(*(one / most for one, most in zip((mine, theirs), highest, strict=True))) <= 1e-4


def test_masks_with_aligned_corners_make_another_map() -> None:
    theirs = np.maximum(references()["pytorch-grad-cam/score-cam"], 0)
    assert farthest(ours("score-cam", layer="relu2", fill="zero"), theirs) > 1e-3
