"""The base of class activation maps; each method only defines its weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import ModelError, UsageError
from cnnviz.core.model_card import LayerInfo
from cnnviz.core.resize_maps import upsample
from cnnviz.core.targets import AnyTarget, LayerTarget
from cnnviz.data.images import Images

from ..method import Maps, Method

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Layers whose maps only pool those of the layer before.
_POOLING = frozenset("AveragePooling2D Dropout MaxPooling2D SpatialDropout2D".split())


@dataclass(frozen=True)
class CAM(Method):
    """A class activation map of one layer, (n, h, w) at the layer's resolution, or of several layers fused.

    ``layer`` is the target layer; None is the last one with maps before the head. Maps of several layers are resized to
    the image, divided by their maximum per image, since their units differ, and averaged.
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
        return Maps(fuse_layers(maps, images.shape[:2]), found.scores, found.logits)

    def weights(self, values: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """Return the weight of each channel, (n, channels), or of each cell of each channel, (n, h, w, channels).

        ``values`` are the layer's maps A and ``gradients`` ∂S/∂A, both (n, h, w, channels).
        """
        raise NotImplementedError

    def layers(self, probe: Probe) -> tuple[str, ...]:
        """Return the target layers' paths; UsageError for a layer without maps, ModelError if the model has none."""
        if self.layer is None:
            return (last_map(probe, self.title),)
        named = (self.layer,) if isinstance(self.layer, str) else self.layer
        infos = [probe.layer(path) for path in named]
        for info in infos:
            if not info.spatial:
                raise UsageError(f"{info.path} has no maps, so {self.title} cannot use it; choose {_maps(probe)}")
        return tuple(info.path for info in infos)

    def units_label(self, probe: Probe) -> str:
        """Return what a value is; fused maps are relative and smoothed."""
        return (
            self.measures
            if len(self.layers(probe)) == 1
            else "mean over layers, each relative to its maximum, smoothed"
        )

    def notes(self, probe: Probe) -> tuple[str, ...]:
        """Return a note on how maps of several layers are fused."""
        count = len(self.layers(probe))
        return () if count == 1 else (f"the mean of {count} layers' maps, each divided by its own maximum",)


def _check_rests_on(probe: Probe, target: Any, paths: tuple[str, ...]) -> None:
    """Raise UsageError for a layer that the target does not depend on: its gradients are 0 and its map is empty."""
    graph, output = probe.runner.graph, probe.runner.head.slot
    if isinstance(target, LayerTarget):
        output = graph.step(probe.layer(target.layer).path).outputs[0]
    before = [step.path for step in graph.towards(output).steps]
    for path in paths:
        if path not in before:
            what = target.layer if isinstance(target, LayerTarget) else "the score"
            maps = [info.path for info in probe.layers if info.spatial and info.path in before]
            raise UsageError(f"{what} does not depend on {path}; choose a layer before it: {', '.join(maps[-6:])}")


def class_activation_map(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return ReLU(Σ_k w_k A^k), (n, h, w), for maps (n, h, w, k) and weights (n, k) or (n, h, w, k)."""
    if weights.ndim == 2:
        n, h, w, k = values.shape
        summed = np.matmul(values.reshape(n, h * w, k), weights[:, :, None]).reshape(n, h, w)
    else:
        summed = (values * weights).sum(axis=3)
    return np.maximum(summed, 0)


def fuse_layers(maps: list[np.ndarray], size: tuple[int, int]) -> np.ndarray:
    """Return one layer's maps as they are, and of several layers the mean at the image's size.

    Each is divided by its own maximum first, since their units differ.
    """
    if len(maps) == 1:
        return maps[0]
    total = np.zeros((len(maps[0]), *size), np.float32)
    for one in maps:
        highest = one.max(axis=(1, 2), keepdims=True)
        # An empty map stays empty instead of 0/0.
        total += upsample(one / np.where(highest > 0, highest, 1), size)
    return total / np.float32(len(maps))


def last_map(probe: Probe, title: str) -> str:
    """Return the layer nearest to the head with maps from a convolution; ModelError if there is none."""
    places = [place for place, info in enumerate(probe.layers) if "Conv" in info.kind]
    for info in reversed(probe.layers[min(places, default=len(probe.layers)) :]):
        if _has_own_maps(info):
            return info.path
    raise ModelError(
        f"{probe.card.name} has no convolution, which {title} needs; use saliency, integrated-gradients, "
        "occlusion, rise or lrp"
    )


def at_layer_before(method: Method, probe: Probe, target: AnyTarget) -> Method:
    """Return the method with the last maps that a target at a layer depends on, for a model without class scores.

    Where a target layer was chosen, it is kept.
    """
    if not isinstance(method, CAM) or method.layer is not None:
        return method
    if probe.card.has_classes or not isinstance(target, LayerTarget):
        return method
    own = probe.layer(target.layer).path
    slot = probe.runner.graph.step(own).outputs[0]
    before = {step.path for step in probe.runner.graph.towards(slot).steps} - {own}
    last = next((info for info in reversed(probe.layers) if info.path in before and _has_own_maps(info)), None)
    if last is None:
        raise UsageError(f"there are no maps before {own}, which {method.title} needs; use saliency or occlusion")
    return replace(method, layer=last.path)


def _has_own_maps(info: LayerInfo) -> bool:
    return info.spatial and info.shape[0] * info.shape[1] > 1 and info.kind not in _POOLING


def _maps(probe: Probe) -> str:
    found = [info.path for info in probe.layers if info.spatial]
    return ", ".join(found[-6:]) or "another method: this model has no layer with maps"
