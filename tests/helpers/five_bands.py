"""A network of five bands, and images whose classes are told by which band is bright."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.data.images import Images

SIDE, BANDS, NAMES = 16, 5, ("water", "field", "town")


def five_bands(count: int = 24, kind: type = np.uint8) -> Images:
    """Return labeled images, uint8, or uint16 with values up to 4000; a stripe of the class's own band is bright."""
    rng = np.random.default_rng(1)
    labels = np.arange(count) % len(NAMES)
    top = 200 if kind == np.uint8 else 4000
    pixels = rng.integers(0, top // 4, (count, SIDE, SIDE, BANDS))
    for place, label in enumerate(labels):
        pixels[place, 4 * label : 4 * label + 6, :, label] += top // 2
    return Images(pixels.astype(kind), labels, NAMES, source="bands")


def five_band_model(seed: int = 0) -> Any:
    """Return a Keras model of theirs that was trained for a moment on 0…1."""
    import keras

    keras.utils.set_random_seed(seed)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((SIDE, SIDE, BANDS)),
            layers.Conv2D(6, 3, activation="relu", name="conv1"),
            layers.MaxPooling2D(name="pool1"),
            layers.Conv2D(8, 3, activation="relu", name="conv2"),
            layers.GlobalAveragePooling2D(name="gap"),
            layers.Dense(len(NAMES), activation="softmax", name="out"),
        ]
    )
    images = five_bands(60)
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(images.pixels / np.float32(255), images.labels, epochs=10, verbose=0)
    return model
