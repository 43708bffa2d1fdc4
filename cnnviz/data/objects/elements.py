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
from .file_content import decoded, is_content
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
    if not pixels.ndim or pixels.dtype.kind == "O":
        raise DataError(f"{where} holds a value of type {type(images).__name__} where an image is expected")
    if batched is None:
        batched = not (_is_one_tensor(images, pixels, numbers, where) or _is_one(pixels, numbers, where, like))
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
    """Return a Pillow image, a file's bytes, a tensor of any library, or whatever NumPy understands, as an array.

    ValueError or TypeError for the rest.
    """
    if is_pillow(value):
        return pillow_pixels(value)
    if is_content(value):
        return decoded(value)
    if is_torch(value):
        value = value.detach().cpu()
        value = value.float() if "bfloat16" in str(value.dtype) else value  # which NumPy lacks
    if hasattr(value, "numpy"):
        value = value.numpy()
    if np.ma.is_masked(value):
        # Masked values are missing; NumPy would give what lies under the mask.
        value = np.ma.filled(value.astype(np.float64), np.nan)
    return np.asarray(value)


def is_torch(value: Any) -> bool:
    """Return whether a value is a tensor of PyTorch, whose images have their channels first."""
    return hasattr(value, "detach") and hasattr(value, "cpu")


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
    if is_content(element):
        return element, labels
    if isinstance(element, Mapping):
        return _named(element, where)
    if isinstance(element, tuple | list) and element:
        labels = element[1] if len(element) > 1 else None
        element = element[0]
    if isinstance(element, Mapping) and not is_content(element):
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


def _is_one_tensor(given: Any, pixels: np.ndarray, labels: np.ndarray | None, where: str) -> bool:
    """Return whether pixels are one image of PyTorch, (c, h, w); DataError if they may be several grayscale ones."""
    if not is_torch(given) or pixels.ndim != 3 or pixels.shape[0] not in (1, 3) or pixels.shape[2] in (1, 3):
        return False
    count, height, width = pixels.shape
    if count > 1 and labels is not None and labels.shape == (count,):
        raise DataError(
            f"{where} holds tensors of shape {pixels.shape} with {count} labels: one image with its channels first and "
            f"a one-hot label, or {count} grayscale images of {height}×{width}? Give one of (1, {height}, {width})"
        )
    return True


def _is_one(pixels: np.ndarray, labels: np.ndarray | None, where: str, like: InputSpec | None) -> bool:
    if pixels.ndim != 3:
        return pixels.ndim < 3
    if labels is not None and labels.ndim == 0:
        return True
    return is_one_image(pixels.shape, where, like)
