"""Run the page's engine in Node on exported networks, many at once, and bring the numbers back."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnnviz import Probe
from cnnviz.core.exported_network import Exported
from cnnviz.data.images import Images
from tools.node_engine import run_in_node

RUNNER = """
const floats = (text) => new Float32Array(new Uint8Array(Buffer.from(text, "base64")).buffer);
const text = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");
console.log(JSON.stringify(input.job.map((job) => {
  const net = engine.network(job.manifest, new Uint8Array(Buffer.from(job.weights, "base64")));
  const answer = { logits: [], probabilities: [], values: {}, gradients: {}, cams: {}, occlusions: [] };
  const size = net.input.length;
  const inputs = floats(job.inputs);
  for (let i = 0; i < inputs.length; i += size) {
    net.input.set(inputs.subarray(i, i + size));
    net.run();
    answer.logits.push(...net.logits);
    answer.probabilities.push(...net.probabilities);
    for (const path of job.paths) (answer.values[path] ??= []).push(text(net.values(path)));
    const seed = floats(job.seed);
    for (const path of job.gradients) (answer.gradients[path ?? ""] ??= []).push(text(net.gradient(seed, path)));
    for (const path of job.cams) {
      const [rows, columns] = net.shape(path);
      (answer.cams[path] ??= []).push(text(engine.gradCam(net, path, seed, new Float32Array(rows * columns))));
    }
    for (const { size, stride, fill, target } of job.occlusions) {
      const [height, width] = job.manifest.picture;
      const grid = engine.patchGrid(height, width, size, stride);
      const hiding = engine.occlusion(net, grid, inputs.slice(i, i + net.input.length), fill, target);
      while (hiding.step());
      const pixels = engine.perPixel(grid, hiding.drops, new Float32Array(height * width));
      answer.occlusions.push({
        shape: [grid.rows, grid.columns], score: hiding.score, chance: hiding.chance,
        drops: text(hiding.drops), chances: text(hiding.chances), pixels: text(pixels),
      });
    }
  }
  return answer;
})));
"""


@dataclass
class Job:
    """One network, what to feed it, and what to bring back: values and gradients by path ("" is the input)."""

    exported: Exported
    inputs: np.ndarray
    paths: list[str] = field(default_factory=list)
    seed: np.ndarray | None = None
    gradients: list[str] = field(default_factory=list)
    cams: list[str] = field(default_factory=list)
    occlusions: list[dict[str, Any]] = field(default_factory=list)


def _text(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array, np.float32).tobytes()).decode()


def run_engine(jobs: list[Job]) -> list[dict[str, Any]]:
    """Return one mapping a job, with arrays in place of the texts that they travelled as."""
    sent = []
    for job in jobs:
        classes = job.exported.manifest["nodes"][job.exported.manifest["logits"] - 1]["shape"][-1]
        sent.append(
            {
                "manifest": job.exported.manifest,
                "weights": base64.b64encode(job.exported.weights).decode(),
                "inputs": _text(job.inputs),
                "paths": job.paths,
                "seed": _text(job.seed if job.seed is not None else np.ones(classes)),
                "gradients": [path or None for path in job.gradients],
                "cams": job.cams,
                "occlusions": job.occlusions,
            }
        )
    answers = run_in_node(RUNNER, sent)
    for job, answer in zip(jobs, answers, strict=True):
        n = len(job.inputs)
        for name in ("logits", "probabilities"):
            answer[name] = np.array(answer[name], np.float32).reshape(n, -1)
        for name in ("values", "gradients", "cams"):
            answer[name] = {path: np.stack([_array(t) for t in texts]) for path, texts in answer[name].items()}
        for found in answer["occlusions"]:
            for name in ("drops", "chances", "pixels"):
                found[name] = _array(found[name])
    return answers


def _array(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.float32)


PARITY = """
const floats = (bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const { manifest, weights, paths } = input.job;
const net = engine.network(manifest, new Uint8Array(Buffer.from(weights, "base64")));
const top = (scores) => scores.indexOf(Math.max(...scores));
const held = paths.map((path) => net.values(path));
const sizes = [net.input.length, ...held.map((values) => values.length), net.logits.length];
const record = Buffer.from(new ArrayBuffer(4 * sizes.reduce((a, b) => a + b)));
const all = floats(record);
const answer = { off: paths.map(() => 0), largest: paths.map(() => 0), tops: [] };
while (input.next(record)) {
  net.input.set(all.subarray(0, sizes[0]));
  net.run();
  let at = sizes[0];
  held.forEach((values, n) => {
    let [off, largest] = [answer.off[n], answer.largest[n]];
    for (let i = 0; i < values.length; i += 1, at += 1) {
      const expected = Math.abs(all[at]);
      const error = Math.abs(values[i] - all[at]);
      // Not "error > off": NaN must count as the worst.
      if (!(error <= off)) off = error;
      if (expected > largest) largest = expected;
    }
    answer.off[n] = off;
    answer.largest[n] = largest;
  });
  answer.tops.push([top(net.logits), top(all.subarray(at))]);
}
console.log(JSON.stringify(answer));
"""


@dataclass(frozen=True)
class Parity:
    """How the engine and Keras compare over a set: the error a layer, and the top classes (n, 2), engine's first."""

    errors: dict[str, float]
    tops: np.ndarray

    @property
    def agreement(self) -> float:
        """Share of pictures on which both have the same top class."""
        return float((self.tops[:, 0] == self.tops[:, 1]).mean())


def parity(probe: Probe, exported: Exported, images: Images) -> Parity:
    """Compare every layer on every picture, in memory that does not grow with either.

    A layer's error is the largest difference over the largest absolute value that Keras has, over all pictures.
    """
    paths = [layer.path for layer in probe.layers]

    def records() -> Iterator[bytes]:
        for part, logits, tapped in probe.stream(images, paths, 100):
            columns = [probe.inputs(images[part]), *(tapped[path] for path in paths), logits]
            yield np.hstack([column.reshape(len(logits), -1) for column in columns]).astype("<f4").tobytes()

    job = {"manifest": exported.manifest, "weights": base64.b64encode(exported.weights).decode(), "paths": paths}
    answer = run_in_node(PARITY, job, records())
    errors = {p: off / (largest or 1) for p, off, largest in zip(paths, answer["off"], answer["largest"], strict=True)}
    return Parity(errors, np.array(answer["tops"]))
