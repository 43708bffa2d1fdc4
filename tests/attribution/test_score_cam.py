"""Score-CAM: by hand on a net that can be worked out, and where 0/0 lies in wait."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.attribution.cams import ScoreCAM
from cnnviz.attribution.perturbed_copies import scores_of_copies
from cnnviz.core.resize_maps import upsample
from cnnviz.core.targets import OneClass
from cnnviz.data.images import Images
from tests.helpers.zoo_probes import pictures_for, zoo_probe


@pytest.fixture
def three_channels() -> cnnviz.Probe:
    """A 1×1 convolution to the picture, twice the picture and a constant 1, pooled to cells, then a dense layer."""
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(3, 1, name="conv"),
            keras.layers.AveragePooling2D(4, name="pool"),
            keras.layers.Flatten(),
            keras.layers.Dense(2, name="head"),
        ]
    )
    head = np.random.default_rng(2).normal(size=(12, 2)).astype(np.float32)
    model.set_weights(
        [np.float32([1, -2, 0]).reshape(1, 1, 1, 3), np.float32([0, 0, 1]), head, np.float32([0.3, -0.1])]
    )
    return cnnviz.wrap(model, scale="0-1")


@pytest.mark.parametrize("layer", ["conv", "pool"])
@pytest.mark.parametrize("fill", ["black", "white"])
@pytest.mark.exact
def test_by_hand(three_channels: cnnviz.Probe, layer: str, fill: str) -> None:
    images = pictures_for(three_channels, 4)
    x = images.pixels[..., 0] / np.float32(255)
    maps = three_channels.activations(images, [layer])[layer]
    blank = np.float32(fill == "white")
    hidden = three_channels.logits(np.full((1, 8, 8, 1), blank, np.float32))[0, 1]
    increase = np.zeros((4, 2))
    for n in range(4):
        for k in range(2):
            mask = upsample(maps[None, n, :, :, k], (8, 8))[0]
            mask = (mask - mask.min()) / (mask.max() - mask.min())
            seen = x[n] * mask + blank * (1 - mask)
            increase[n, k] = three_channels.logits(seen[None, :, :, None])[0, 1] - hidden
    plain = np.maximum(np.einsum("nk,nhwk->nhw", increase, maps[..., :2]), 0)
    made = attribute(three_channels, images, "score-cam", 1, layer=layer, fill=fill, weighting="increase")
    np.testing.assert_allclose(made.values, plain, atol=1e-5)
    # The constant channel has no share, and the others' add up to 1.
    alpha = np.exp(increase) / np.exp(increase).sum(axis=1, keepdims=True)
    soft = np.maximum(np.einsum("nk,nhwk->nhw", alpha, maps[..., :2]), 0)
    made = attribute(three_channels, images, "score-cam", 1, layer=layer, fill=fill)
    np.testing.assert_allclose(made.values, soft, atol=1e-5)


@pytest.mark.exact
def test_the_cap_takes_the_channels_that_vary_most(three_channels: cnnviz.Probe) -> None:
    images = pictures_for(three_channels, 3)
    maps = three_channels.activations(images, ["pool"])["pool"]
    # Twice the picture varies most, and a softmax over one channel is 1.
    made = attribute(three_channels, images, "score-cam", 0, layer="pool", channels=1)
    np.testing.assert_allclose(made.values, np.maximum(maps[..., 1], 0), atol=1e-6)
    whole, capped = (attribute(three_channels, images, ScoreCAM("pool", n), 0).values for n in (None, 2))
    np.testing.assert_array_equal(whole, capped)
    np.testing.assert_array_equal(whole, attribute(three_channels, images, ScoreCAM("pool", 99), 0).values)


@pytest.mark.parametrize("weighting", ["softmax", "increase"])
def test_only_maps_with_a_shape_are_run(monkeypatch: pytest.MonkeyPatch, weighting: str) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:3]
    maps = probe.activations(images, ["conv3"])["conv3"]
    alive = int((np.ptp(maps, axis=(1, 2)) > 0).sum())
    assert 0 < alive < 3 * 128
    run = []

    def counting(original, copies):
        run.append(len(copies.owners))
        return scores_of_copies(original, copies)

    monkeypatch.setattr("cnnviz.attribution.cams.score_cam.scores_of_copies", counting)
    ScoreCAM(weighting=weighting)(probe, images, OneClass(2))
    assert run == [alive]


@pytest.mark.parametrize("weighting", ["softmax", "increase"])
@pytest.mark.exact
def test_flat_maps_give_a_flat_map_and_no_nan(three_channels: cnnviz.Probe, weighting: str) -> None:
    blank = Images(np.stack([np.full((8, 8), level, np.uint8) for level in (0, 90, 255)]))
    made = attribute(three_channels, blank, "score-cam", 1, layer="conv", weighting=weighting, fill="black")
    assert not made.values.any() and made.flat.all()


def test_scores_of_any_size_do_not_overflow() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:2]
    for factor in (1e4, -1e4):
        made = attribute(probe, images, "score-cam", lambda z, factor=factor: factor * z[:, 1])
        assert np.isfinite(made.values).all() and made.values.max() > 0


@pytest.mark.parametrize("net", ["residual", "nested", "colour", "fmnist-cnn"])
def test_pictures_do_not_see_each_other_and_layers_can_be_fused(net: str) -> None:
    probe = zoo_probe(net)
    images = pictures_for(probe, 9)
    together = attribute(probe, images, "score-cam").values
    alone = np.concatenate([attribute(probe, images[i], "score-cam").values for i in range(9)])
    np.testing.assert_allclose(together, alone, atol=1e-4 * together.max())
    spatial = [info.path for info in probe.layers if info.spatial][-2:]
    fused = attribute(probe, images, "score-cam", layer=spatial, channels=3)
    assert fused.values.shape == (9, *images.shape[:2]) and 0 < fused.values.max() <= 1 + 1e-5
