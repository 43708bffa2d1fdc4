"""Image sets in IDX files: an images file with a labels file beside it, and folders of such pairs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from cnnviz.core.errors import DataError

from ..arrays import as_images
from ..images import Images
from ..paths import is_file, shown
from .file_head import FileHead
from .idx import is_idx_magic, read_idx

#: Names have no suffix: "train-images-idx3-ubyte", packed or not.
SUFFIXES: tuple[str, ...] = ()

#: "train-images-idx3-ubyte.gz", "t10k-images.idx3-ubyte", "emnist-letters-test-images-idx3-ubyte"
_IMAGE_FILE = re.compile(r"^(?P<before>.*)images(?P<dot>[-.]idx)3(?P<after>-ubyte)(?P<packed>\.gz)?$", re.IGNORECASE)


def recognizes(file: FileHead) -> bool:
    """Return whether a file, packed with gzip or not, has an IDX header, or "idx" or "ubyte" in its name."""
    return is_idx_magic(file.unpacked) or bool(re.search(r"idx|ubyte", file.name))


def open_file(
    path: Path, split: str | None = None, class_names: Sequence[str] | None = None, source: str | None = None
) -> Images:
    """Return the images of an IDX file, (n, h, w) or (n, h, w, c), with labels if their file is beside it.

    ``source`` is the origin to record instead of the path. DataError for a file of labels. An IDX file has no splits:
    ``split`` is not used.
    """
    pixels = read_idx(path)
    if pixels.ndim < 3:
        raise DataError(f"{shown(path)} holds labels or numbers, not images; name the file of images beside it")
    beside = labels_beside(path)
    labels = None if beside is None else read_idx(beside, (1,))
    # Of three axes, the first always counts images here.
    pixels = pixels[..., None] if pixels.ndim == 3 else pixels
    return as_images(pixels, labels, source or str(path), class_names)


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
