"""An ablation that looks like a real one, without TensorFlow."""

from __future__ import annotations

import numpy as np

from cnnviz.ablation.removal_curves import Curves, Removable
from cnnviz.ablation.result import Ablation, LayerAblation
from cnnviz.features.activations import Activations

PATHS = ("conv1", "conv2", "dense1")


def curves_of(total: int, random: np.random.Generator) -> Curves:
    counts = np.unique(np.linspace(0, total, 17).round().astype(np.int64))
    share = counts / total

    def falling(steep: float) -> np.ndarray:
        return 0.1 + 0.8 * (1 - share**steep)

    accuracy = {"cost": falling(6), "norm": falling(2), "taylor": falling(4)}
    drawn = np.stack([falling(steep) for steep in (1, 1.5, 3)])
    orders = {name: random.permutation(total) for name in accuracy}
    return Curves(counts, orders, accuracy, {k: 3 * (1 - v) for k, v in accuracy.items()}, drawn, 3 * (1 - drawn))


def ablated(result: Activations, tied: str | None = None) -> Ablation:
    """Three layers of the net in nets.py; conv1/5 changes nothing, and conv2/7 costs most."""
    random = np.random.default_rng(8)
    layers = {}
    for path in PATHS:
        accuracy = random.normal(0.002, 0.004, (2, 64)).astype(np.float32)
        loss = random.normal(0.004, 0.006, (2, 64)).astype(np.float32)
        idle = np.zeros(64, bool)
        if path == "conv1":
            accuracy[:, 5] = loss[:, 5] = 0
            idle[5] = True
        if path == "conv2":
            accuracy[:, 7], loss[:, 7] = 0.1, (0.4, 0.3)
        found = Removable("cost", 22, 64, 0.9, 0.896, -0.011, 0.019, 500)
        noun = "neuron" if path == "dense1" else "filter"
        layers[path] = LayerAblation(
            path,
            path,
            noun,
            accuracy,
            loss,
            random.random(64),
            random.random(64),
            idle,
            curves_of(64, random),
            found,
            tied,
        )
    return Ablation(
        result.images,
        result.model,
        result.probabilities,
        layers=layers,
        choosing=np.arange(0, 10, 2),
        measuring=np.arange(1, 10, 2),
        plain_loss=0.24,
        within=0.005,
        overall=curves_of(192, random),
        overall_removable=Removable("taylor", 70, 192, 0.9, 0.897, -0.01, 0.02, 500),
    )
