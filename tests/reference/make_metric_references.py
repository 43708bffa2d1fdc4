"""Write metric_references.npz: what xplique, Quantus, Captum and pytorch-grad-cam measure of given maps.

The peers are no dependency of the tests; they read the file that is committed. To write it anew, in environments that
are thrown away, one beside TensorFlow and one with PyTorch, after references.npz:

    pip install --target /tmp/keras-peers --no-deps xplique==2.0.2 quantus==0.6.0
    PYTHONPATH=/tmp/keras-peers:. python tests/reference/make_metric_references.py keras
    python -m venv /tmp/peers && /tmp/peers/bin/pip install torch==2.13.0 captum==0.9.0 grad-cam==1.5.7
    /tmp/peers/bin/python tests/reference/make_metric_references.py torch

The network, the images and the classes are those of references.npz. Random masks and noises are drawn here as cnnviz
draws them from seed 0, and handed to the peers in place of their own: docs/faithfulness-parity.md says what else is
undone. Each figure is of one image, where the peers return means.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
FILE = HERE / "metric_references.npz"
STEPS, PERCENTILES = 14, (20, 40, 60, 80)
SAMPLES, RADIUS, NOISE, CELLS, SHARE = 6, 0.05, 0.2, 7, 0.2


def given() -> dict[str, np.ndarray]:
    """Return the recorded network and images, and maps without ties: input × gradient and a little noise."""
    held = dict(np.load(HERE / "references.npz"))
    maps = held["captum/input-x-gradient"]
    random = np.random.default_rng(11).normal(0, 0.02, maps.shape) * np.abs(maps).max(axis=(1, 2), keepdims=True)
    return held | {"maps": (maps + random).astype(np.float32), "x": held["pixels"].astype(np.float32) / np.float32(255)}


def blocks() -> np.ndarray:
    """Return the hidden sets of MuFidelity, bool (samples, 28, 28)."""
    order = np.random.default_rng([0, 2]).random((50, CELLS**2)).argsort(axis=1)
    hidden = (order < round(CELLS**2 * SHARE)).reshape(50, CELLS, CELLS)
    at = np.arange(28) * CELLS // 28
    return hidden[:, at[:, None], at]


def uniform_noises(count: int) -> np.ndarray:
    """Return the noises of stability and max-sensitivity, (samples, n, 28, 28, 1)."""
    random = np.random.default_rng([0, 5])
    return np.stack([random.uniform(-RADIUS, RADIUS, (count, 28, 28, 1)) for _ in range(SAMPLES)]).astype(np.float32)


def normal_noises() -> np.ndarray:
    """Return the noises of infidelity, (samples, 28, 28, 1)."""
    random = np.random.default_rng([0, 4])
    return np.stack([random.normal(0, NOISE, (28, 28, 1)) for _ in range(SAMPLES)]).astype(np.float32)


def of_keras_peers() -> dict[str, np.ndarray]:
    """Return the figures of xplique and Quantus."""
    import keras
    import tensorflow as tf
    from quantus.functions.similarity_func import correlation_spearman, ssim
    from quantus.metrics.complexity import Complexity, Sparseness
    from xplique.attributions import Saliency
    from xplique.metrics import AverageStability, Deletion, Insertion, MuFidelity

    from tests.helpers.references import probe

    held = given()
    x, maps, hot = held["x"], held["maps"], np.eye(10, dtype=np.float32)[held["classes"]]
    softmax = probe().model
    last = softmax.get_layer("scores")
    linear = keras.layers.Dense(10)
    logits = keras.Sequential([*softmax.layers[:-1], linear])
    logits.build((None, 28, 28, 1))
    linear.set_weights(last.get_weights())
    one = [slice(i, i + 1) for i in range(len(x))]
    masks, noises = blocks(), uniform_noises(len(x))

    class GivenMasks(MuFidelity):  # type: ignore[misc]
        def _perturb_samples(self, inputs: Any, nb_perturbations: int) -> Any:
            shown = tf.constant(~masks[None, ..., None], tf.float32)
            return tf.reshape(inputs[:, None] * shown, (-1, 28, 28, 1)), shown

    def stability(i: int) -> float:
        metric = AverageStability(logits, x[one[i]], hot[one[i]], radius=RADIUS, nb_samples=SAMPLES)
        metric.noisy_masks = noises[:, i]
        return float(metric.evaluate(Saliency(logits)))

    found: dict[str, Any] = {}
    for name, kind in (("deletion", Deletion), ("insertion", Insertion)):
        for output, model in (("logit", logits), ("probability", softmax)):
            made = [kind(model, x[s], hot[s], steps=STEPS).evaluate(maps[s]) for s in one]
            found[f"xplique/{name}/{output}"] = made
    found["xplique/mu-fidelity"] = [
        GivenMasks(logits, x[s], hot[s], batch_size=512, grid_size=CELLS, nb_samples=len(masks)).evaluate(maps[s])
        for s in one
    ]
    found["xplique/stability"] = [stability(i) for i in range(len(x))]
    # Quantus changes what it is given: each gets magnitudes of its own.
    for name, kind in (("gini", Sparseness), ("entropy", Complexity)):
        metric = kind(disable_warnings=True, display_progressbar=False)
        found[f"quantus/{name}"] = metric.evaluate_batch(x, np.abs(maps).astype(np.float64))
    pairs = [(np.abs(maps[i]).astype(float), np.abs(maps[i - 1]).astype(float)) for i in range(len(x))]
    found["quantus/rank"] = [correlation_spearman(a.ravel(), b.ravel()) for a, b in pairs]
    scaled = [[(m - m.min()) / np.ptp(m) for m in pair] for pair in pairs]
    found["quantus/ssim"] = [ssim(a, b) for a, b in scaled]
    return found


def of_torch_peers() -> dict[str, np.ndarray]:
    """Return the figures of Captum and pytorch-grad-cam."""
    import torch
    from captum.attr import Saliency
    from captum.metrics import infidelity, sensitivity_max

    sys.path.insert(0, str(HERE))
    from make_references import network
    from pytorch_grad_cam.metrics.perturbation_confidence import (
        PerturbationConfidenceMetric,
        RemoveLeastRelevantFirst,
        RemoveMostRelevantFirst,
    )
    from pytorch_grad_cam.metrics.road import NoisyLinearImputer

    held = given()
    model = network({name[8:]: value for name, value in held.items() if name.startswith("weights/")})
    x = torch.from_numpy(np.ascontiguousarray(held["x"].transpose(0, 3, 1, 2)))
    classes, maps = torch.from_numpy(held["classes"]), held["maps"]
    found: dict[str, Any] = {}

    uniform = torch.from_numpy(uniform_noises(len(x))[..., 0]).permute(1, 0, 2, 3).reshape(-1, 1, 28, 28)
    saliency = Saliency(model)

    def explain(inputs: Any, target: Any) -> Any:
        return saliency.attribute(inputs, target=target)

    # Captum repeats each image for all its noises in turn.
    found["captum/max-sensitivity"] = sensitivity_max(
        explain,
        x,
        lambda inputs: (inputs[0] if isinstance(inputs, tuple) else inputs) + uniform,
        n_perturb_samples=SAMPLES,
        target=classes,
    )
    normal = torch.from_numpy(normal_noises()[..., 0])[:, None].repeat(len(x), 1, 1, 1)
    for name, values in (("map", maps), ("zero", np.zeros_like(maps))):
        for scaled in (False, True):
            found[f"captum/infidelity/{name}{'/scaled' if scaled else ''}"] = infidelity(
                model,
                lambda inputs: (normal, (inputs[0] if isinstance(inputs, tuple) else inputs) - normal),
                x,
                torch.from_numpy(values[:, None]),
                target=classes,
                n_perturb_samples=SAMPLES,
                normalize=scaled,
            )
    targets = [lambda row, c=int(c): torch.softmax(row, -1)[c] for c in classes]
    for name, kind in (("most", RemoveMostRelevantFirst), ("least", RemoveLeastRelevantFirst)):
        columns = [
            PerturbationConfidenceMetric(kind(100 - percent, NoisyLinearImputer(0.0)))(
                x, maps.astype(np.float64), targets, model, return_diff=False
            )
            for percent in PERCENTILES
        ]
        found[f"pytorch-grad-cam/road/{name}"] = np.stack(columns, axis=1)
    return {name: value.detach().numpy() if hasattr(value, "detach") else value for name, value in found.items()}


PEERS = {"keras": (of_keras_peers, ("xplique", "quantus")), "torch": (of_torch_peers, ("torch", "captum", "grad-cam"))}


def main() -> None:
    """Write the figures of one side beside those of the other."""
    make, names = PEERS[sys.argv[1]]
    made = {name: np.asarray(value, np.float64) for name, value in make().items()}
    made[f"versions/{sys.argv[1]}"] = np.array([f"{name} {version(name)}" for name in names])
    earlier = dict(np.load(FILE)) if FILE.exists() else {}
    np.savez_compressed(FILE, **dict(sorted((earlier | {"maps": given()["maps"]} | made).items())))
    for name, value in made.items():
        print(name, value)  # noqa: T201


if __name__ == "__main__":
    main()
