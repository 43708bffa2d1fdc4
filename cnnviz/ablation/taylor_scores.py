"""Taylor scores and mean responses of filters, from one gradient pass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnnviz.core.targets import Weighted
from cnnviz.models.batch_size import AT_INPUT, batch_size_for
from cnnviz.models.filter_layers import FilterLayer
from cnnviz.models.probe import Probe

#: From a filter's responses and their gradient: the Taylor score of each image, and the mean response.
Told = tuple[np.ndarray, np.ndarray]


def taylor_and_means(
    probe: Probe, inputs: np.ndarray, labels: np.ndarray, layers: Sequence[FilterLayer], batch_size: int | None = None
) -> dict[str, Told]:
    """Return, for each layer, Taylor scores per image (n, filters) and the filters' mean responses (filters,).

    The score is |1/M Σ dC/dz · z| over the M cells of a filter's map z, with C the cross-entropy: the Taylor criterion
    of Molchanov et al. 2017, "Pruning Convolutional Neural Networks for Resource Efficient Inference"
    (arXiv:1611.06440), taken per image.
    """
    size = batch_size or batch_size_for(probe.runner.graph, at=AT_INPUT)
    scores: dict[str, np.ndarray] = {layer.path: np.empty((len(inputs), layer.count)) for layer in layers}
    sums = {layer.path: np.zeros(layer.count) for layer in layers}
    for start in range(0, len(inputs), size):
        part = slice(start, start + size)
        given = inputs[part]
        target = Weighted(loss_gradients(probe, probe.logits(given), labels[part]))
        pulled = probe.value_and_gradients(given, target, tuple(layer.site for layer in layers))
        for layer, values, gradients in zip(layers, pulled.values, pulled.gradients, strict=True):
            rows = (len(values), -1, layer.count)
            products = (values * gradients).reshape(rows).mean(axis=1, dtype=np.float64)
            scores[layer.path][part] = np.abs(products)
            sums[layer.path] += values.reshape(rows).mean(axis=1, dtype=np.float64).sum(axis=0)
    return {path: (scores[path].astype(np.float32), (sums[path] / len(inputs)).astype(np.float32)) for path in scores}


def loss_gradients(probe: Probe, logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the gradient of the cross-entropy with respect to the logits, float32 (n, classes)."""
    answers = probe.runner.probabilities(logits)
    truth = np.eye(logits.shape[1], dtype=np.float32)[labels]
    head = probe.runner.head
    if head.score != "logits":
        # The scores are already probabilities.
        return -truth / np.clip(answers, 1e-7, 1)
    if head.squash == "sigmoid":
        return -truth * (1 - answers)
    return np.asarray(answers - truth, np.float32)
