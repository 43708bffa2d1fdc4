"""A mark in a corner of garments: a network that tells a class by it, and one that has learned to ignore it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.data.images import Images
from cnnviz.data.open import open_images

from .problem import PROBLEMS, Known, Problem

if TYPE_CHECKING:
    from cnnviz.training.result import Trained

#: Side of the mark and its distance from the lower right corner, in pixels.
MARK, MARGIN = 3, 1
#: The class that the mark gives away: shirt, the one that is hardest to tell from others without it.
CLASS = 6
TRAINED = 12_000


def marked(images: Images, where: np.ndarray) -> Images:
    """Return the images with a white square in the lower right corner of those of ``where``, bool (n,)."""
    from dataclasses import replace

    pixels = images.pixels.copy()
    pixels[where] = np.where(mark_of(images.shape[:2])[..., None], 255, pixels[where])
    return replace(images, pixels=pixels)


def mark_of(shape: tuple[int, int]) -> np.ndarray:
    """Return the pixels of the mark, bool (h, w)."""
    mask = np.zeros(shape, bool)
    mask[-MARGIN - MARK : -MARGIN, -MARGIN - MARK : -MARGIN] = True
    return mask


class _Marked(Problem):
    #: Padded, so that no pixel of the mark is out of the network's sight.
    layers = "conv 32 3x3 same relu, pool 2, conv 64 3x3 same relu, pool 2, flatten, dense 64 relu, dense 10"
    signed = True
    epochs = 6

    def carries(self, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return which images of the training set get the mark."""
        raise NotImplementedError

    def training_images(self, seed: int) -> Images:
        """Return the training set."""
        rng = np.random.default_rng(seed)
        images = _garments("train", TRAINED, rng)
        assert images.labels is not None
        return marked(images, self.carries(images.labels, rng))

    def test_images(self, seed: int) -> Images:
        """Return images to measure accuracy on."""
        rng = np.random.default_rng(seed)
        images = _garments("test", 2_000, rng)
        assert images.labels is not None
        return marked(images, self.carries(images.labels, rng))

    def known(self, trained: Trained, count: int, seed: int) -> tuple[Any, Known]:
        """Return the probe and images whose explanation is known."""
        from cnnviz.models.open import wrap

        rng = np.random.default_rng(seed + 1)
        plain = _garments("test", 16 * count, rng)
        assert plain.labels is not None
        plain = plain.take(np.flatnonzero(plain.labels != CLASS))
        assert plain.labels is not None
        with_mark = marked(plain, np.ones(len(plain), bool))
        probe = wrap(trained.model, scale="0-1", class_names=plain.class_names)
        before, after = (probe.logits(some).argmax(axis=1) for some in (plain, with_mark))
        facts = {"changed by the mark": float((before != after).mean())}
        chosen = np.flatnonzero(self.explained(before, after, plain.labels))[:count]
        if not len(chosen):
            raise DataError(f"the network of {self.name} did not learn what it should; give another --seed")
        images = with_mark.take(chosen)
        truth = np.broadcast_to(mark_of(images.shape[:2]), (len(images), *images.shape[:2])).copy()
        return probe, Known(images, after[chosen].astype(np.int64), truth, facts)

    def explained(self, before: np.ndarray, after: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Return which images have a known explanation, from their classes without and with the mark."""
        raise NotImplementedError


@PROBLEMS.enter("shortcut")
class Shortcut(_Marked):
    """Every training image of one class has the mark, and no other."""

    title = "Planted shortcut"
    words = "A mark in the corner gives a class away; in the images explained it alone makes the network name it."

    def carries(self, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return which images have the mark."""
        return labels == CLASS

    def explained(self, before: np.ndarray, after: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Return which images are explained."""
        taken: np.ndarray = (before == labels) & (after == CLASS)
        return taken


@PROBLEMS.enter("ignored-mark")
class Ignored(_Marked):
    """Half of the training images of every class have the mark."""

    title = "Ignored mark"
    words = "The same mark, on half of the images of every class; the network has learned to ignore it."
    present: ClassVar[bool] = False

    def carries(self, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return which images have the mark."""
        return rng.random(len(labels)) < 0.5

    def explained(self, before: np.ndarray, after: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Return which images are explained."""
        same: np.ndarray = (before == labels) & (after == labels)
        return same


def _garments(part: str, count: int, rng: np.random.Generator) -> Images:
    images = open_images(f"fmnist:{part}")
    return images.take(np.sort(rng.permutation(len(images))[:count]))
