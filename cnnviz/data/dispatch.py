"""Dispatch of a name or path: a bundled or published set, a folder, or the reader of a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from cnnviz.core.errors import DataError, UsageError
from cnnviz.core.names import unknown_name

from .bundled_sample import read_sample
from .folders import list_folder, list_pattern
from .formats import idx_sets
from .formats.image_file import SUFFIXES
from .formats.readers import file_splits, find_reader, format_words
from .image_list import ImageList
from .images import Images
from .input_spec import InputSpec
from .known_sets import KNOWN_SETS, find_set, read_known
from .paths import exists, is_file, is_folder, shown, system_errors

#: Data sets that can be opened by name.
NAMES = ("sample", *(name for known in KNOWN_SETS for name in (known.name, f"{known.name}:train")))


def open_path(
    source: str | Path,
    class_names: Sequence[str] | None = None,
    alone: bool = True,
    like: InputSpec | None = None,
    limit: int | None = None,
) -> Images | ImageList:
    """Return the images of a named set, a file or a folder, or an ImageList where they are image files.

    The input of a model, ``like``, decides about the axes of arrays that may be read in two ways, see as_pixels. No
    more than the first ``limit`` images of a file are read into memory, though more may be returned.
    DataError for a name that is neither known nor exists. A missing image file raises it only if it is opened
    ``alone``; among others it is listed, and reported later with all unreadable files.
    """
    text = str(source)
    if isinstance(source, str):
        name, _, part = text.partition(":")
        if text == "sample":
            return read_sample(class_names)
        if (known := find_set(name)) and part in ("", "train", "test"):
            return read_known(known, part or "test", class_names, limit)
    if not text:
        raise DataError(unknown_name("data set", text, NAMES))
    path, split = _path_and_split(text)
    if is_folder(path):
        return _open_folder(path, split, class_names, limit)
    if is_file(path):
        return _open_file(path, split, class_names, like, limit)
    if exists(path):
        raise DataError(f"{shown(path)} is neither a file nor a folder")
    if re.search(r"[*?\[]", text):
        return list_pattern(str(path))
    if not alone and path.suffix.lower() in SUFFIXES:
        return ImageList([path], [path.name], str(path))
    if isinstance(source, Path) or re.search(r"[\\/.~]", text):
        raise DataError(f"there is no file or folder {shown(path)}")
    raise DataError(unknown_name("data set", shown(text), NAMES))


def split_names(source: str | Path) -> tuple[str, ...]:
    """Return ("train", "test") for a source that holds both and is opened part by part, else ("",)."""
    text = str(source)
    if isinstance(source, str) and find_set(text):
        return "train", "test"
    path, split = _path_and_split(text)
    if split is None and is_folder(path):
        try:
            idx = idx_sets.idx_files(path)
        except OSError:
            idx = {}
        both = set(idx) if idx else {part for part in ("train", "test") if is_folder(path / part)}
        return ("train", "test") if len(both) == 2 and (idx or not _holds_classes(path)) else ("",)
    if split is None and is_file(path):
        return file_splits(path)
    return ("",)


def _path_and_split(text: str) -> tuple[Path, str | None]:
    """Split ":train" or ":test" off the end, unless a file of that very name exists."""
    before, colon, after = text.rpartition(":")
    whole = _path(text)
    if colon and before and after in ("train", "test") and not exists(whole):
        return _path(before), after
    return whole, None


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:  # ~nobody-of-that-name
        return Path(text)


def _open_folder(
    folder: Path, split: str | None, class_names: Sequence[str] | None, limit: int | None
) -> Images | ImageList:
    with system_errors(folder):
        idx = idx_sets.idx_files(folder)
    splits = {part: folder / part for part in ("test", "train") if is_folder(folder / part)}
    if idx:
        part = split or ("test" if "test" in idx else "train")
        if part not in idx:
            raise DataError(f"{shown(folder)} has no IDX file of {part} images, only {', '.join(idx)}")
        return idx_sets.open_file(idx[part], None, class_names, limit, source=f"{folder}:{part}")
    if split is None and splits and not _holds_classes(folder):
        split = next(iter(splits))
    if split is None:
        return list_folder(folder, class_names)
    if split not in splits:
        raise DataError(f"{shown(folder)} has no sub-folder {split}, nor IDX files of it")
    return list_folder(splits[split], class_names)._replace(title=f"{folder}:{split}")


def _holds_classes(folder: Path) -> bool:
    """Return whether a folder has images where list_folder looks for them."""
    try:
        return bool(list_folder(folder).paths)
    except DataError:
        return False


def _open_file(
    path: Path,
    split: str | None,
    class_names: Sequence[str] | None,
    like: InputSpec | None,
    limit: int | None,
) -> Images | ImageList:
    reader = find_reader(path)
    if split and (reader is None or not reader.splits):
        raise UsageError(f"{shown(path)} is one set without a train and a test part; leave out ':{split}'")
    if reader is None:
        raise DataError(f"{shown(path)} is not in a supported format; give one of these: {format_words()}")
    return reader.open(path, split, class_names, like, limit)
