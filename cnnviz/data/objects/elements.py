"""One element of a dataset, its images and labels, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from cnnviz.core.errors import DataError

from ..arrays import as_pixels
from ..channel_axis import channels_first
from ..input_spec import InputSpec
from ..one_image import is_one_image
from .pillow import is_pillow, pillow_pixels

#: Names of images and labels in elements that are dictionaries.
IMAGE_KEYS = ("image", "images", "img", "pixel_values", "pixels", "x")
LABEL_KEYS = ("label", "labels", "fine_label", "class", "target", "targets", "y")


class Element(NamedTuple):
    """Images (n, h, w, c), their labels (n, …) or None, and notes of what had to be rearranged."""

    pixels: np.ndarray
    labels: np.ndarray | None
    notes: tuple[str, ...] = ()


def read_element(element: Any, where: str, like: InputSpec | None, batched: bool | None) -> Element:
    """Return the images and labels of an element: images, (images, labels, …) or a dictionary of them.

    ``batched`` says whether an element holds a batch or one image; None leaves it to its shape and its labels.
    DataError for what is neither.
    """
    images, labels = _parts(element, where)
    numbers = None if labels is None else array_or_none(labels)
    try:
        pixels = to_array(images)
    except (ValueError, TypeError) as error:
        raise DataError(f"{where} holds a {type(images).__name__} where images are expected") from error
    if batched is None:
        batched = not _is_one(pixels, numbers, where, like)
    if batched:
        made, notes = as_pixels(pixels[..., None] if pixels.ndim == 3 else pixels, where, like)
        return Element(made, numbers, notes)
    notes = ()
    if pixels.ndim == 3 and channels_first((1, *pixels.shape), where, like):
        pixels, notes = pixels.transpose(1, 2, 0), ("channels moved last",)
    if pixels.ndim not in (2, 3):
        raise DataError(f"{where} holds elements of shape {pixels.shape} where one image (h, w, c) is expected")
    made, _ = as_pixels(pixels[None] if pixels.ndim == 3 else pixels[None, ..., None], where, like)
    return Element(made, None if numbers is None else numbers[None], notes)


def to_array(value: Any) -> np.ndarray:
    """Return a Pillow image, a tensor of any library, or whatever NumPy understands, as an array.

    ValueError or TypeError for the rest.
    """
    if is_pillow(value):
        return pillow_pixels(value)
    if hasattr(value, "detach"):  # PyTorch
        value = value.detach().cpu()
    if hasattr(value, "numpy"):
        value = value.numpy()
    return np.asarray(value)


def array_or_none(value: Any) -> np.ndarray | None:
    """Return what to_array does, or None for what is no array of numbers or words, such as a nested dictionary."""
    try:
        array = to_array(value)
        if array.dtype.kind == "O":
            array = np.asarray(array.tolist())
    except (ValueError, TypeError):
        return None
    return array if array.dtype.kind in "biufUS" else None


def _parts(element: Any, where: str) -> tuple[Any, Any]:
    labels = None
    if isinstance(element, Mapping):
        return _named(element, where)
    if isinstance(element, tuple | list) and element:
        labels = element[1] if len(element) > 1 else None
        element = element[0]
    if isinstance(element, Mapping):
        if len(element) != 1:
            raise DataError(f"{where} holds {len(element)} inputs, {', '.join(map(str, element))}; give one of images")
        (element,) = element.values()
    return element, labels


def _named(element: Mapping[Any, Any], where: str) -> tuple[Any, Any]:
    image = next((key for key in IMAGE_KEYS if key in element), None)
    if image is None:
        there = ", ".join(str(key) for key in list(element)[:8])
        raise DataError(f"{where} holds {there or 'nothing'}, none of which is called image; rename the one to take")
    return element[image], next((element[key] for key in LABEL_KEYS if key in element), None)


def _is_one(pixels: np.ndarray, labels: np.ndarray | None, where: str, like: InputSpec | None) -> bool:
    if pixels.ndim != 3:
        return pixels.ndim < 3
    if labels is not None and labels.ndim == 0:
        return True
    return is_one_image(pixels.shape, where, like)
