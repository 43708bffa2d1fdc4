"""Filters a second of maximization: all 64 of conv2, 100 steps, no transforms and no penalties.

    python benchmarks/maximize.py [--check]

"bare" is a compiled step of Adam on the pixels of one batch of 64, the layers up to conv2 and no further, called from a
Python loop. All take turns in one process; printed are medians. With --check less than bare fails the command.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from contenders.timing import median_seconds

import cnnviz
from cnnviz.models.import_tensorflow import tensorflow

STEPS, UNITS, ROUNDS = 100, 64, 5
PLAIN: dict[str, Any] = {"steps": STEPS, "transforms": (), "penalties": ()}


def bare(model: Any) -> Callable[[], object]:
    """Return what a person would write for this model."""
    tf = tensorflow()
    layers = model.layers[: [layer.name for layer in model.layers].index("conv2") + 1]
    pictures, first, second = (tf.Variable(tf.zeros((UNITS, 28, 28, 1))) for _ in range(3))

    @tf.function
    def step(time: Any) -> None:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(pictures)
            x = tf.sigmoid(pictures)
            for layer in layers:
                x = layer(x)
            score = tf.linalg.diag_part(tf.reduce_mean(x, axis=(1, 2)))
        gradient = tape.gradient(score, pictures)
        first.assign(0.9 * first + 0.1 * gradient)
        second.assign(0.999 * second + 0.001 * tf.square(gradient))
        rate = 0.1 * tf.sqrt(1 - 0.999**time) / (1 - 0.9**time)
        pictures.assign_add(rate * first / (tf.sqrt(second) + 1e-8))

    start = np.random.default_rng(0).standard_normal((UNITS, 28, 28, 1)).astype(np.float32)

    def run() -> object:
        pictures.assign(start)
        first.assign(tf.zeros_like(first))
        second.assign(tf.zeros_like(second))
        for at in range(STEPS):
            step(tf.constant(float(at + 1)))
        return tf.sigmoid(pictures).numpy()

    return run


def main() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    contenders: dict[str, Callable[[], object]] = {
        "bare": bare(probe.model),
        "cnnviz": lambda: cnnviz.maximize(probe, "conv2", parametrization="pixels", **PLAIN),
        "cnnviz, waves": lambda: cnnviz.maximize(probe, "conv2", **PLAIN),
    }
    try:
        import tf_keras_vis  # noqa: F401

        contenders["tf-keras-vis"] = lambda: cnnviz.maximize(probe, "conv2", engine="tf-keras-vis", **PLAIN)
    except ImportError:
        print("tf-keras-vis is not here, so not measured")
    rates = {name: UNITS / seconds for name, seconds in median_seconds(contenders, ROUNDS).items()}
    for name, rate in rates.items():
        print(f"{name}: {rate:.1f} filters a second, {rate / rates['bare']:.2f} × bare")
    if "--check" in sys.argv[1:] and rates["cnnviz"] < rates["bare"]:
        sys.exit("slower than bare")


if __name__ == "__main__":
    main()
