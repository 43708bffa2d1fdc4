"""Time of the page's engine per frame, in Node: every layer, Grad-CAM, and the gradient at the input."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import keras
from keras import layers

import cnnviz
from cnnviz.core.exported_network import Exported
from cnnviz.export.export_network import export

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

RUNNER = """
const { job } = input;
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
  gradient: median(() => net.gradient(seed, null)),
}));
"""


def residual() -> keras.Model:
    """A residual network of about 400,000 parameters, with batch normalization after every convolution."""

    def convolved(x: keras.KerasTensor, width: int, size: int = 3, stride: int = 1) -> keras.KerasTensor:
        return layers.BatchNormalization()(
            layers.Conv2D(width, size, strides=stride, padding="same", use_bias=False)(x)
        )

    x = start = keras.Input((28, 28, 1))
    x = layers.ReLU()(convolved(x, 32))
    for width, stride in ((32, 2), (64, 2), (104, 2)):
        skip = convolved(x, width, size=1, stride=stride)
        x = layers.ReLU()(convolved(x, width, stride=stride))
        x = layers.ReLU(name=f"out{width}")(layers.Add()([convolved(x, width), skip]))
        x = layers.ReLU()(convolved(x, width))
    return keras.Model(start, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


def main() -> None:
    from node_engine import run_in_node

    for name, probe, layer in (
        ("fmnist-cnn", cnnviz.open_model("fmnist-cnn"), "conv3"),
        ("residual net", cnnviz.wrap(residual(), scale="0-1"), "out104"),
    ):
        made = export(probe)
        assert isinstance(made, Exported)
        job = {"manifest": made.manifest, "weights": base64.b64encode(made.weights).decode(), "layer": layer}
        times = run_in_node(RUNNER, job)
        print(
            f"{name}, {probe.card.parameters:,} parameters: " + ", ".join(f"{k} {v:.2f} ms" for k, v in times.items())
        )


if __name__ == "__main__":
    main()
