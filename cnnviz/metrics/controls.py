"""Controls: maps that know nothing of the network, which every faithful map has to beat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cnnviz.data.images import Images


@dataclass(frozen=True)
class Control:
    """A map made of an image alone. ``title`` is its display name."""

    title: str
    draw: Callable[[np.ndarray, np.random.Generator], np.ndarray]

    def __call__(self, images: Images, seed: int = 0) -> np.ndarray:
        """Return maps, float32 (n, h, w), not negative."""
        gray = images.pixels.astype(np.float32).mean(axis=3) / images.peak
        return self.draw(gray, np.random.default_rng(seed)).astype(np.float32)


def _random(gray: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rng.random(gray.shape)


def _edges(gray: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    from scipy.ndimage import sobel

    return np.hypot(sobel(gray, 1, mode="nearest"), sobel(gray, 2, mode="nearest"))


def _itself(gray: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return gray


def _blob(gray: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    rows, columns = (np.linspace(-1, 1, extent) for extent in gray.shape[1:])
    return np.broadcast_to(np.exp(-(rows[:, None] ** 2 + columns**2) / 0.5), gray.shape)


#: Every control, by name.
CONTROLS: Mapping[str, Control] = {
    "random": Control("Random map", _random),
    "edges": Control("Edge filter", _edges),
    "image": Control("The image itself", _itself),
    "blob": Control("Centered blob", _blob),
}
