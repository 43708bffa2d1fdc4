"""What is known of a model's training images: whether they were line art on a plain background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnviz.core.errors import UnknownNameError
from cnnviz.data.background import ground_of
from cnnviz.data.class_names import DIGITS, FASHION_MNIST
from cnnviz.data.images import Images, class_index

#: The shape of the images of Fashion-MNIST and MNIST.
SHAPE = (28, 28, 1)
#: The most images that are looked at, and how many of them must have the background.
MOST, SHARE = 500, 0.95


def background_of_names(class_names: Sequence[str], shape: tuple[int, int, int]) -> str | None:
    """Return "dark" for a model of the ten classes of Fashion-MNIST, however spelled, in its image size, else None.

    Digits do not count: they are as often dark on light, and any ten classes without names are numbered.
    """
    if shape != SHAPE or len(class_names) != len(FASHION_MNIST):
        return None
    try:
        found = {class_index(name, FASHION_MNIST) for name in class_names if not name.isdecimal()}
    except UnknownNameError:
        return None
    return "dark" if len(found) == len(FASHION_MNIST) else None


def background_beside(images: Images, shape: tuple[int, int, int]) -> str | None:
    """Return the background of a model that takes the class names of these images, by the names or the set.

    It is "dark" for the classes of Fashion-MNIST and for a published set that is opened by name, else None.
    """
    published = images.source.partition(":")[0] in ("sample", "fmnist", "mnist")
    return "dark" if published and shape == SHAPE else background_of_names(images.class_names, shape)


def background_of_set(images: Images) -> str | None:
    """Return the background of a set like Fashion-MNIST and MNIST, "dark" or "light", else None.

    Its ten classes are garments or digits, its images 28×28 in grayscale, and nearly all have that plain background.
    """
    alike = images.class_names in (FASHION_MNIST, DIGITS) and images.shape == SHAPE
    if not alike or not len(images) or images.scaled is not None:
        return None
    places = np.linspace(0, len(images) - 1, min(MOST, len(images))).astype(int)
    grounds = [ground_of(image * (255 / images.peak)) for image in images.pixels[places]]
    for background, opposite in (("dark", "light"), ("light", "dark")):
        if np.mean([ground.plain and ground.is_opposite(opposite) for ground in grounds]) >= SHARE:
            return background
    return None


def recorded_background(about: Mapping[str, Any]) -> str | None:
    """Return the background in a training record; in one of before it was recorded, that of a published set."""
    if "background" in about:
        return about["background"] if about["background"] in ("dark", "light") else None
    return "dark" if str(about.get("source", "")).partition(":")[0] in ("fmnist", "mnist") else None
