"""Images with their maps, as metrics take them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from cnnviz.attribution.baseline import Fill, fill_inputs
from cnnviz.core.errors import UsageError
from cnnviz.core.resize_maps import upsample
from cnnviz.data.images import Images
from cnnviz.models.masked_logits import masked_logits

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Returns the maps of images for their classes (n,) by the same method, float (n, h, w).
Explain: TypeAlias = "Callable[[Probe, Images, np.ndarray], np.ndarray]"


@dataclass(frozen=True, eq=False)
class Explained:
    """Images and the maps of a class of each.

    ``classes`` is (n,) int64, the class whose score is explained, and ``maps`` float (n, h, w), upsampled to the size
    of the images. ``truth`` bool (n, h, w) is where the object is, if known. ``explain`` makes maps of the same method,
    for metrics that need them. Everything random follows ``seed``.
    """

    probe: Probe
    images: Images
    classes: np.ndarray
    maps: np.ndarray
    explain: Explain | None = None
    truth: np.ndarray | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if len(self.maps) != len(self.images) or len(self.classes) != len(self.images):
            raise UsageError(f"there are {len(self.maps)} maps and {len(self.images)} images; give a map for each")
        shape = self.images.shape[:2]
        maps = np.asarray(self.maps, np.float32)
        object.__setattr__(self, "maps", maps if maps.shape[1:] == shape else upsample(maps, shape))

    def __len__(self) -> int:
        return len(self.images)

    @cached_property
    def inputs(self) -> np.ndarray:
        """The model's inputs, float32 (n, h, w, c)."""
        return self.probe.inputs(self.images).reshape(self.images.pixels.shape)

    @cached_property
    def logits(self) -> np.ndarray:
        """The logits of the images, float32 (n, classes)."""
        return self.probe.logits(self.images)

    @cached_property
    def scores(self) -> np.ndarray:
        """The logit of each image's class, float64 (n,)."""
        return self.of_class(self.logits, np.arange(len(self)))

    @cached_property
    def ranks(self) -> np.ndarray:
        """The rank of each pixel, 0 for the largest value of its map, int32 (n, h, w); ties in a random order."""
        flat = self.maps.reshape(len(self), -1)
        order = np.random.default_rng([self.seed, 1]).permutation(flat.shape[1])
        ranks = np.empty(flat.shape, np.int32)
        for row, values in zip(ranks, flat, strict=True):
            row[order[np.argsort(-values[order], kind="stable")]] = np.arange(len(values), dtype=np.int32)
        return ranks.reshape(self.maps.shape)

    def fill(self, name: Fill) -> np.ndarray:
        """Return what replaces hidden pixels, float32 (n, h, w, c)."""
        return fill_inputs(self.probe, self.images, name)

    def of_class(self, logits: np.ndarray, owners: np.ndarray) -> np.ndarray:
        """Return the logit of the owner's class in each row of logits, float64 (copies,)."""
        return logits[np.arange(len(logits)), self.classes[owners]].astype(np.float64)

    def probability(self, logits: np.ndarray, owners: np.ndarray) -> np.ndarray:
        """Return the probability of the owner's class in each row of logits, float64 (copies,)."""
        return self.of_class(self.probe.runner.probabilities(logits), owners)

    def masked(self, owners: np.ndarray, keep: Callable[[slice], np.ndarray], fill: Fill) -> np.ndarray:
        """Return the logits of copies of the images ``owners`` in which only kept pixels are seen, (copies, classes).

        ``keep`` returns whether each pixel of some of the copies is kept, bool (some, h, w).
        """
        numbers = self.probe.row_numbers(self.images)
        return masked_logits(self.probe.runner, self.inputs, self.fill(fill), owners, keep, numbers)

    def logits_of(self, inputs: np.ndarray, owners: np.ndarray) -> np.ndarray:
        """Return the logits of other inputs in place of the owners' images, float32 (copies, classes)."""
        numbers = self.probe.row_numbers(self.images)
        rows = None if numbers is None else numbers[owners]
        return self.probe.logits(inputs.reshape(-1, *self.probe.runner.input_shape), numbers=rows)

    def perturbed(self, noise: np.ndarray) -> Images:
        """Return the images with noise added, (n, h, w, c) in units of the range from black to white; not clipped."""
        pixels = self.images.pixels.astype(np.float32) + np.float32(self.images.peak) * noise.astype(np.float32)
        return replace(self.images, pixels=pixels, label_rows=self.images.label_rows)

    def explained_again(self, images: Images, probe: Probe | None = None) -> np.ndarray:
        """Return the maps of changed images of the same classes, or of another network, float32 (n, h, w)."""
        if self.explain is None:
            raise UsageError("this metric computes maps again; give the method that made them")
        made = np.asarray(self.explain(self.probe if probe is None else probe, images, self.classes), np.float32)
        return made if made.shape[1:] == self.maps.shape[1:] else upsample(made, self.images.shape[:2])
