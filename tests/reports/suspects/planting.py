"""Pictures with known faults: a slice of real Fashion-MNIST with 200 changed, and how many of them are found."""

import numpy as np

from cnnviz.data.images import Images

PLANTED = 200


def slice_of(images: Images, count: int, seed: int, classes: tuple[int, ...] | None = None) -> Images:
    """Return some pictures, chosen at random, of some classes."""
    left = np.arange(len(images)) if classes is None else np.flatnonzero(np.isin(images.labels, classes))
    return images.take(np.random.default_rng(seed).choice(left, count, replace=False))


def with_pixels(images: Images, pixels: np.ndarray, labels: np.ndarray | None = None) -> Images:
    whole = np.rint(np.clip(pixels, 0, 255)).astype(np.uint8)
    return Images(whole, images.labels if labels is None else labels, images.class_names)


def planted(images: Images, change, seed: int) -> tuple[Images, np.ndarray]:
    """Return a copy with 200 pictures changed, and their positions."""
    rng = np.random.default_rng(seed)
    where = rng.choice(len(images), PLANTED, replace=False)
    pixels = images.pixels.astype(np.float32)
    pixels[where] = change(pixels[where], rng)
    return with_pixels(images, pixels), where


def with_copies(images: Images, change, seed: int) -> tuple[Images, set[tuple[int, int]]]:
    """Return the pictures with 200 changed copies at the end, and the pairs."""
    rng = np.random.default_rng(seed)
    where = rng.choice(len(images), PLANTED, replace=False)
    copies = change(images.pixels[where].astype(np.float32), rng)
    pixels = np.concatenate([images.pixels, copies])
    pairs = {(int(own), len(images) + i) for i, own in enumerate(where)}
    return with_pixels(images, pixels, np.concatenate([images.labels, images.labels[where]])), pairs


def found(wanted, got) -> tuple[float, float]:
    """Return recall and precision."""
    wanted, got = set(wanted), set(got)
    return len(wanted & got) / len(wanted), len(wanted & got) / max(1, len(got))


def moved(pixels: np.ndarray, down: int, across: int) -> np.ndarray:
    """Return pictures moved by whole pixels, dark where nothing comes from."""
    made = np.zeros_like(pixels)
    height, width = pixels.shape[1:3]
    made[:, max(0, down) : height + min(0, down), max(0, across) : width + min(0, across)] = pixels[
        :, max(0, -down) : height + min(0, -down), max(0, -across) : width + min(0, -across)
    ]
    return made


def cut_off(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return pictures that lost 35 to 55 in 100 of what they show, at one side each."""
    made = pixels.copy()
    for picture in made:
        turns = int(rng.integers(4))
        turned = np.rot90(picture, turns)  # a view: cutting its top cuts the picture's side
        lines = (turned[..., 0] > 20).sum(axis=1).cumsum()
        turned[: int(np.searchsorted(lines, rng.uniform(0.35, 0.55) * lines[-1])) + 1] = 0
    return made
