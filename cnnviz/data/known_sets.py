"""Fashion-MNIST and MNIST in full: what their files are called, and where copies of them are found."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .class_names import DIGITS, FASHION_MNIST
from .idx import read_idx
from .images import Images

SYSTEM_DATASETS = Path("/usr/share/datasets")

#: The name of each split in IDX file names; "test" was the tenth thousand of NIST's special database.
IDX_PREFIX = {"train": "train", "test": "t10k"}


@dataclass(frozen=True)
class KnownSet:
    """A published set: its short name, its folder's name, and its class names."""

    name: str
    folder: str
    class_names: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    package: str | None = None


FMNIST = KnownSet(
    "fmnist", "fashion-mnist", FASHION_MNIST, ("fashion-mnist", "fashion_mnist"), "dataset-fashion-mnist"
)
MNIST = KnownSet("mnist", "mnist", DIGITS)
KNOWN_SETS = (FMNIST, MNIST)


def find_set(name: str) -> KnownSet | None:
    """Return the published set of this name or alias, if there is one."""
    return next((known for known in KNOWN_SETS if name.lower() in (known.name, *known.aliases)), None)


def cache_folder() -> Path:
    """Return the folder that downloads are kept in: ``CNNVIZ_CACHE``, or the user's cache folder."""
    if chosen := os.environ.get("CNNVIZ_CACHE"):
        return Path(chosen)
    import platformdirs

    return platformdirs.user_cache_path("cnnviz", appauthor=False)


def folders(known: KnownSet) -> list[Path]:
    """Return the folders to look in, in order: cnnviz' cache, Keras' cache, the system's data sets."""
    keras = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    return [
        cache_folder() / "datasets" / known.folder,
        keras / "datasets" / known.folder,
        SYSTEM_DATASETS / known.folder,
    ]


def find_pair(folder: Path, split: str) -> tuple[Path, Path] | None:
    """Return the IDX files of pictures and labels of a split ("train" or "test") in a folder, if both are there."""
    found = []
    for part in ("images-idx3-ubyte", "labels-idx1-ubyte"):
        name = f"{IDX_PREFIX[split]}-{part}"
        there = [path for path in (folder / f"{name}.gz", folder / name) if path.is_file()]
        if not there:
            return None
        found.append(there[0])
    return found[0], found[1]


def read_known(known: KnownSet, split: str = "test") -> Images:
    """Return a split of a published set."""
    for folder in folders(known):
        if pair := find_pair(folder, split):
            pixels, labels = read_idx(pair[0], 3), read_idx(pair[1], 1)
            return Images(pixels, labels.astype(np.int64), known.class_names, source=f"{known.name}:{split}")
    from cnnviz.core.errors import DataError

    raise DataError(f"{known.name} was not found in {', '.join(map(str, folders(known)))}")
