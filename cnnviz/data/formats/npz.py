"""NumPy archives: arrays named as in Keras (x_train) or reversed (train_x), unnamed in order, or a single array."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from cnnviz.core.errors import DataError, UsageError

from ..fit import Fit, fit_from
from ..images import Images
from ..input_spec import InputSpec
from ..paths import one_line, shown
from ..stored_images import stored_images
from .file_head import FileHead
from .limits import MAX_DEFLATE_RATIO, most_bytes, size_words
from .npy import NUMBERS, stored_npy
from .stored_array import StoredArray

SUFFIXES = (".npz",)

_IMAGES = ("x", "images", "pixels", "data", "pictures")
_LABELS = ("y", "labels", "label", "targets")
#: The order of unnamed arrays: train images, train labels, test images, test labels.
_UNNAMED = {"train": ("arr_0", "arr_1"), "test": ("arr_2", "arr_3")}
#: Arrays of text that may be beside the images.
_WORDS = ("class_names", "notes", "notes_train", "notes_test", "fit")
#: Bytes that these may take.
_MOST_WORDS = 2**24


def recognizes(file: FileHead) -> bool:
    """Return whether a file's name ends in .npz or the file begins with a zip archive's signature."""
    return file.name.endswith(SUFFIXES) or file.start.startswith(b"PK")


def open_file(
    path: Path,
    split: str | None = None,
    class_names: Sequence[str] | None = None,
    like: InputSpec | None = None,
    limit: int | None = None,
) -> Images:
    """Return the images of an .npz archive; those of ``split``, "train" or "test" (the default), if it has both.

    Only the arrays that are needed are read, of the images at most ``limit``, the first ones. DataError for a file that
    is not a zip archive, is damaged or too large, or has no array of images.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {
                info.filename.removesuffix(".npy"): info
                for info in archive.infolist()
                if info.filename.endswith(".npy")
            }
            words = {name: members.pop(name) for name in _WORDS if name in members and len(members) > 1}
            images, labels, chosen = _choose(path, list(members), split)
            if class_names is None and labels is not None:
                class_names = _read_words(archive, words.get("class_names"), path)
            notes = _read_words(archive, words.get(f"notes_{chosen}" if chosen else "notes"), path)
            source = f"{path}:{chosen}" if chosen else str(path)
            pixels = stored_member(archive, members[images], path)
            numbers = None if labels is None else read_member(archive, members[labels], path)
            made = stored_images(pixels, numbers, source, class_names, limit, like).with_notes(*(notes or ()))
            return replace(made, fit=_read_fit(archive, words.get("fit"), path))
    except (DataError, MemoryError):
        raise
    except OSError as error:
        raise DataError(f"cannot read {shown(path)}: {one_line(error.strerror or error)}") from error
    except Exception as error:  # zipfile raises a dozen types on a damaged archive
        raise DataError(f"{shown(path)} is not an .npz archive, or damaged ({one_line(error)})") from error


def file_splits(path: Path) -> tuple[str, ...]:
    """Return ("train", "test") for an archive that holds both, else ("",), also for one that cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
    except (OSError, zipfile.BadZipFile):
        return ("",)
    both = set(_UNNAMED["train"] + _UNNAMED["test"]) <= set(names) or (_pair(names, "train") and _pair(names, "test"))
    return ("train", "test") if both else ("",)


def _read_words(archive: zipfile.ZipFile, info: zipfile.ZipInfo | None, path: Path) -> tuple[str, ...] | None:
    """Return a row of words, or None for any other array, since other programs may use the same name."""
    if info is None or info.file_size > _MOST_WORDS:
        return None
    try:
        held = read_member(archive, info, path, "U")
    except DataError:
        return None
    return tuple(held.tolist()) if held.ndim == 1 else None


def _read_fit(archive: zipfile.ZipFile, info: zipfile.ZipInfo | None, path: Path) -> Fit | None:
    """Return how the images were fitted when cnnviz wrote them, None if it does not say."""
    try:
        return fit_from((_read_words(archive, info, path) or (None,))[0])
    except UsageError:
        return None


def _choose(path: Path, names: list[str], split: str | None) -> tuple[str, str | None, str | None]:
    """Return the names of the arrays of images and of labels, and the chosen split if there are splits."""
    if not names:
        raise DataError(f"{shown(path)} holds no arrays")
    splits = {}
    for part in ("test", "train"):
        found = _pair(names, part)
        if found:
            splits[part] = found
    if not splits and set(_UNNAMED["train"] + _UNNAMED["test"]) <= set(names):
        splits = dict(_UNNAMED)
    if splits:
        chosen = split or ("test" if "test" in splits else "train")
        if chosen not in splits:
            raise DataError(f"{shown(path)} has no {chosen} images; it holds {_listed(names)}")
        return *splits[chosen], chosen
    if split:
        raise DataError(f"{shown(path)} has no {split} images; it holds {_listed(names)}")
    alone = _pair(names, "")
    if alone:
        return *alone, None
    if len(names) == 1:
        return names[0], None, None
    if set(names) == {"arr_0", "arr_1"}:
        return "arr_0", "arr_1", None
    raise DataError(f"{shown(path)} holds {_listed(names)}; the arrays must be called x_train, y_train, x_test, y_test")


def _pair(names: list[str], split: str) -> tuple[str, str | None] | None:
    """Return the names of a split's images and labels, such as x_train or train_x; for the split "", x and y."""

    def first(words: Sequence[str]) -> str | None:
        by_name = {name.lower(): name for name in names}
        spelled = [(f"{word}_{split}", f"{split}_{word}") if split else (word,) for word in words]
        return next((by_name[s] for both in spelled for s in both if s in by_name), None)

    images = first(_IMAGES)
    return None if images is None else (images, first(_LABELS))


def _listed(names: list[str]) -> str:
    return ", ".join(shown(name)[:40] for name in names[:8]) + (", …" if len(names) > 8 else "")


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Return all arrays of an archive, by name; whatever zipfile raises for a damaged one, DataError for an array.

    DataError for arrays that together take more memory than a set may.
    """
    with zipfile.ZipFile(path) as archive:
        total = sum(member.file_size for member in archive.infolist())
        most, bound = most_bytes()
        if total > most:
            raise DataError(f"{shown(path)} takes {size_words(total)} in memory, more than {bound}")
        return {
            member.filename.removesuffix(".npy"): read_member(archive, member, path) for member in archive.infolist()
        }


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, kinds: str = NUMBERS) -> np.ndarray:
    """Return one array of an archive; see stored_member."""
    return stored_member(archive, info, path, kinds).whole()


def stored_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, kinds: str = NUMBERS) -> StoredArray:
    """Return one array of an open archive; DataError, before any memory is taken, if its sizes are inconsistent.

    ``kinds`` are NumPy's letters for the types allowed: numbers, or "U" for words.
    """
    where = f"{shown(path)}, array {shown(info.filename.removesuffix('.npy'))[:60]},"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(f"{where} uses an unusual compression; save the archive again with numpy.savez_compressed")
    packed = min(info.compress_size, path.stat().st_size)
    most = packed * (MAX_DEFLATE_RATIO if info.compress_type == zipfile.ZIP_DEFLATED else 1)
    if info.file_size > most:
        raise DataError(
            f"{where} is damaged: its header promises {size_words(info.file_size)} from {size_words(packed)} packed"
        )

    @contextmanager
    def opened() -> Iterator[BinaryIO]:
        with archive.open(info) as member:
            yield cast(BinaryIO, member)

    return stored_npy(opened, info.file_size, where.rstrip(","), kinds=kinds)
