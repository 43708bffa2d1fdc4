"""The moments that BatchNormalizations recorded in training tell the scale of unlabeled images."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.models.input_scale.scale import SCALES, other_order
from tests.helpers.sweeps import sweep
from tests.helpers.tinted_networks import KINDS, tinted, trained

#: Every usual scale, and ones that students make by accident: OpenCV's order of channels, 1 − pixels.
SCALED = (*SCALES, "0-1,bgr", "0-1,inverted")
CASES = [(kind, scale, seed) for kind in KINDS for scale in SCALED for seed in (3, 11)]
FIRST = [
    ("late", "imagenet-caffe", 3),
    ("first", "0-1,inverted", 3),
    ("convolutions", "0-1,bgr", 3),
]


FEW = [("first", "-1-1"), ("convolutions", "0-255"), ("residual", "0-255")]


@pytest.mark.parametrize("case", sweep(CASES, *FIRST), ids=lambda case: " ".join(map(str, case)))
def test_unlabeled_images_tell_the_scale(case: tuple[str, str, int]) -> None:
    kind, scale, seed = case
    _, others = tinted()
    probe, _ = cnnviz.wrap(trained(kind, scale, seed)).align(cnnviz.Images(others.pixels))
    if scale in SCALES:
        assert probe.scale.name == scale, probe.scale.reason
    # The order of channels, and whether they are inverted, may stay open, and then it is said; the range may not.
    if probe.scale.settled:
        assert probe.scale.name == scale
    else:
        assert probe.scale.reason.startswith("assumed: ")
        assert scale.endswith(",inverted") or probe.scale.name in (scale, other_order(scale))


@pytest.mark.parametrize("case", sweep(FEW, FEW[1]), ids="-".join)
def test_a_few_images_tell_the_range_but_settle_nothing(case: tuple[str, str]) -> None:
    kind, scale = case
    _, others = tinted()
    right = 0
    for start in range(0, 60, 3):
        probe, _ = cnnviz.wrap(trained(kind, scale)).align(cnnviz.Images(others.pixels[start : start + 3]))
        assert not probe.scale.settled
        right += probe.scale.name == scale
        if "3 images" in probe.scale.reason:
            assert probe.scale.name == scale and "too few to be sure" in probe.scale.reason
    assert right >= 12


@pytest.mark.parametrize(("kind", "scale"), [("first", "-1-1"), ("convolutions", "0-255")])
def test_images_unlike_those_of_the_training_are_flagged(kind: str, scale: str) -> None:
    _, others = tinted()
    probe = cnnviz.wrap(trained(kind, scale), scale=scale)
    noise = np.random.default_rng(1).integers(0, 256, (40, 28, 28, 3), dtype=np.uint8)
    for images, expected in (
        (others.pixels, None),
        (255 - others.pixels, f"inverted they fit .* times better \\(--scale {scale},inverted\\)"),
        (others.pixels[..., ::-1], rf"red and blue exchanged they fit .* times better \(--scale {scale},bgr\)"),
        (np.full((8, 28, 28, 3), 255, np.uint8) - noise[:8] // 8, "inverted|nats a channel apart"),
        (others.pixels[:7] // 9, None),
    ):
        notes = probe.align(cnnviz.Images(np.ascontiguousarray(images)))[1].notes
        assert len(notes) == (expected is not None), notes
        if expected is not None:
            assert notes[0].startswith("unlike the training images") and re.search(expected, notes[0])


def test_a_mean_and_a_deviation_of_the_users_own_are_compared_too() -> None:
    _, others = tinted()
    probe = cnnviz.wrap(trained("first", "-1-1"), scale="127.5,127.5")
    assert probe.align(cnnviz.Images(others.pixels))[1].notes == ()
    (note,) = probe.align(cnnviz.Images(255 - others.pixels))[1].notes
    assert "(--scale 127.5,127.5,inverted)" in note


def test_a_note_on_unlike_images_is_given_once() -> None:
    _, others = tinted()
    probe = cnnviz.wrap(trained("first", "-1-1"), scale="-1-1")
    _, images = probe.align(cnnviz.Images(255 - others.pixels))
    assert len(probe.align(images)[1].notes) == 1
    result = cnnviz.predict(probe, images)
    assert sum("unlike" in note for note in result.input_notes) == 1


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("steps", [35, 70, 120])
def test_moments_of_a_short_training_settle_nothing_wrong(channels: int, steps: int) -> None:
    """Moving averages that still hold a share of their first values, 0 and 1, look like those of another scale."""
    images = np.random.default_rng(0).beta(0.6, 1.0, (64, 12, 12, channels))
    network = keras.Sequential(
        [
            keras.Input((12, 12, channels)),
            keras.layers.BatchNormalization(),
            keras.layers.Flatten(),
            keras.layers.Dense(3),
        ]
    )
    share = 0.99**steps
    first = network.layers[0]
    first.moving_mean.assign((1 - share) * images.mean(axis=(0, 1, 2)))
    first.moving_variance.assign((1 - share) * images.var(axis=(0, 1, 2)) + share)
    card = cnnviz.predict(network, np.rint(255 * images).astype(np.uint8)).model
    assert card.scale == "0-1" or not card.scale_settled, card.scale_reason
