"""Sets kept as IDX files: a file of pictures, the file of labels beside it, and folders of such pairs."""

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

#: Names have no ending of their own: "train-images-idx3-ubyte", packed or not.
SUFFIXES: tuple[str, ...] = ()

#: "train-images-idx3-ubyte.gz", "t10k-images.idx3-ubyte", "emnist-letters-test-images-idx3-ubyte"
_PICTURES = re.compile(r"^(?P<before>.*)images(?P<dot>[-.]idx)3(?P<after>-ubyte)(?P<packed>\.gz)?$", re.IGNORECASE)


def recognises(file: FileHead) -> bool:
    """Return whether a file, packed with gzip or not, has an IDX header, or "idx" or "ubyte" in its name."""
    return is_idx_magic(file.unpacked) or bool(re.search(r"idx|ubyte", file.name))


def open_file(
    path: Path, split: str | None = None, class_names: Sequence[str] | None = None, source: str | None = None
) -> Images:
    """Return the pictures of an IDX file, with the labels beside it if there are any.

    Pictures have three axes (n, h, w) or four (n, h, w, c); a file of labels raises DataError.
    """
    pixels = read_idx(path)
    if pixels.ndim < 3:
        raise DataError(f"{shown(path)} holds labels or numbers, not pictures; name the file of pictures beside it")
    beside = labels_beside(path)
    labels = None if beside is None else read_idx(beside, (1,))
    return as_images(pixels, labels, source or str(path), class_names)


def labels_beside(pictures: Path) -> Path | None:
    """Return the labels file that belongs to a file of pictures by its name, packed or plain, if it is there."""
    parts = _PICTURES.match(pictures.name)
    if not parts:
        return None
    name = f"{parts['before']}labels{parts['dot']}1{parts['after']}"
    packed = parts["packed"] or ""
    candidates = (name + packed, name + ("" if packed else ".gz"))
    return next((pictures.with_name(c) for c in candidates if is_file(pictures.with_name(c))), None)


def idx_files(folder: Path) -> dict[str, Path]:
    """Return the picture files of a folder by split, "train" or "test"; a plain file comes before a packed one.

    More than one set in the folder raises DataError, since nothing tells which is meant.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        parts = _PICTURES.match(path.name)
        if parts and is_file(path):
            split = "train" if "train" in parts["before"].lower() else "test"
            first = found.setdefault(split, path)
            if first.name.removesuffix(".gz") != path.name.removesuffix(".gz"):
                raise DataError(f"{shown(folder)} holds several sets; name a file, such as {shown(first.name)}")
    return found
