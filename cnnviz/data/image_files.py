"""Reading of many image files, each decoded and fitted on its own, so that a folder of photos does not fill memory."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from cnnviz.core.errors import DataError, UsageError

from .background import Ground, Invert, check_invert, ground_of, to_invert
from .edits import GRAYSCALE, Edit, phrases, resized
from .fit import Box, FitLike, fit_from
from .fit_images import ROUNDED, check_channels, keeps_fractions, placed, to_bytes, to_grayscale
from .formats.image_file import ImageHeader, read_channels, read_header, read_image, read_values
from .formats.limits import MAX_IMAGE_PIXELS, check_set_size
from .images import Images
from .input_spec import InputSpec
from .paths import shown
from .pixel_range import ALL_BITS, AS_STORED, Depth, PixelRange, depth_of_set, outside, pixel_range
from .portions import portions
from .unreadable_files import Fault, UnreadableError, describe_faults
from .white import WhiteLike, given_words, white_from


def read_images(
    paths: Sequence[Path],
    source: str,
    *,
    like: InputSpec | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    invert_together: bool = False,
    labels: np.ndarray | None = None,
    class_names: tuple[str, ...] = (),
    names: Sequence[str] = (),
    white: WhiteLike = None,
) -> Images:
    """Return the images of these files, fitted to ``like`` or to their most common size.

    Pixels are uint8 if all files have that size, else float32 in 0…255, because Keras keeps the fractions that come of
    resizing; a set that would take over a gigabyte is rounded. Files of several bands (see formats/multiband_tiff.py)
    keep 16 bits, as float32 in the range that their values fill. ``fit`` is by default ``like.fit``.

    ``invert="auto"`` inverts drawings and the like whose plain background is opposite to ``like.background``: each by
    itself, or with ``invert_together`` all or none, by the majority. If any file cannot be read, all others are decoded
    first, and one DataError names every such file. ``white`` is that of files with 16 bits, or of all if none has.
    """
    check_invert(invert)
    chosen, given = fit_from(fit), white_from(white)
    # Pillow warns of odd but readable files (EXIF, palettes, sizes); errors and notes report what matters.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        headers, faults = _headers(paths)
        if not headers:
            raise DataError(describe_faults(faults, paths))
        spec = like or _commonest(headers)
        spec = replace(spec, fit=chosen or spec.fit)
        shape = (spec.height, spec.width, spec.channels)
        readable = [path for path in paths if path not in faults]
        bits = _check_bands(dict(zip(readable, headers, strict=True)), spec.channels, paths)
        bands = [header.bands_for(spec.channels) for header in headers]
        fractions = not spec.fit.nearest and any((h.height, h.width) != shape[:2] for h in headers)
        rounded = fractions and not keeps_fractions(len(readable), *shape)
        # Bands of 16 bits, such as reflectances, lose too much in 8.
        deep = [p for p, h in zip(readable, headers, strict=True) if h.deep and not h.bands_for(spec.channels)]
        if given and given > 255 and all(header.bits == 8 for header in headers):
            raise UsageError(f"the files have 8 bits, so that {given:g} cannot be white; leave it out")
        floats = bits == 16 or (fractions and not rounded) or ((given is not None or spec.as_stored) and bool(deep))
        check_set_size(source, len(readable), shape, 4 if floats else 1)
        pixels = np.empty((len(readable), *shape), np.float32 if floats else np.uint8)
        grounds: list[Ground] = []
        boxes: list[Box] = []
        edits: list[Edit] = []
        # Decoded twice, since one image does not tell the depth of a set.
        depth = depth_of_set(_values(deep, faults)) if deep and given is None else ALL_BITS
        stored = spec.as_stored and bool(deep)
        if stored:
            depth = AS_STORED
        elif given is not None:
            depth = Depth(given, given_words(given), given=True)
        at_once = max(1, MAX_IMAGE_PIXELS // max(h.height * h.width * max(1, h.bands // 3) for h in headers))
        for i, fitted in enumerate(_fitted(readable, bands, spec, at_once, depth)):
            if isinstance(fitted, Fault):
                faults[readable[i]] = fitted
                continue
            array, ground, box, done = fitted
            pixels[i] = to_bytes(array) if pixels.dtype == np.uint8 else array
            grounds.append(ground)
            boxes.append(box)
            edits += done
    if faults:
        raise DataError(describe_faults(faults, paths))
    notes = phrases(edits, len(paths))
    found = pixel_range(pixels, True) if bits == 16 else PixelRange(255.0)
    if stored:
        found = PixelRange(given or pixel_range(pixels, True).peak)
    elif given is not None and (bits == 16 or not deep):
        found = PixelRange(given, notes=(given_words(given), *outside(portions(pixels), given)))
    turned, note = to_invert(grounds, invert, invert_together, like)
    for i in np.flatnonzero(turned).tolist():
        # Only the image itself: the black that pads it stays.
        part = pixels[i, boxes[i].top : boxes[i].bottom, boxes[i].left : boxes[i].right]
        np.subtract(part.dtype.type(found.peak), part, out=part)
    if rounded and bits == 8:
        notes = (*notes, ROUNDED)
    return Images(
        pixels,
        labels,
        class_names,
        source,
        names=tuple(names),
        notes=(*notes, *note, *found.notes),
        peak=found.peak,
        fit=spec.fit,
        paths=tuple(paths),
    )


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
    bands, _ = Counter(h.bands_for(None) for h in headers).most_common(1)[0]
    return InputSpec(height, width, bands or (3 if any(h.color for h in headers) else 1))


def _check_bands(headers: Mapping[Path, ImageHeader], channels: int, paths: Sequence[Path]) -> int:
    """Return how many bits the channels of all files have; DataError for files of other channels, or of both depths."""
    faults = {}
    for path, header in headers.items():
        has = header.bands_for(channels) or (3 if header.color else 1)
        try:
            check_channels(path, has, channels)
        except DataError as error:
            faults[path] = Fault(f"{has} channel{'s' if has > 1 else ''} where {channels} are taken", str(error))
    if faults:
        raise DataError(describe_faults(faults, paths))
    deep = [path for path, header in headers.items() if header.bands_for(channels) and header.bits == 16]
    if deep and len(deep) < len(headers):
        other = next(path for path in headers if path not in deep)
        raise DataError(f"{shown(deep[0])} has channels of 16 bits and {shown(other)} of 8; give one depth")
    return 16 if deep else 8


_Fitted = tuple[np.ndarray, Ground, Box, list[Edit]]


def _values(paths: Sequence[Path], faults: dict[Path, Fault]) -> Iterator[np.ndarray]:
    """Yield the values of files with 16 bits, and note the faults of those that cannot be decoded."""
    for path in paths:
        try:
            yield read_values(path)
        except UnreadableError as error:
            faults[path] = error.fault


def _fitted(
    paths: Sequence[Path], bands: Sequence[int], spec: InputSpec, at_once: int, depth: Depth
) -> Iterator[_Fitted | Fault]:
    """Yield each file fitted, in order, on several processors, never more at once than fit into memory."""

    def one(path: Path, bands: int) -> _Fitted | Fault:
        try:
            return _fit_file(path, bands, spec, depth)
        except UnreadableError as error:
            return error.fault

    workers = min(4, os.cpu_count() or 1, len(paths), at_once)
    if workers < 2:
        yield from map(one, paths, bands)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(one, paths, bands)


def _fit_file(path: Path, bands: int, spec: InputSpec, depth: Depth) -> _Fitted:
    if bands:
        array, edits = read_channels(path)
        if spec.channels == 1:
            array, edits = to_grayscale(array.astype(np.float32)), [*edits, GRAYSCALE]
    else:
        array, edits = read_image(path, spec.channels == 3, depth)
    if array.ndim == 2:
        array = array[..., None]
    size, wanted = (array.shape[0], array.shape[1]), (spec.height, spec.width)
    ground = Ground(0.0, plain=False) if bands else ground_of(array)
    place = spec.fit.placement(size, wanted)
    if size != wanted:
        array = placed(array, place, wanted, spec.fit)
        edits.append(resized(size, wanted, spec.fit))
    return np.broadcast_to(array, (*wanted, spec.channels)), ground, place.fitted, edits
