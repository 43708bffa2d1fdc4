"""Pictures a second through a Probe against a bare compiled function and Keras's predict, in one process."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from contenders.timing import median_seconds

import cnnviz
from cnnviz.models.import_tensorflow import tensorflow

ROUNDS = 7


def main() -> None:
    tf = tensorflow()
    import keras

    probe = cnnviz.open_model("fmnist-cnn")
    sample = cnnviz.open_images("sample")
    images = sample.take(np.tile(np.arange(len(sample)), 5))
    x = images.pixels.astype("float32") / 255
    bare = tf.function(
        lambda batch: probe.model(batch, training=False),
        input_signature=[tf.TensorSpec((None, 28, 28, 1), tf.float32)],
    )
    layer = keras.Model(probe.model.inputs[0], probe.model.get_layer("conv2").output)
    bare_layer = tf.function(
        lambda batch: layer(batch, training=False), input_signature=[tf.TensorSpec((None, 28, 28, 1), tf.float32)]
    )

    def batched(function: Callable[[np.ndarray], object]) -> list[object]:
        return [function(x[start : start + 512]).numpy() for start in range(0, len(x), 512)]

    for title, contenders in {
        "logits": {
            "bare compiled": lambda: batched(bare),
            "keras predict": lambda: probe.model.predict(x, batch_size=512, verbose=0),
            "cnnviz": lambda: probe.logits(images),
        },
        "conv2": {
            "bare compiled": lambda: batched(bare_layer),
            "keras predict": lambda: layer.predict(x, batch_size=512, verbose=0),
            "cnnviz": lambda: probe.activations(images, ["conv2"]),
        },
    }.items():
        seconds = median_seconds(contenders, ROUNDS)
        print(title)
        for name, taken in seconds.items():
            ratio = seconds["bare compiled"] / taken
            print(f"  {name:16} {len(images) / taken:8,.0f} pictures/s   {ratio:.2f} × bare")


if __name__ == "__main__":
    main()
