"""Photometric changes: noise, brightness, a shifted baseline, a covered rectangle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .change import CHANGES, Change, within


@CHANGES.enter("noise")
@dataclass(frozen=True)
class Noise(Change):
    """Add Gaussian noise to each pixel, with a standard ``deviation`` as a share of full brightness."""

    deviation: float = 0.05

    def __post_init__(self) -> None:
        within("noise: deviation", self.deviation, 0, 1)

    def __call__(self, pixels: np.ndarray, background: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Add independent noise to each pixel."""
        return pixels + np.float32(self.deviation) * rng.standard_normal(pixels.shape, np.float32)


@CHANGES.enter("brightness")
@dataclass(frozen=True)
class Brightness(Change):
    """Make each image brighter or darker, by a factor from 1 - ``most`` to 1 + ``most``."""

    most: float = 0.2

    def __post_init__(self) -> None:
        within("brightness: most", self.most, 0, 1)

    def __call__(self, pixels: np.ndarray, background: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Multiply each image by its factor."""
        factors = rng.uniform(1 - self.most, 1 + self.most, len(pixels)).astype(np.float32)
        return pixels * factors[:, None, None, None]


@CHANGES.enter("baseline")
@dataclass(frozen=True)
class Baseline(Change):
    """Add the same amount to all pixels of an image, up to ``most`` of full brightness either way."""

    most: float = 0.1

    def __post_init__(self) -> None:
        within("baseline: most", self.most, 0, 1)

    def __call__(self, pixels: np.ndarray, background: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Add one amount to each image."""
        amounts = rng.uniform(-self.most, self.most, len(pixels)).astype(np.float32)
        return pixels + amounts[:, None, None, None]


@CHANGES.enter("erase")
@dataclass(frozen=True)
class Erase(Change):
    """Cover a rectangle of each image with its background; each side is up to ``most`` of the image's."""

    most: float = 0.3

    def __post_init__(self) -> None:
        within("erase: most", self.most, 0, 1)

    def __call__(self, pixels: np.ndarray, background: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Cover one rectangle per image."""
        height, width = pixels.shape[1:3]
        covered = np.ones((len(pixels), height, width), bool)
        for axis, extent in ((1, height), (2, width)):
            size = np.floor(rng.uniform(0, self.most, len(pixels)) * extent + 1).astype(np.int64)
            first = np.floor(rng.random(len(pixels)) * (extent - size + 1)).astype(np.int64)
            places = np.arange(extent)
            own = (places >= first[:, None]) & (places < (first + size)[:, None])
            covered &= own[:, :, None] if axis == 1 else own[:, None, :]
        return np.where(covered[..., None], background[:, None, None, :], pixels)
