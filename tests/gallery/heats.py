"""Heatmaps and reconstructions with values made up, for pages, without TensorFlow."""

from __future__ import annotations

import numpy as np

from cnnviz.attribution.confused_pairs import Chosen, ConfusedPairs
from cnnviz.attribution.heatmaps import Heatmaps
from cnnviz.attribution.reconstruct import Reconstructions
from cnnviz.attribution.result import Attribution, Provenance
from cnnviz.data.images import Images
from cnnviz.features.predictions import Predictions

from .nets import HOSTILE, fmnist_card


def provenance(method: str, title: str, target: str, signed: bool, *layers: str, **more: object) -> Provenance:
    return Provenance(
        method, title, {"samples": 5}, target, layers, more.get("measures", f"units of {title}"), signed,  # type: ignore[arg-type]
        "Somebody 2020", notes=more.get("notes", ()),  # type: ignore[arg-type]
    )  # fmt: skip


def made_up(result: Predictions) -> Heatmaps:
    """A coarse map, one as fine as the pictures that has a sign, and another target of the first method."""
    random = np.random.default_rng(11)
    n, (h, w) = len(result), result.images.shape[:2]
    coarse = random.random((n, 3, 4)).astype(np.float32)
    coarse[0] = 0  # says nothing
    coarse[1, 2, 0] = 7  # strongest at the lower left
    fine = random.normal(0, 1, (n, h, w)).astype(np.float32)
    scores = random.normal(5, 1, n).astype(np.float32)

    def one(how: Provenance, values: np.ndarray, classes: np.ndarray | None) -> Attribution:
        return Attribution(
            result.images, result.model, result.probabilities, values=values, scores=scores, classes=classes, how=how
        )

    note = ("gradients modified at 4 ReLU activations: conv1, conv2, conv3, dense1",)
    made = (
        one(provenance("grad-cam", "Grad-CAM", "predicted class", False, "conv3"), coarse, result.predicted),
        one(provenance("guided-backprop", "Guided backpropagation", HOSTILE, True, notes=note), fine, None),
        one(
            provenance("grad-cam", "Grad-CAM", "Shirt − T-shirt/top", False, "conv3"), coarse[::-1].copy(),
            np.full(n, 6),
        ),
    )  # fmt: skip
    return Heatmaps(result.images, result.model, result.probabilities, attributions=made)


def paired(result: Predictions) -> ConfusedPairs:
    """ConfusedPairs of the first six pictures, with one place empty."""
    some = made_up(result)
    first, other = some.attributions[0], some.attributions[2]
    return ConfusedPairs(
        some.images, some.model, some.probabilities, attributions=(first, other), a=6, b=0,
        chosen=Chosen(((0, 1), (2, 3)), ((4, 5), (6, None))), among=1000,
    )  # fmt: skip


def rebuilt(images: Images, channels: int = 64, kept: int = 3, silent: int = 5) -> Reconstructions:
    """Reconstructions of conv2 of the bundled net's shape, from made-up places; one channel is silent."""
    random = np.random.default_rng(12)
    card = fmnist_card()
    layer = next(layer for layer in card.layers if layer.path == "conv2")
    cells = random.integers(0, 11, (channels, kept, 2))
    boxes = np.array([layer.field_of(int(r), int(c), images.shape[:2]) for r, c in cells.reshape(-1, 2)])
    values = np.zeros((channels * kept, 8, 8, images.shape[2]), np.float32)
    for one, (top, left, bottom, right) in zip(values, boxes, strict=True):
        one[: bottom - top, : right - left] = random.normal(0, 1, (bottom - top, right - left, images.shape[2]))
    values = values.reshape(channels, kept, *values.shape[1:])
    peaks = np.sort(random.random((channels, kept)).astype(np.float32) + 0.1)[:, ::-1]
    if silent >= 0:
        peaks = peaks.copy()
        peaks[silent], values[silent] = 0, 0
    probabilities = np.full((len(images), 10), 0.1, np.float32)
    return Reconstructions(
        images, card, probabilities, layer=layer, channels=np.arange(channels),
        pictures=random.integers(0, len(images), (channels, kept)), cells=cells, peaks=peaks,
        boxes=boxes.reshape(channels, kept, 4), values=values,
        how=provenance("deconvnet", "DeconvNet", "channels of conv2", True, "conv2"),
    )  # fmt: skip
