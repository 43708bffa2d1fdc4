"""Read picture files, each decoded, fitted and dropped, so that a folder of photos never fills the memory."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from cnnviz.core.errors import DataError

from .background import Invert, check_invert, on_wrong_ground
from .edits import PADDED, Edit, phrases, resized
from .fit_images import pad, scale
from .formats.image_file import PictureHeader, read_header, read_picture
from .formats.limits import MAX_PICTURE_PIXELS, check_set_size
from .images import Images
from .input_spec import InputSpec
from .unreadable_files import Fault, UnreadableError, told


def read_pictures(
    paths: Sequence[Path],
    source: str,
    *,
    like: InputSpec | None = None,
    invert: Invert = "auto",
    one_ground: bool = False,
    labels: np.ndarray | None = None,
    class_names: tuple[str, ...] = (),
    names: Sequence[str] = (),
) -> Images:
    """Return the pictures of these files, fitted to ``like`` from their original pixels, or to the commonest size.

    ``invert="auto"`` turns around those on the other ground than ``like.background``: each by itself, or with
    ``one_ground`` all or none, by the majority. Any file that cannot be read raises DataError, which
    tells all such files: the others are decoded first.
    """
    check_invert(invert)
    background = like.background if like else None
    # Pillow warns of odd but readable files (EXIF, palettes, sizes); what matters is said by errors and notes.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        headers, faults = _headers(paths)
        if not headers:
            raise DataError(told(faults, paths))
        spec = like or _commonest(headers)
        shape = (spec.height, spec.width, spec.channels)
        readable = [path for path in paths if path not in faults]
        check_set_size(source, len(readable), shape)
        pixels = np.empty((len(readable), *shape), np.uint8)
        wrong = np.zeros(len(readable), bool)
        deeds: list[Edit] = []
        at_once = max(1, MAX_PICTURE_PIXELS // max(h.height * h.width for h in headers))
        for i, fitted in enumerate(_fitted(readable, spec, background, at_once)):
            if isinstance(fitted, Fault):
                faults[readable[i]] = fitted
                continue
            pixels[i], wrong[i], done = fitted
            deeds += done
    if faults:
        raise DataError(told(faults, paths))
    notes = phrases(deeds, len(paths))
    turned, note = _to_invert(wrong, invert, one_ground, background)
    pixels[turned] = 255 - pixels[turned]
    return Images(pixels, labels, class_names, source, names=tuple(names), notes=(*notes, *note))


def _headers(paths: Sequence[Path]) -> tuple[list[PictureHeader], dict[Path, Fault]]:
    """Return the headers of the files that have one, in order, and why the others have none."""
    headers, faults = [], {}
    for path in paths:
        try:
            headers.append(read_header(path))
        except UnreadableError as error:
            faults[path] = error.fault
    return headers, faults


def _commonest(headers: Sequence[PictureHeader]) -> InputSpec:
    (height, width), _ = Counter((h.height, h.width) for h in headers).most_common(1)[0]
    return InputSpec(height, width, 3 if any(h.colour for h in headers) else 1)


_Fitted = tuple[np.ndarray, bool, list[Edit]]


def _fitted(paths: Sequence[Path], spec: InputSpec, background: str | None, at_once: int) -> Iterator[_Fitted | Fault]:
    """Fit file after file, on several processors, but never more of them at once than fit into memory."""

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
    image, deeds = read_picture(path, spec.channels == 3)
    array = scale(image, spec.height, spec.width)
    if array.dtype != np.uint8:
        array = np.rint(np.clip(array, 0, 255)).astype(np.uint8)
    if array.ndim == 2:
        array = np.repeat(array[..., None], spec.channels, axis=2)
    if array.shape[:2] != (image.height, image.width):
        deeds.append(resized(f"{image.width}×{image.height}", f"{spec.width}×{spec.height}"))
    wrong = on_wrong_ground(array, background)
    if array.shape[:2] != (spec.height, spec.width):
        deeds.append(PADDED)
        array = pad(array, spec.height, spec.width)
    return array, wrong, deeds


def _to_invert(
    wrong: np.ndarray, invert: Invert, one_ground: bool, background: str | None
) -> tuple[np.ndarray, Iterable[str]]:
    """Return which pictures to invert, as booleans, and the note that says so."""
    if invert == "no" or (invert == "auto" and not wrong.any()):
        return np.zeros_like(wrong), ()
    one = len(wrong) == 1
    if invert == "yes":
        return np.ones_like(wrong), ("inverted" if one else f"inverted {len(wrong)} pictures",)
    ground = "light" if background == "dark" else "dark"
    if not one_ground:
        pictures = f" {wrong.sum()} picture{'s' if wrong.sum() > 1 else ''}" if not one else ""
        return wrong, (f"inverted{pictures} ({ground} background)",)
    share = f"{ground} background in {wrong.sum()} of {len(wrong)} pictures"
    if wrong.mean() > 0.5:
        return np.ones_like(wrong), (f"inverted all pictures ({share})",)
    return np.zeros_like(wrong), (f"not inverted ({share})",)
