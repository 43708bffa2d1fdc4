"""The grid pointing game: four garments in one image, and which of them a map of one class points at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.data.images import Images
from cnnviz.data.open import open_images

from .problem import PROBLEMS, Known, Problem

if TYPE_CHECKING:
    from cnnviz.training.result import Trained

TRAINED, CANDIDATES = 12_000, 4_000


@PROBLEMS.enter("mosaic")
class Mosaic(Problem):
    """Four images of four classes; the score of a class depends on one quarter (Böhle et al., CVPR 2021).

    The network ends in an average over all places, so that one trained on single garments runs on the larger image.
    """

    title = "Grid pointing game"
    words = "Four garments of four classes in a 2 × 2 grid; the evidence for a class lies in its quarter."
    layers = (
        "conv 32 3x3 same, bn, relu, pool 2, conv 64 3x3 same, bn, relu, pool 2, conv 64 3x3 same, bn, relu, "
        "globalpool, dense 10"
    )
    measure = "mass"
    signed = True
    epochs = 4
    least_accuracy = 0.75

    def training_images(self, seed: int) -> Images:
        """Return the training set."""
        return _some("train", TRAINED, np.random.default_rng(seed))

    def test_images(self, seed: int) -> Images:
        """Return images to measure accuracy on."""
        return _some("test", 2_000, np.random.default_rng(seed))

    def known(self, trained: Trained, count: int, seed: int) -> tuple[Any, Known]:
        """Return the probe and images whose explanation is known."""
        from cnnviz.models.open import wrap

        rng = np.random.default_rng(seed + 1)
        single = _some("test", CANDIDATES, rng)
        shares = wrap(trained.model, scale="0-1").probabilities(single)
        sure = shares.max(axis=1)
        right = np.flatnonzero((shares.argmax(axis=1) == single.labels) & (sure > 0.9))
        assert single.labels is not None
        pixels, targets, truth = [], [], []
        for _ in range(count):
            classes = rng.permutation(np.unique(single.labels[right]))[:4]
            if len(classes) < 4:
                raise DataError(f"the network of {self.name} is sure of fewer than four classes; give another --seed")
            parts = [rng.choice(right[single.labels[right] == one]) for one in classes]
            quarter = int(rng.integers(0, 4))
            pixels.append(_grid([single.pixels[part] for part in parts]))
            targets.append(int(classes[quarter]))
            truth.append(_grid([np.full(single.shape[:2], i == quarter) for i in range(4)]))
        images = Images(np.stack(pixels), np.array(targets), class_names=single.class_names)
        return wrap(self.widened(trained), scale="0-1"), Known(images, np.array(targets), np.stack(truth))

    def widened(self, trained: Trained) -> Any:
        """Return the network with its weights, for an image of twice the height and width."""
        from cnnviz.training.layer_text import build_from_words

        height, width, channels = trained.model.input_shape[1:]
        wide = build_from_words(self.layers, (2 * height, 2 * width, channels), trained.model.output_shape[-1])
        wide.set_weights(trained.model.get_weights())
        return wide


def _grid(four: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.concatenate(four[:2], axis=1), np.concatenate(four[2:], axis=1)], axis=0)


def _some(part: str, count: int, rng: np.random.Generator) -> Images:
    images = open_images(f"fmnist:{part}")
    return images.take(np.sort(rng.permutation(len(images))[:count]))
