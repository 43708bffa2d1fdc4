"""What all class activation maps share; each of them gives only its weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import ModelError, UsageError
from cnnviz.core.resample import upsample
from cnnviz.core.targets import Channel, PerImageCell
from cnnviz.data.images import Images

from ..method import Maps, Method

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Layers whose maps only sum up those of the layer before.
_POOLING = frozenset("AveragePooling2D Dropout MaxPooling2D SpatialDropout2D".split())


@dataclass(frozen=True)
class CAM(Method):
    """A map of one layer, (n, h, w) at the layer's own resolution, or of several fused.

    ``layer`` is the target layer; None is the last one with maps before the head. Maps of several layers are brought
    to the image's size, each divided by its own maximum in each image, and averaged, since their units differ.
    """

    layer: str | tuple[str, ...] | None = None

    signed = False

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """L = ReLU(Σ_k w_k A^k), see ``weights``."""
        paths = self.layers(probe)
        _check_rests_on(probe, target, paths)
        found = probe.value_and_gradients(images, target, paths)
        maps = [
            class_activation_map(values, self.weights(values, gradients))
            for values, gradients in zip(found.values, found.gradients, strict=True)
        ]
        return Maps(fused(maps, images.shape[:2]), found.scores, found.logits)

    def weights(self, values: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """Return what each channel counts, (n, channels), or each cell of each channel, (n, h, w, channels).

        ``values`` are the layer's maps A and ``gradients`` ∂S/∂A, both (n, h, w, channels).
        """
        raise NotImplementedError

    def layers(self, probe: Probe) -> tuple[str, ...]:
        """Return the target layers' paths; UsageError for one without maps, ModelError if the model has none."""
        if self.layer is None:
            return (last_map(probe, self.title),)
        named = (self.layer,) if isinstance(self.layer, str) else self.layer
        infos = [probe.layer(path) for path in named]
        for info in infos:
            if not info.spatial:
                raise UsageError(f"{info.path} has no maps, so {self.title} cannot use it; choose {_maps(probe)}")
        return tuple(info.path for info in infos)

    def units_label(self, probe: Probe) -> str:
        """Return that maps of several layers have no unit, and are smoothed."""
        return (
            self.measures if len(self.layers(probe)) == 1 else "mean of layers, each a share of its highest, smoothed"
        )

    def notes(self, probe: Probe) -> tuple[str, ...]:
        """Return how the maps of several layers were fused."""
        count = len(self.layers(probe))
        return () if count == 1 else (f"the mean of {count} layers' maps, each divided by its own maximum",)


def _check_rests_on(probe: Probe, target: Any, paths: tuple[str, ...]) -> None:
    """Raise UsageError for a layer that what is explained is not made from: its gradients are 0 and its map empty."""
    graph, output = probe.runner.graph, probe.runner.head.slot
    if isinstance(target, Channel | PerImageCell):
        output = graph.step(probe.layer(target.layer).path).outputs[0]
    before = [step.path for step in graph.towards(output).steps]
    for path in paths:
        if path not in before:
            what = target.layer if isinstance(target, Channel | PerImageCell) else "the score"
            maps = [info.path for info in probe.layers if info.spatial and info.path in before]
            raise UsageError(f"{what} is not made from {path}; choose a layer on its way: {', '.join(maps[-6:])}")


def class_activation_map(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return ReLU(Σ_k w_k A^k), (n, h, w), for maps (n, h, w, k) and weights (n, k) or (n, h, w, k)."""
    if weights.ndim == 2:
        n, h, w, k = values.shape
        summed = np.matmul(values.reshape(n, h * w, k), weights[:, :, None]).reshape(n, h, w)
    else:
        summed = (values * weights).sum(axis=3)
    return np.maximum(summed, 0)


def fused(maps: list[np.ndarray], size: tuple[int, int]) -> np.ndarray:
    """Return one layer's maps as they are, and of several layers the mean at the image's size.

    Each is divided by its own maximum first, since their units differ.
    """
    if len(maps) == 1:
        return maps[0]
    total = np.zeros((len(maps[0]), *size), np.float32)
    for one in maps:
        highest = one.max(axis=(1, 2), keepdims=True)
        # An empty map stays empty instead of becoming 0/0.
        total += upsample(one / np.where(highest > 0, highest, 1), size)
    return total / np.float32(len(maps))


def last_map(probe: Probe, title: str) -> str:
    """Return the layer nearest to the head that has maps made by a convolution; ModelError if there is none."""
    places = [place for place, info in enumerate(probe.layers) if "Conv" in info.kind]
    for info in reversed(probe.layers[min(places, default=len(probe.layers)) :]):
        if info.spatial and info.shape[0] * info.shape[1] > 1 and info.kind not in _POOLING:
            return info.path
    raise ModelError(
        f"{probe.card.name} has no convolution, whose maps {title} needs; use saliency, integrated-gradients, "
        "occlusion, rise or lrp"
    )


def _maps(probe: Probe) -> str:
    found = [info.path for info in probe.layers if info.spatial]
    return ", ".join(found[-6:]) or "another method: this model has no layer with maps"
