"""Elements of a stream, gathered once and within bounds into one set of images."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cnnviz.core.errors import DataError, UsageError

from ..arrays import as_images
from ..fit import STRETCH, Fit
from ..fit_images import ROUNDED, fit_images, keeps_fractions, to_bytes
from ..formats.limits import WITH_LIMIT, most_bytes
from ..images import Images
from ..input_spec import InputSpec
from ..label_arrays import LabelArray, read_labels
from ..pixel_range import pixel_range
from .elements import Element, read_element
from .reading import ReadingLine
from .request import Request


def collect(
    elements: Iterable[Any],
    where: str,
    request: Request,
    class_names: Sequence[str] | None = None,
    batched: bool | None = None,
    spec: InputSpec | None = None,
) -> Images:
    """Return the images of elements (see read_element), taken one after the other until ``request.limit`` is reached.

    They are fitted to ``request.like``, else to ``spec``, else to the first element. Bytes that were resized are
    float32 in 0…255, unless the set is large. ``class_names`` are those that the source has; the request's come first.
    Labels of another kind than those of ``read_labels`` are left out, with a note. DataError if there is no image, or
    if they take more memory than a set may.
    """
    line = ReadingLine(where)
    try:
        pixels, labels, found, of_bytes = _gather(elements, where, request, request.like or spec, batched, line)
    except MemoryError:
        raise DataError(f"{where} does not fit into memory; take fewer images: {WITH_LIMIT}") from None
    finally:
        line.close()
    count = sum(map(len, pixels))
    if not count:
        raise DataError(f"{where} holds no images")
    given, names, left_out = labels_of(
        labels, where, request.class_names or class_names, request.like is not None and request.like.numbers
    )
    # Bytes that were resized are floats still in 0…255, however dark they are.
    peak = 255.0 if of_bytes else 0.0
    images = as_images(_joined(pixels), given, where, names, request.like, peak)
    notes = (*_phrases(found, count), *left_out, *images.notes)
    fit = request.fit or (request.like.fit if request.like else STRETCH)
    return replace(images, source=where.removeprefix("the "), notes=notes, fit=fit)


def _gather(
    elements: Iterable[Any],
    where: str,
    request: Request,
    spec: InputSpec | None,
    batched: bool | None,
    line: ReadingLine,
) -> tuple[list[np.ndarray], list[np.ndarray | None], Counter[str], bool]:
    """Return the pixels and labels of each element, notes with the number of images that they are about, and whether
    all pixels were bytes.
    """
    pixels: list[np.ndarray] = []
    labels: list[np.ndarray | None] = []
    notes: Counter[str] = Counter()
    count = size = 0
    of_bytes, rounded = True, False
    most, bound = most_bytes()
    for element in elements:
        found = read_element(element, where, request.like, batched)
        keep = len(found.pixels) if request.limit is None else min(len(found.pixels), request.limit - count)
        if found.labels is not None and found.labels.ndim and len(found.labels) != len(found.pixels):
            raise DataError(f"{where} has a batch of {len(found.pixels)} images but {len(found.labels)} labels")
        found = Element(found.pixels[:keep], None if found.labels is None else found.labels[:keep], found.notes)
        spec = spec or InputSpec(*found.pixels.shape[1:])
        kind = found.pixels.dtype
        of_bytes &= kind == np.uint8
        _check_padding(found.pixels, spec, request.fit, where)
        fitted = fit_images(Images(found.pixels, peak=1.0), spec, fit=request.fit)
        values = fitted.pixels if fitted.notes else found.pixels
        if kind == np.uint8:
            kind = np.dtype(np.uint8) if rounded else values.dtype
        if kind.kind in "iu":
            values = np.rint(values)
        # A copy, since some iterators fill the same memory again.
        pixels.append(np.array(values, kind))
        labels.append(found.labels)
        notes.update(dict.fromkeys((*found.notes, *fitted.notes), keep))
        count, size = count + keep, size + pixels[-1].nbytes
        fractions = of_bytes and pixels[-1].dtype == np.float32
        if fractions and not rounded and not keeps_fractions(count, *pixels[-1].shape[1:]):
            pixels, rounded = [to_bytes(part) for part in pixels], True
            size = sum(part.nbytes for part in pixels)
        if size > most:
            raise DataError(f"{where} holds more than {count - keep:,} images, over {bound}; take fewer: {WITH_LIMIT}")
        line(count, size)
        if count == request.limit:
            break
    if rounded:
        notes[ROUNDED] = count
    return pixels, labels, notes, of_bytes


def _check_padding(pixels: np.ndarray, spec: InputSpec, fit: Fit | None, where: str) -> None:
    """Raise UsageError for values of a model's inputs that are to be padded, since what is black in them is unknown."""
    chosen = fit or spec.fit
    if chosen.shape != "pad" or pixels.shape[1:3] == (spec.height, spec.width) or pixels.dtype.kind != "f":
        return
    if pixels.size and pixels.min() < 0 and pixel_range(pixels, False).scaled:
        raise UsageError(
            f"{where} holds values that are scaled already, whose black is unknown, so that they cannot be padded; "
            "choose another fit, or give the images before they are scaled"
        )


def labels_of(
    labels: Sequence[np.ndarray | None], where: str, class_names: Sequence[str] | None, numbers: bool = False
) -> tuple[LabelArray | None, Sequence[str] | None, tuple[str, ...]]:
    """Return labels in parts as one (see read_labels; words are classes too), with the class names, and notes.

    Words are numbered in the order of ``class_names``, else of the alphabet; DataError for one that is not among them.
    """
    if not labels or any(part is None for part in labels):
        return None, None, ()
    whole = np.concatenate([np.atleast_1d(part) for part in labels if part is not None])
    if whole.dtype.kind in "OUS":
        words = [word.decode() if isinstance(word, bytes) else str(word) for word in whole.reshape(-1).tolist()]
        names = list(class_names or sorted(set(words)))
        unknown = sorted(set(words) - set(names))
        if unknown:
            raise DataError(f"{where} has a label {unknown[0]!r} that is not among the class names {', '.join(names)}")
        return LabelArray(np.array([names.index(word) for word in words])), names, ()
    try:
        found = read_labels(whole, where, numbers)
    except DataError:
        return None, None, ("labels left out, since they are not of classes",)
    # The classes of a source have no meaning for numbers.
    unnamed = found.rows is not None and found.rows.dtype != bool and len(class_names or ()) != found.rows.shape[1]
    return found, None if unnamed else class_names, ()


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    """Return the parts as one array, each released when it is copied, so that memory never holds them twice."""
    if len(parts) == 1:
        return parts.pop()
    made = np.empty((sum(map(len, parts)), *parts[0].shape[1:]), np.result_type(*parts))
    parts.reverse()
    start = 0
    while parts:
        part = parts.pop()
        made[start : start + len(part)] = part
        start += len(part)
    return made


def _phrases(notes: Counter[str], count: int) -> tuple[str, ...]:
    """Return the notes of all elements; those that differ only in sizes become one."""
    one: Counter[str] = Counter()
    for note, images in notes.items():
        before, resized, _ = note.partition(" from ")
        few = resized and before == "resized" and len([n for n in notes if n.startswith("resized from ")]) > 1
        one[f"resized images of several sizes to {note.rpartition(' to ')[2]}" if few else note] += images
    return tuple(
        note if images == count else f"{note} ({images:,} of {count:,} images)" for note, images in one.items()
    )
