"""Score-CAM: channels weighted by the score of the image masked with their maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.resize_maps import upsample
from cnnviz.data.images import Images
from cnnviz.models.import_tensorflow import tensorflow
from cnnviz.models.perturbed_scores import PerturbedCopies, Perturbing

from ..baseline import FILLS, Fill, fill_inputs
from ..method import METHODS, Maps
from ..perturbed_copies import Original, scores_of_copies
from .class_activation_map import CAM, class_activation_map, fuse_layers

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("score-cam")
@dataclass(frozen=True)
class ScoreCAM(CAM):
    """Activity of the channels whose maps, used as masks, keep the score high, (n, h, w); gradient-free.

    ``channels`` limits the channels used, in each image those with the highest variance; None is all. Flat maps are
    skipped. Hidden parts show the ``fill``. Weights are the scores' increases over the fully hidden image, after a
    softmax over the channels as in the paper's algorithm, or unchanged ("increase", the paper's equation 6), which
    gives weight to more channels.
    """

    channels: int | None = None
    weighting: Literal["softmax", "increase"] = "softmax"
    fill: Fill = "ground"

    title = "Score-CAM"
    paper = "Wang, Wang, Du, Yang, Zhang, Ding, Mardziel & Hu 2020, arXiv:1910.01279, algorithm 1"
    measures = "evidence for the score"

    def __post_init__(self) -> None:
        if self.channels is not None and self.channels < 1:
            raise UsageError(f"{self.name} needs at least 1 channel")
        if self.fill not in FILLS or self.weighting not in ("softmax", "increase"):
            raise UsageError(f"{self.name} needs a fill of {', '.join(FILLS)} and a weighting of softmax, increase")

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """L = ReLU(Σ_k α_k A^k)."""
        original = Original(probe, images, target)
        inputs = original.inputs.reshape(images.pixels.shape)
        fill = fill_inputs(probe, images, self.fill)
        hidden = original.scores_of(fill)
        maps = []
        for values in probe.activations(images, self.layers(probe)).values():
            owner, channel = np.nonzero(self._asked(values))
            flat = np.ascontiguousarray(values.transpose(0, 3, 1, 2))

            shared = [_stretching(own, wanted) for own, wanted in zip(values.shape[1:3], images.shape, strict=False)]
            copies = PerturbedCopies(Shown(), owner, (inputs, fill), (flat[owner, channel],), shared)
            increase = scores_of_copies(original, copies) - hidden[owner]
            asked = np.full((len(values), values.shape[3]), -np.inf, np.float32)
            asked[owner, channel] = increase
            maps.append(class_activation_map(values, self._alpha(asked)))
        return original.maps(fuse_layers(maps, images.shape[:2]))

    def _asked(self, values: np.ndarray) -> np.ndarray:
        """Return the channels used in each image, bool (n, k): those that are not flat, up to the limit."""
        asked = values.max(axis=(1, 2)) > values.min(axis=(1, 2))
        if self.channels is not None and self.channels < values.shape[3]:
            spread = values.var(axis=(1, 2))
            order = np.argsort(-spread, axis=1, kind="stable")
            np.put_along_axis(asked, order[:, self.channels :], False, axis=1)
        return asked

    def _alpha(self, increase: np.ndarray) -> np.ndarray:
        """Return α (n, k) from S_k − S(all hidden), -inf for channels that are not used."""
        if self.weighting == "increase":
            return np.where(np.isfinite(increase), increase, 0)
        highest = increase.max(axis=1, keepdims=True)
        powers = np.exp(increase - np.where(np.isfinite(highest), highest, 0))
        return powers / np.maximum(powers.sum(axis=1, keepdims=True), 1)


def _stretching(own: int, wanted: int) -> np.ndarray:
    """Return the weight of each of ``own`` cells in each of ``wanted`` pixels, float32 (wanted, own)."""
    return upsample(np.eye(own, dtype=np.float32)[None], (wanted, own))[0]


@dataclass(frozen=True)
class Shown(Perturbing):
    """Copies of images masked with one map each, which is upsampled and stretched to 0…1; flat maps show the fill."""

    def copies(self, images: Sequence[Any], owners: Any, own: Sequence[Any], shared: Sequence[Any]) -> Any:
        """Return the copies, from inputs and fill, the maps, and the weights of cells in rows and in columns."""
        tf = tensorflow()
        inputs, fill = (tf.gather(array, owners) for array in images)
        masks = tf.matmul(tf.matmul(shared[0], own[0]), shared[1], transpose_b=True)
        low = tf.reduce_min(masks, axis=(1, 2), keepdims=True)
        span = tf.reduce_max(masks, axis=(1, 2), keepdims=True) - low
        masks = (masks - low) / tf.where(span > 0, span, 1)
        return (inputs - fill) * masks[..., None] + fill
