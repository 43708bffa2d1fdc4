"""Reading of many image files, each decoded and fitted on its own, so that a folder of photos does not fill memory."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from cnnviz.core.errors import DataError

from .background import Invert, check_invert, has_opposite_background
from .edits import PADDED, Edit, phrases, resized
from .fit_images import pad, scale
from .formats.image_file import ImageHeader, read_header, read_image
from .formats.limits import MAX_IMAGE_PIXELS, check_set_size
from .images import Images
from .input_spec import InputSpec
from .unreadable_files import Fault, UnreadableError, describe_faults


def read_images(
    paths: Sequence[Path],
    source: str,
    *,
    like: InputSpec | None = None,
    invert: Invert = "auto",
    invert_together: bool = False,
    labels: np.ndarray | None = None,
    class_names: tuple[str, ...] = (),
    names: Sequence[str] = (),
) -> Images:
    """Return the images of these files, uint8, fitted to ``like`` or to their most common size.

    ``invert="auto"`` inverts images whose background is opposite to ``like.background``: each by itself, or with
    ``invert_together`` all or none, by the majority. If any file cannot be read, all others are decoded first, and one
    DataError names every such file.
    """
    check_invert(invert)
    background = like.background if like else None
    # Pillow warns of odd but readable files (EXIF, palettes, sizes); errors and notes report what matters.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        headers, faults = _headers(paths)
        if not headers:
            raise DataError(describe_faults(faults, paths))
        spec = like or _commonest(headers)
        shape = (spec.height, spec.width, spec.channels)
        readable = [path for path in paths if path not in faults]
        check_set_size(source, len(readable), shape)
        pixels = np.empty((len(readable), *shape), np.uint8)
        wrong = np.zeros(len(readable), bool)
        edits: list[Edit] = []
        at_once = max(1, MAX_IMAGE_PIXELS // max(h.height * h.width for h in headers))
        for i, fitted in enumerate(_fitted(readable, spec, background, at_once)):
            if isinstance(fitted, Fault):
                faults[readable[i]] = fitted
                continue
            pixels[i], wrong[i], done = fitted
            edits += done
    if faults:
        raise DataError(describe_faults(faults, paths))
    notes = phrases(edits, len(paths))
    turned, note = _to_invert(wrong, invert, invert_together, background)
    pixels[turned] = 255 - pixels[turned]
    return Images(pixels, labels, class_names, source, names=tuple(names), notes=(*notes, *note))


def _headers(paths: Sequence[Path]) -> tuple[list[ImageHeader], dict[Path, Fault]]:
    """Return the headers of the readable files, in order, and the faults of the others."""
    headers, faults = [], {}
    for path in paths:
        try:
            headers.append(read_header(path))
        except UnreadableError as error:
            faults[path] = error.fault
    return headers, faults


def _commonest(headers: Sequence[ImageHeader]) -> InputSpec:
    (height, width), _ = Counter((h.height, h.width) for h in headers).most_common(1)[0]
    return InputSpec(height, width, 3 if any(h.color for h in headers) else 1)


_Fitted = tuple[np.ndarray, bool, list[Edit]]


def _fitted(paths: Sequence[Path], spec: InputSpec, background: str | None, at_once: int) -> Iterator[_Fitted | Fault]:
    """Yield each file fitted, in order, on several processors, never more at once than fit into memory."""

    def one(path: Path) -> _Fitted | Fault:
        try:
            return _fit_file(path, spec, background)
        except UnreadableError as error:
            return error.fault

    workers = min(4, os.cpu_count() or 1, len(paths), at_once)
    if workers < 2:
        yield from map(one, paths)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(one, paths)


def _fit_file(path: Path, spec: InputSpec, background: str | None) -> _Fitted:
    image, edits = read_image(path, spec.channels == 3)
    array = scale(image, spec.height, spec.width)
    if array.dtype != np.uint8:
        array = np.rint(np.clip(array, 0, 255)).astype(np.uint8)
    if array.ndim == 2:
        array = np.repeat(array[..., None], spec.channels, axis=2)
    if array.shape[:2] != (image.height, image.width):
        edits.append(resized(f"{image.width}×{image.height}", f"{spec.width}×{spec.height}"))
    wrong = has_opposite_background(array, background)
    if array.shape[:2] != (spec.height, spec.width):
        edits.append(PADDED)
        array = pad(array, spec.height, spec.width)
    return array, wrong, edits


def _to_invert(
    wrong: np.ndarray, invert: Invert, invert_together: bool, background: str | None
) -> tuple[np.ndarray, Iterable[str]]:
    """Return which images to invert, bool (n,), and the note that says so."""
    if invert == "no" or (invert == "auto" and not wrong.any()):
        return np.zeros_like(wrong), ()
    one = len(wrong) == 1
    if invert == "yes":
        return np.ones_like(wrong), ("inverted" if one else f"inverted {len(wrong)} images",)
    opposite = "light" if background == "dark" else "dark"
    if not invert_together:
        images = f" {wrong.sum()} image{'s' if wrong.sum() > 1 else ''}" if not one else ""
        return wrong, (f"inverted{images} ({opposite} background)",)
    share = f"{opposite} background in {wrong.sum()} of {len(wrong)} images"
    if wrong.mean() > 0.5:
        return np.ones_like(wrong), (f"inverted all images ({share})",)
    return np.zeros_like(wrong), (f"not inverted ({share})",)
