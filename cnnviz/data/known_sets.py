"""Fashion-MNIST and MNIST in full: local copies, and the download if there is none."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from cnnviz.core.cache_folder import cache_folder
from cnnviz.core.errors import DataError

from .class_names import DIGITS, FASHION_MNIST
from .download import fetch
from .formats import idx_sets, npz
from .images import Images
from .paths import is_file

SYSTEM_DATASETS = Path("/usr/share/datasets")

#: How file names begin; the test set was the first 10,000 of a larger one.
_PREFIX = {"train": "train", "test": "t10k"}


@dataclass(frozen=True)
class KnownSet:
    """A published data set: its name, the name of its folder, its class names and its files.

    ``files`` maps each split to the files to download, each with the SHA-256 of its unpacked content, since packing
    differs between copies. ``aliases`` are other names for the set, ``archive`` is the single file that Keras keeps it
    in, if any, and ``advice`` names another way to get it.
    """

    name: str
    folder: str
    class_names: tuple[str, ...]
    files: Mapping[str, Mapping[str, str]]
    aliases: tuple[str, ...] = ()
    archive: str | None = None
    advice: str = ""


FMNIST = KnownSet(
    "fmnist",
    "fashion-mnist",
    FASHION_MNIST,
    {
        "train": {
            "train-images-idx3-ubyte.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "train-labels-idx1-ubyte.gz": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        },
        "test": {
            "t10k-images-idx3-ubyte.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "t10k-labels-idx1-ubyte.gz": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        },
    },
    aliases=("fashion-mnist", "fashion_mnist"),
    advice="run `apt-get install dataset-fashion-mnist`, or ",
)

_MNIST_NPZ = {"mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"}

MNIST = KnownSet("mnist", "mnist", DIGITS, {"train": _MNIST_NPZ, "test": _MNIST_NPZ}, archive="mnist.npz")

KNOWN_SETS = (FMNIST, MNIST)


def find_set(name: str) -> KnownSet | None:
    """Return the published set of this name or alias, in any case, or None."""
    return next((known for known in KNOWN_SETS if name.lower() in (known.name, *known.aliases)), None)


def places() -> list[Path]:
    """Return the folders that are searched for data sets, in order: cnnviz' cache, Keras' cache, the system's."""
    keras = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    return [cache_folder() / "datasets", keras / "datasets", SYSTEM_DATASETS]


def folders(known: KnownSet) -> list[Path]:
    """Return the folders that are searched for the IDX files of a set, in order."""
    return [place / known.folder for place in places()]


def find_pair(folder: Path, split: str) -> tuple[Path, Path] | None:
    """Return a folder's IDX files of the images and labels of "train" or "test", or None unless both exist."""
    for dot, packed in product("-.", ("", ".gz")):
        images = folder / f"{_PREFIX[split]}-images{dot}idx3-ubyte{packed}"
        if is_file(images) and (labels := idx_sets.labels_beside(images)):
            return images, labels
    return None


def find_copy(known: KnownSet, split: str) -> Path | None:
    """Return the IDX file of a split's images, with its labels beside it, or the archive; None if neither exists."""
    for place in places():
        if pair := find_pair(place / known.folder, split):
            return pair[0]
        if known.archive and is_file(place / known.archive):
            return place / known.archive
    return None


def read_known(
    known: KnownSet, split: str = "test", class_names: Sequence[str] | None = None, limit: int | None = None
) -> Images:
    """Return a split of a published set, or its first ``limit`` images, downloaded first if no copy is found.

    DataError if that fails too.
    """
    path = find_copy(known, split)
    if path is None:
        _fetch(known, split)
        path = find_copy(known, split)
        assert path is not None
    names, source = class_names or known.class_names, f"{known.name}:{split}"
    if path.name == known.archive:
        images = npz.open_file(path, split, names, limit=limit)
        return Images(images.pixels, images.labels, images.class_names, source=source, whole=images.whole)
    return idx_sets.open_file(path, None, names, limit, source=source)


def _fetch(known: KnownSet, split: str) -> None:
    files = known.files[split]
    folder = places()[0] / ("" if known.archive in files else known.folder)
    try:
        fetch(files, folder)
    except DataError as error:
        looked = ", ".join(map(str, folders(known)))
        raise DataError(
            f"{known.name}:{split} is in none of {looked}, and {error}; {known.advice}put "
            f"{' and '.join(files)} into {folder}"
        ) from error


def default_test_set() -> str:
    """Return the name of Fashion-MNIST's test set if there is a copy of it, else of the bundled sample."""
    return FMNIST.name if find_copy(FMNIST, "test") else "sample"
