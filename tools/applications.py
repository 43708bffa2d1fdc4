"""Runs of every keras.applications architecture, for the slow test and the benchmark."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

#: The smallest input side of each architecture with its classifier head.
SMALLEST = {
    "ConvNeXtBase": 32, "ConvNeXtLarge": 32, "ConvNeXtSmall": 32, "ConvNeXtTiny": 32, "ConvNeXtXLarge": 32,
    "DenseNet121": 32, "DenseNet169": 32, "DenseNet201": 32,
    "EfficientNetB0": 32, "EfficientNetB1": 32, "EfficientNetB2": 32, "EfficientNetB3": 32, "EfficientNetB4": 32,
    "EfficientNetB5": 32, "EfficientNetB6": 32, "EfficientNetB7": 32,
    "EfficientNetV2B0": 32, "EfficientNetV2B1": 32, "EfficientNetV2B2": 32, "EfficientNetV2B3": 32,
    "EfficientNetV2L": 32, "EfficientNetV2M": 32, "EfficientNetV2S": 32,
    "InceptionResNetV2": 75, "InceptionV3": 75,
    "MobileNet": 32, "MobileNetV2": 32, "MobileNetV3Large": 32, "MobileNetV3Small": 32,
    "NASNetLarge": 32, "NASNetMobile": 32,
    "ResNet50": 32, "ResNet101": 32, "ResNet152": 32, "ResNet50V2": 32, "ResNet101V2": 32, "ResNet152V2": 32,
    "VGG16": 32, "VGG19": 32, "Xception": 71,
}  # fmt: skip

#: With random weights the outputs of these depend on the rounding of their hundreds of layers; they run in float64.
ROUGH = ("EfficientNetV2L",)


@dataclass(frozen=True)
class Passed:
    """The result of one architecture: its size, the layer in the middle, and the time for opening and running."""

    name: str
    parameters: int
    layers: int
    side: int
    scale: str
    middle: str
    shape: tuple[int, ...]
    seconds: float


def offered() -> list[str]:
    """Return the architectures of this version of Keras."""
    import keras

    return sorted(name for name in dir(keras.applications) if name[0].isupper())


def passes(name: str) -> Passed:
    """Run an architecture with random weights: logits, the activations of a layer and the gradient at it.

    AssertionError if logits are not those of the model itself, or a gradient is not finite or zero everywhere.
    """
    import keras

    import cnnviz

    keras.utils.set_random_seed(1)
    side = SMALLEST[name]
    made: Any = getattr(keras.applications, name)
    keras.config.set_dtype_policy("float64" if name in ROUGH else "float32")
    try:
        model = made(weights=None, input_shape=(side, side, 3), classes=7, classifier_activation="softmax")
    finally:
        keras.config.set_dtype_policy("float32")
    begun = time.perf_counter()
    probe = cnnviz.wrap(model)
    pixels = np.random.default_rng(0).integers(0, 256, (2, side, side, 3), dtype=np.uint8)
    images = cnnviz.Images(pixels)
    maps = [layer.path for layer in probe.layers if layer.kind in ("Conv2D", "DepthwiseConv2D", "SeparableConv2D")]
    middle = maps[len(maps) // 2]
    values = probe.activations(images, [middle])[middle]
    expected = np.asarray(model(probe.inputs(images), training=False))
    np.testing.assert_allclose(probe.probabilities(images), expected, atol=1e-5)
    gradient = probe.gradients(images, 3, middle)
    assert gradient.shape == values.shape and np.isfinite(gradient).all() and np.abs(gradient).max() > 0, name
    shape = values.shape[1:]
    return Passed(
        name,
        model.count_params(),
        len(probe.layers),
        side,
        probe.scale.name,
        middle,
        shape,
        time.perf_counter() - begun,
    )
