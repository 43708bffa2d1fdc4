"""How long the page's engine takes for a frame, in Node: every layer, Grad-CAM, and the slope at the input."""

from __future__ import annotations

import json
import subprocess

import keras
from keras import layers

import cnnviz
from cnnviz.core.network import Exported
from cnnviz.engine.export import export
from cnnviz.gallery.link import link

ENTRY = """
import { network } from "./engine/network.js";
import { gradCam } from "./engine/gradcam.js";
globalThis.engine = { network, gradCam };
"""
RUNNER = """
const job = JSON.parse(require("fs").readFileSync(0, "utf8"));
const begun = performance.now();
const net = engine.network(job.manifest, new Uint8Array(Buffer.from(job.weights, "base64")));
const ready = performance.now() - begun;
const seed = new Float32Array(net.logits.length); seed[0] = 1;
const [rows, columns] = net.shape(job.layer);
const cam = new Float32Array(rows * columns);
const median = (work) => {
  const times = [];
  for (let i = 0; i < 60; i += 1) {
    for (let p = 0; p < net.input.length; p += 1) net.input[p] = ((p * 7 + i * 13) % 31) / 31;
    const from = performance.now(); work(); times.push(performance.now() - from);
  }
  return times.slice(10).sort((a, b) => a - b)[25];
};
console.log(JSON.stringify({
  ready,
  layers: median(() => net.run()),
  frame: median(() => { net.run(); engine.gradCam(net, job.layer, seed, cam); }),
  slope: median(() => net.slope(seed, null)),
}));
"""


def residual() -> keras.Model:
    """A residual net of about 400,000 parameters."""
    x = start = keras.Input((28, 28, 1))
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    for width, stride in ((32, 2), (64, 2), (96, 2)):
        skip = layers.Conv2D(width, 1, strides=stride, padding="same")(x)
        x = layers.Conv2D(width, 3, strides=stride, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU(name=f"out{width}")(layers.Add()([layers.BatchNormalization()(x), skip]))
        x = layers.Conv2D(width, 3, padding="same", activation="relu")(x)
    return keras.Model(start, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


def main() -> None:
    import base64

    for name, probe, layer in (
        ("fmnist-cnn", cnnviz.open_model("fmnist-cnn"), "conv3"),
        ("residual net", cnnviz.wrap(residual(), scale="0-1"), "out96"),
    ):
        made = export(probe)
        assert isinstance(made, Exported)
        job = {"manifest": made.manifest, "weights": base64.b64encode(made.weights).decode(), "layer": layer}
        run = subprocess.run(
            ["node", "-e", link(ENTRY) + RUNNER], input=json.dumps(job), capture_output=True, text=True
        )
        times = json.loads(run.stdout)
        print(
            f"{name}, {probe.card.parameters:,} parameters: " + ", ".join(f"{k} {v:.2f} ms" for k, v in times.items())
        )


if __name__ == "__main__":
    main()
