"""Lists of images: Pillow's, arrays of several sizes, or pairs (image, label)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from ..images import Images
from ..input_spec import InputSpec
from .collect import collect
from .elements import array_or_none, read_element, to_array
from .file_content import is_content
from .pillow import inverted_as_files, is_pillow
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object is a list of images that NumPy cannot stack, or an array of such; no (array, labels)."""
    if _is_object_array(source):
        return all(getattr(item, "ndim", 0) in (2, 3) or is_pillow(item) for item in source)
    if not isinstance(source, list | tuple) or not source:
        return False
    if all(is_pillow(item) or is_content(item) or _is_pair(item) for item in source):
        return True
    if isinstance(source, tuple) and len(source) == 2:
        return False
    shapes = {getattr(item, "shape", None) for item in source}
    return len(shapes) > 1 and all(shape is not None and 2 <= len(shape) <= 3 for shape in shapes)


def open_object(source: Any, request: Request) -> Images:
    """Return the images, fitted to the most common size where no model says another."""
    chosen = list(source[: request.limit])
    notes: tuple[str, ...] = ()
    if all(is_pillow(item) or is_content(item) for item in chosen):
        chosen, notes = inverted_as_files([to_array(item) for item in chosen], request)
    spec = None if request.like else _commonest(chosen)
    return collect(chosen, "the list", request, batched=False, spec=spec).with_notes(*notes)


def _is_object_array(source: Any) -> bool:
    return isinstance(source, np.ndarray) and source.dtype.kind == "O" and source.ndim == 1 and bool(source.size)


def _is_pair(item: Any) -> bool:
    if not isinstance(item, tuple) or len(item) != 2:
        return False
    image, label = item
    pixels, number = array_or_none(image), array_or_none(label)
    return pixels is not None and pixels.ndim in (2, 3) and (number is None or number.ndim < 2)


def _commonest(items: Any) -> InputSpec:
    shapes = [read_element(item, "the list", None, False).pixels.shape[1:] for item in items]
    (height, width), _ = Counter(shape[:2] for shape in shapes).most_common(1)[0]
    return InputSpec(height, width, max(shape[2] for shape in shapes))
