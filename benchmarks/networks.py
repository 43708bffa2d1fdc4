"""Images a second through networks of real size: bare compiled, cnnviz, and tf-keras-vis, forward and Grad-CAM.

    python benchmarks/networks.py [--check] [--write] [NAME ...]

Architectures of keras.applications with random weights, 32 random images of 224×224, float32, steady state, medians of
interleaved runs in one process. "Bare" is a tf.function around the model, or around a GradientTape from the last maps,
at the best of three batch sizes, and gives logits or finished maps. cnnviz is ``probe.logits`` and the whole of
``cnnviz.attribute``. With --check a missed bound fails the command; with --write the table goes to docs/speed.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import cnnviz
from cnnviz.attribution.cams.grad_cam import GradCAM
from cnnviz.data.images import Images
from cnnviz.models.import_tensorflow import tensorflow

sys.path.insert(0, str(Path(__file__).resolve().parent))
from contenders.tables import record, write_table
from contenders.timing import median_seconds

NAMES = ("MobileNetV2", "EfficientNetB0", "ResNet50", "VGG16")
COUNT, SIDE, ROUNDS = 32, 224, 5
BATCHES = (8, 16, 32)
LEAST = 0.9
PEER_LEAST = {"ResNet50": 3.5, "MobileNetV2": 3.5}


def bare_forward(model: Any) -> Callable[[np.ndarray], np.ndarray]:
    tf = tensorflow()
    run = tf.function(lambda x: model(x, training=False), autograph=False)
    return lambda x: run(tf.constant(x)).numpy()


def bare_grad_cam(model: Any, layer: str) -> Callable[[np.ndarray], np.ndarray]:
    """Grad-CAM of the highest logit, with a tape over the layers behind the maps alone."""
    import keras

    tf = tensorflow()
    place = [one.name for one in model.layers].index(layer)
    before, after = keras.Model(model.input, model.layers[place].output), model.layers[place + 1 : -1]
    kernel, bias = model.layers[-1].weights

    def cam(x: Any) -> Any:
        maps = before(x, training=False)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(maps)
            units = maps
            for one in after:
                units = one(units)
            score = tf.reduce_max(tf.matmul(units, kernel) + bias, axis=1)
        weights = tf.reduce_mean(tape.gradient(score, maps), axis=(1, 2), keepdims=True)
        coarse = tf.nn.relu(tf.reduce_sum(maps * weights, axis=3, keepdims=True))
        return tf.image.resize(coarse, (SIDE, SIDE))[..., 0]

    run = tf.function(cam, autograph=False)
    return lambda x: run(tf.constant(x)).numpy()


def in_batches(function: Callable[[np.ndarray], object], x: np.ndarray, size: int) -> Callable[[], object]:
    return lambda: [function(x[start : start + size]) for start in range(0, len(x), size)]


def rates(name: str, rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """Return images a second, by what is computed and by whom; "bare" is its best batch size."""
    import keras

    model = getattr(keras.applications, name)(weights=None)
    pixels = np.random.default_rng(0).integers(0, 256, (COUNT, SIDE, SIDE, 3), np.uint8)
    probe, images = cnnviz.wrap(model, scale="0-1"), Images(pixels)
    x = probe.inputs(images)
    (layer,) = GradCAM().layers(probe)
    hand = {"forward": bare_forward(model), "grad-cam": bare_grad_cam(model, layer)}
    ours: dict[str, Callable[[], object]] = {
        "forward": lambda: probe.logits(images),
        "grad-cam": lambda: cnnviz.attribute(probe, images, "grad-cam").upsampled,
    }
    found: dict[str, dict[str, float]] = {}
    for what, call in ours.items():
        calls = {f"bare {size}": in_batches(hand[what], x, size) for size in BATCHES} | {"cnnviz": call}
        if what == "grad-cam" and (peer := peer_grad_cam(model, layer)) is not None:
            calls["tf-keras-vis"] = in_batches(peer, x, 8)
        seconds = median_seconds(calls, rounds)
        best = min(seconds[f"bare {size}"] for size in BATCHES)
        found[what] = {"bare": COUNT / best} | {
            who: COUNT / taken for who, taken in seconds.items() if not who.startswith("bare")
        }
    return found


def peer_grad_cam(model: Any, layer: str) -> Callable[[np.ndarray], object] | None:
    """Return tf-keras-vis' Grad-CAM, or None where it cannot be imported."""
    try:
        from contenders.tf_keras_vis import methods
    except ImportError:
        return None
    return methods(model, layer)["grad-cam"]


def main() -> None:
    """Print or write the table."""
    missed: list[str] = []
    head = ["network", "computed", "bare", "cnnviz", "× bare", "tf-keras-vis"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name in [word for word in sys.argv[1:] if not word.startswith("-")] or NAMES:
        for what, found in rates(name).items():
            ratio = found["cnnviz"] / found["bare"]
            peer = found.get("tf-keras-vis")
            cells = [name, what, f"{found['bare']:.1f}", f"{found['cnnviz']:.1f}", f"{ratio:.2f}"]
            cells.append("–" if peer is None else f"{peer:.1f} (× {found['cnnviz'] / peer:.1f})")
            lines.append(f"| {' | '.join(cells)} |")
            print(lines[-1], flush=True)
            record(f"{name}, {what}", found)
            if ratio < LEAST:
                missed.append(f"{name}, {what}: {ratio:.2f} × bare, {LEAST} asked")
            if peer is not None and name in PEER_LEAST and found["cnnviz"] < PEER_LEAST[name] * peer:
                missed.append(f"{name}, {what}: {found['cnnviz'] / peer:.1f} × tf-keras-vis, {PEER_LEAST[name]} asked")
    if missed:
        print("\n".join(["missed:", *missed]))
    if "--write" in sys.argv:
        write_table("networks", lines)
    if missed and "--check" in sys.argv:
        sys.exit(1)


if __name__ == "__main__":
    main()
