"""Image sets in IDX files: an images file with a labels file beside it, and folders of such pairs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cnnviz.core.errors import DataError

from ..images import Images
from ..paths import is_file, shown
from ..stored_images import stored_images
from .file_head import FileHead
from .idx import is_idx_magic, stored_idx

#: Names have no suffix: "train-images-idx3-ubyte", packed or not.
SUFFIXES: tuple[str, ...] = ()

#: "train-images-idx3-ubyte.gz", "t10k-images.idx3-ubyte", "emnist-letters-test-images-idx3-ubyte"
_IMAGE_FILE = re.compile(r"^(?P<before>.*)images(?P<dot>[-.]idx)3(?P<after>-ubyte)(?P<packed>\.gz)?$", re.IGNORECASE)


def recognizes(file: FileHead) -> bool:
    """Return whether a file, packed with gzip or not, has an IDX header, or "idx" or "ubyte" in its name."""
    return is_idx_magic(file.unpacked) or bool(re.search(r"idx|ubyte", file.name))


def open_file(
    path: Path,
    split: str | None = None,
    class_names: Sequence[str] | None = None,
    limit: int | None = None,
    *,
    source: str | None = None,
) -> Images:
    """Return the images of an IDX file, (n, h, w) or (n, h, w, c), with labels if their file is beside it.

    ``limit`` is the most images, the first ones, and ``source`` the origin to record instead of the path. DataError for
    a file of labels. An IDX file has no splits: ``split`` is not used.
    """
    stored = stored_idx(path)
    if len(stored.shape) < 3:
        raise DataError(f"{shown(path)} holds labels or numbers, not images; name the file of images beside it")
    beside = labels_beside(path)
    labels = None if beside is None else _read_labels(beside, source or str(path), stored.shape[0])
    # Of three axes, the first always counts images here.
    shape = (*stored.shape, 1) if len(stored.shape) == 3 else stored.shape
    return stored_images(replace(stored, shape=shape), labels, source or str(path), class_names, limit)


def _read_labels(path: Path, images: str, count: int) -> np.ndarray:
    """Return the labels of so many images; DataError, before they are read, for another number."""
    stored = stored_idx(path, (1,))
    if stored.shape[0] != count:
        raise DataError(f"{shown(images)} holds {count} images but {stored.shape[0]} labels")
    return stored.whole()


def labels_beside(images: Path) -> Path | None:
    """Return the labels file that belongs to a file of images by its name, packed or plain, or None."""
    parts = _IMAGE_FILE.match(images.name)
    if not parts:
        return None
    name = f"{parts['before']}labels{parts['dot']}1{parts['after']}"
    packed = parts["packed"] or ""
    candidates = (name + packed, name + ("" if packed else ".gz"))
    return next((images.with_name(c) for c in candidates if is_file(images.with_name(c))), None)


def idx_files(folder: Path) -> dict[str, Path]:
    """Return a folder's IDX files of images by split, "train" or "test"; a plain file comes before a packed one.

    DataError for a folder with more than one set, since either could be meant.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        parts = _IMAGE_FILE.match(path.name)
        if parts and is_file(path):
            split = "train" if "train" in parts["before"].lower() else "test"
            first = found.setdefault(split, path)
            if first.name.removesuffix(".gz") != path.name.removesuffix(".gz"):
                raise DataError(f"{shown(folder)} holds several sets; name a file, such as {shown(first.name)}")
    return found
