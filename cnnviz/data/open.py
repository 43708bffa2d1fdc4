"""open_images: images from a name, a file, a folder, a pattern, a list of files, an array, or a dataset object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from cnnviz.core.errors import DataError, UsageError

from .arrays import as_images
from .background import Invert, check_invert
from .bands import BandsLike, bands_from
from .dispatch import open_path
from .fit import FitLike, fit_from
from .fit_images import fit_images
from .formats.limits import WITH_LIMIT
from .image_files import read_images
from .image_list import ImageList
from .images import Images
from .input_spec import InputSpec
from .objects.elements import is_torch, to_array
from .objects.readers import find_reader
from .objects.request import Request
from .pixel_range import UnusualRangeError
from .white import WhiteLike, white_from

#: What is accepted as images: a name or path, several of them, Images, an array, any of these with labels, or an object
#: that one of objects/readers.py recognizes.
ImagesLike: TypeAlias = (
    "str | Path | Images | np.ndarray | Sequence[str | Path] | tuple[np.ndarray, np.ndarray] | Iterable[Any] | Any"
)


def open_images(
    source: ImagesLike,
    *,
    like: InputSpec | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    limit: int | None = None,
    class_names: Sequence[str] | None = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
) -> Images:
    """Return images, with labels if the source has them, fitted to the input ``like`` of a model if it is given.

    ``source`` is ``"sample"``, ``"fmnist"`` or ``"mnist"`` (the test set; ``"fmnist:train"`` is the training set), the
    path of a file in any format of ``formats/readers.py``, of a folder of IDX files, or of images with one sub-folder
    per class, a pattern such as ``"photos/*.jpg"``, a list of image files, patterns and folders, Images, an array
    (n, h, w[, c]), one image (h, w, c), or (array, labels). ``":train"`` and ``":test"`` choose the split of a folder
    or .npz file. Datasets of TensorFlow, Keras, PyTorch and Hugging Face, columns of pandas, Pillow's images, bytes
    of files and generators are read once (see ``objects/readers.py``); one that may have no end needs a ``limit``.

    A set may take 4 GiB, and in memory a third of what is free. One of over 256 MB in an .npy or IDX file stays there
    and is read as it is used, so don't write over that file; a packed one is unpacked into a temporary file. With a
    ``limit`` the other images are not kept.

    ``fit`` says how images of another shape come into the model's: "stretch", the default, "pad" or "crop", as the
    options of ``keras.utils.image_dataset_from_directory``, each also with ",antialias" or ",nearest", which is what
    ``flow_from_directory`` and ``load_img`` do (see ``fit.Fit``). ``invert`` is for image files: "auto" inverts
    drawings and the like whose plain background is not that of the model's training images, where that is known, "yes"
    inverts all, from any source, "no" none. ``limit`` is the most images to return, the first ones, balanced over the
    classes of a folder. ``class_names`` names the classes in the order of their numbers. ``bands`` chooses the three
    channels that are drawn as red, green and blue, or the one drawn in gray, counted from 1 as in remote sensing:
    "4,3,2" or (4, 3, 2); all channels are computed with. ``white`` is the value of white where the type of the pixels
    does not say it: a number of bits, 8, 10, 12, 14 or 16, or the value itself, such as 10000 for reflectances times
    10,000; by default it is read from the values of the whole set, with a note. ``notes`` list the edits.

    DataError for a source that is missing or cannot be read, UsageError for options that cannot be met.
    """
    check_invert(invert)
    bands = bands_from(bands)
    value = white_from(white)
    chosen = fit_from(fit)
    if not isinstance(like, InputSpec | None):
        raise UsageError(f"like says what a model takes, such as like=probe.spec; {type(like).__name__} does not")
    if like is not None and chosen is not None:
        like = replace(like, fit=chosen)
    if limit is not None and limit < 1:
        raise UsageError(f"limit must be at least 1, not {limit}")
    request = Request(like, limit, class_names, chosen, invert, value)
    try:
        found = _opened(source, request)
        images = _open_files(found, request) if isinstance(found, ImageList) else fit_images(found, like, invert)
    except MemoryError:
        raise DataError(f"the images do not fit into memory; take fewer: {WITH_LIMIT}") from None
    return images.with_bands(bands or None)


def _opened(source: ImagesLike, request: Request) -> Images | ImageList:
    """Return the images of a source as they are, at most the limit, or the list of image files."""
    like, class_names, white = request.like, request.class_names, request.white
    if isinstance(source, Images):
        given = source if class_names is None else replace(source, class_names=tuple(class_names))
        return _first(given, request.limit).with_white(white)
    found: Images | ImageList
    try:
        if isinstance(source, str | Path):
            found = open_path(source, class_names, like=like, limit=request.limit)
        elif (reader := find_reader(source)) is not None:
            found = reader.open_object(source, request)
        else:
            found = _open_array(source, class_names, like)
    except UnusualRangeError as error:
        if error.with_white is None or (white is None and not (like and like.any_range)):
            raise DataError(str(error)) from error
        found = error.with_white(white)
    if isinstance(found, ImageList):
        return found
    found = _first(found, request.limit)
    return found if found.paths else found.with_white(white)


def _first(images: Images, limit: int | None) -> Images:
    """Return the first images; a copy of all would bring what stays on disk into memory."""
    return images if limit is None or limit >= len(images) else images[:limit]


def _open_files(files: ImageList, request: Request) -> Images:
    chosen = files.first(request.limit)
    images = read_images(
        chosen.paths,
        chosen.title,
        like=request.like,
        invert=request.invert,
        fit=request.fit,
        white=request.white,
        invert_together=chosen.labels is not None,
        labels=chosen.labels,
        class_names=chosen.class_names,
        names=chosen.names,
    )
    if chosen.label_rows is not None:
        images = replace(images, label_rows=chosen.label_rows, class_names=chosen.class_names)
    return replace(images, notes=(*chosen.notes, *images.notes))


def _open_array(source: Any, class_names: Sequence[str] | None, like: InputSpec | None) -> Images:
    labels = None
    if isinstance(source, list | tuple) and not source:
        raise DataError("the list of images is empty; give at least one file")
    if isinstance(source, tuple) and len(source) == 2:
        source, labels = source
    try:
        pixels = to_array(source)
        numbers = None if labels is None else np.atleast_1d(to_array(labels))
    except (ValueError, TypeError) as error:
        raise DataError("these are not images: give a path, a list of paths, or an array (n, h, w, c)") from error
    if is_torch(source) and like is None and labels is None and pixels.ndim == 3 and pixels.shape[0] == 3:
        _, height, width = pixels.shape
        raise DataError(
            f"the tensor has shape {pixels.shape}: one color image with its channels first (then give x[None]) or 3 "
            f"grayscale images of {height}×{width} (then give x[:, None])?"
        )
    return as_images(pixels, numbers, "array", class_names, like)
