"""Subsets of images, and images reduced in size, for what would take too long on all of them."""

from __future__ import annotations

import numpy as np

from cnnviz.data.images import Images

#: The most values per image; larger images are averaged over blocks.
MOST_NUMBERS = 4096


def spread_over_classes(labels: np.ndarray, most: int, seed: int = 0) -> np.ndarray:
    """Return the positions of up to ``most`` images, drawn at random, each class in proportion."""
    if len(labels) <= most:
        return np.arange(len(labels))
    order = np.random.default_rng(seed).permutation(len(labels))
    by_class = order[np.argsort(labels[order], kind="stable")]
    # Equal steps through the images, sorted by class.
    return np.sort(by_class[np.linspace(0, len(labels) - 1, most).round().astype(np.int64)])


def shrink(shape: tuple[int, int, int]) -> int:
    """Return the side of blocks that reduce an image of this shape to at most MOST_NUMBERS values."""
    h, w, c = shape
    side = 1
    while -(-h // side) * -(-w // side) * c > MOST_NUMBERS:
        side += 1
    return side


def block_means(pixels: np.ndarray, side: int) -> np.ndarray:
    """Return images (n, h, w, c) as float32 averages over blocks, (n, ⌈h/side⌉, ⌈w/side⌉, c)."""
    if side == 1:
        return pixels.astype(np.float32)
    rows, columns = np.arange(0, pixels.shape[1], side), np.arange(0, pixels.shape[2], side)
    sums = np.add.reduceat(pixels, rows, axis=1, dtype=np.float32)
    sums = np.add.reduceat(sums, columns, axis=2)
    tall = np.diff([*rows, pixels.shape[1]])
    wide = np.diff([*columns, pixels.shape[2]])
    return np.asarray(sums / np.outer(tall, wide)[None, :, :, None], np.float32)


def rows_of(images: Images, positions: np.ndarray) -> tuple[np.ndarray, tuple[int, int, int]]:
    """Return images as rows of values (m, d) float32 from 0 to about 1, and the shape of a row."""
    small = block_means(images.pixels[positions], shrink(images.shape)) / np.float32(images.peak)
    h, w, c = small.shape[1:]
    return small.reshape(len(small), -1), (h, w, c)
