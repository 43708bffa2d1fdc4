"""Run the page's engine in Node on exported networks, many at once, and bring the numbers back."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnnviz.core.network import Exported
from tools.node_engine import run_in_node

RUNNER = """
const floats = (text) => new Float32Array(new Uint8Array(Buffer.from(text, "base64")).buffer);
const text = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");
console.log(JSON.stringify(input.job.map((job) => {
  const net = engine.network(job.manifest, new Uint8Array(Buffer.from(job.weights, "base64")));
  const answer = { logits: [], probabilities: [], values: {}, slopes: {}, cams: {} };
  const size = net.input.length;
  const inputs = floats(job.inputs);
  for (let i = 0; i < inputs.length; i += size) {
    net.input.set(inputs.subarray(i, i + size));
    net.run();
    answer.logits.push(...net.logits);
    answer.probabilities.push(...net.probabilities);
    for (const path of job.paths) (answer.values[path] ??= []).push(text(net.values(path)));
    const seed = floats(job.seed);
    for (const path of job.slopes) (answer.slopes[path ?? ""] ??= []).push(text(net.slope(seed, path)));
    for (const path of job.cams) {
      const [rows, columns] = net.shape(path);
      (answer.cams[path] ??= []).push(text(engine.gradCam(net, path, seed, new Float32Array(rows * columns))));
    }
  }
  return answer;
})));
"""


@dataclass
class Job:
    """One network, what to feed it, and what to bring back: values and slopes by path ("" is the input)."""

    exported: Exported
    inputs: np.ndarray
    paths: list[str] = field(default_factory=list)
    seed: np.ndarray | None = None
    slopes: list[str] = field(default_factory=list)
    cams: list[str] = field(default_factory=list)


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
                "slopes": [path or None for path in job.slopes],
                "cams": job.cams,
            }
        )
    answers = run_in_node(RUNNER, sent)
    for job, answer in zip(jobs, answers, strict=True):
        n = len(job.inputs)
        for name in ("logits", "probabilities"):
            answer[name] = np.array(answer[name], np.float32).reshape(n, -1)
        for name in ("values", "slopes", "cams"):
            answer[name] = {path: np.stack([_array(t) for t in texts]) for path, texts in answer[name].items()}
    return answers


def _array(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.float32)
