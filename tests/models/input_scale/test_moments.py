"""The moments that BatchNormalizations recorded in training tell the scale of unlabeled images."""

from __future__ import annotations

import re
from functools import cache

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.models.input_scale.scale import SCALES, Scale, other_order
from tests.helpers.sweeps import sweep


def convolutions(x):
    for width in (8, 16):
        x = layers.Activation("relu")(
            layers.BatchNormalization()(layers.Conv2D(width, 3, strides=2, use_bias=False)(x))
        )
    return layers.GlobalAveragePooling2D()(x)


def late(x):
    x = layers.Conv2D(8, 5, strides=2, activation="relu")(x)
    x = layers.BatchNormalization()(layers.Conv2D(16, 3, strides=2)(x))
    return layers.GlobalAveragePooling2D()(layers.Activation("relu")(x))


def first(x):
    x = layers.Conv2D(8, 3, strides=2, activation="relu")(layers.BatchNormalization()(x))
    return layers.Flatten()(layers.MaxPooling2D()(x))


def depthwise(x):
    x = layers.BatchNormalization()(layers.Conv2D(8, 3, strides=2, padding="same")(x))
    x = layers.BatchNormalization()(layers.DepthwiseConv2D(3, activation="relu")(layers.ReLU(6.0)(x)))
    return layers.GlobalAveragePooling2D()(layers.Conv2D(16, 1, activation="relu")(x))


def residual(x):
    x = layers.BatchNormalization()(layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(x))
    y = layers.BatchNormalization()(layers.Conv2D(8, 3, padding="same")(x))
    return layers.GlobalAveragePooling2D()(layers.ReLU()(layers.add([x, y])))


KINDS = {body.__name__: body for body in (convolutions, late, first, depthwise, residual)}


@cache
def tinted() -> tuple[cnnviz.Images, cnnviz.Images]:
    """Garments on a noisy ground, tinted warm: 800 to train on and 200 others."""
    sample, rng = cnnviz.open_images("sample"), np.random.default_rng(5)
    order = rng.permutation(len(sample))
    tints = rng.uniform(0.3, 1.0, (len(sample), 1, 1, 3)) * (1.0, 0.75, 0.5)
    ground = rng.uniform(0, 60, (len(sample), 28, 28, 3))
    pixels = np.maximum(sample.pixels * tints, ground).astype(np.uint8)
    images = cnnviz.Images(pixels, sample.labels, sample.class_names)
    return images.take(order[:800]), images.take(order[800:])


@cache
def trained(kind: str, scale: str, seed: int = 3) -> keras.Model:
    keras.utils.set_random_seed(seed)
    start = keras.Input((28, 28, 3))
    model = keras.Model(start, layers.Dense(10, "softmax")(KINDS[kind](start)))
    model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    images, _ = tinted()
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.9
    model.fit(Scale(scale, "given")(images), images.labels, batch_size=32, epochs=3, verbose=0)
    return model


#: Every usual scale, and ones that students make by accident: OpenCV's order of channels, 1 − pixels.
SCALED = (*SCALES, "0-1,bgr", "0-1,inverted")
CASES = [(kind, scale, seed) for kind in KINDS for scale in SCALED for seed in (3, 11)]
FIRST = [
    ("convolutions", "0-255", 3),
    ("late", "imagenet-caffe", 3),
    ("first", "-1-1", 3),
    ("first", "0-1,inverted", 3),
    ("residual", "0-255", 3),
    ("depthwise", "imagenet-torch", 3),
    ("convolutions", "0-1,bgr", 3),
]


@pytest.mark.parametrize("case", sweep(CASES, *FIRST), ids=lambda case: " ".join(map(str, case)))
def test_unlabeled_images_tell_the_scale(case: tuple[str, str, int]) -> None:
    kind, scale, seed = case
    _, others = tinted()
    probe, _ = cnnviz.wrap(trained(kind, scale, seed)).align(cnnviz.Images(others.pixels))
    assert probe.scale.name == scale, probe.scale.reason
    # The order of channels, and whether they are inverted, may stay open, and then it is said; the range may not.
    if not probe.scale.settled:
        assert probe.scale.reason.startswith("assumed: ")
        assert scale.endswith(",inverted") or f"; {other_order(scale)} fits only" in probe.scale.reason


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


def test_a_note_on_unlike_images_is_given_once() -> None:
    _, others = tinted()
    probe = cnnviz.wrap(trained("first", "-1-1"), scale="-1-1")
    _, images = probe.align(cnnviz.Images(255 - others.pixels))
    assert len(probe.align(images)[1].notes) == 1
    result = cnnviz.predict(probe, images)
    assert sum("unlike" in note for note in result.input_notes) == 1
