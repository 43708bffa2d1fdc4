"""Find out what a name or a path stands for, and hand it to its reader."""

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
from .formats.readers import READERS, find_reader, format_words
from .image_list import PictureList
from .images import Images
from .known_sets import KNOWN_SETS, find_set, read_known
from .paths import exists, is_file, is_folder, shown, system_errors

#: What is known by name.
NAMES = ("sample", *(name for known in KNOWN_SETS for name in (known.name, f"{known.name}:train")))


def open_path(source: str | Path, class_names: Sequence[str] | None = None, alone: bool = True) -> Images | PictureList:
    """Return the pictures of a named set, file or folder; where they are picture files, the list of those.

    A name that is neither known nor there raises DataError. Only a missing picture that is not ``alone`` is listed: it
    is told of with the others that cannot be read.
    """
    text = str(source)
    if isinstance(source, str):
        name, _, part = text.partition(":")
        if text == "sample":
            return read_sample(class_names)
        if (known := find_set(name)) and part in ("", "train", "test"):
            return read_known(known, part or "test", class_names)
    if not text:
        raise DataError(unknown_name("data set", text, NAMES))
    path, split = _path_and_split(text)
    if is_folder(path):
        return _open_folder(path, split, class_names)
    if is_file(path):
        return _open_file(path, split, class_names)
    if exists(path):
        raise DataError(f"{shown(path)} is neither a file nor a folder")
    if re.search(r"[*?\[]", text):
        return list_pattern(str(path))
    if not alone and path.suffix.lower() in SUFFIXES:
        return PictureList([path], [path.name], str(path))
    if isinstance(source, Path) or re.search(r"[\\/.~]", text):
        raise DataError(f"there is no file or folder {shown(path)}")
    raise DataError(unknown_name("data set", shown(text), NAMES))


def split_names(source: str | Path) -> tuple[str, ...]:
    """Return the parts that a source must be asked for one by one: train and test, or "" where it is all one."""
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
        for reader in READERS:
            if reader.splits and path.name.lower().endswith(reader.code.SUFFIXES):
                return reader.code.file_splits(path)
    return ("",)


def _path_and_split(text: str) -> tuple[Path, str | None]:
    """Take ":train" or ":test" off the end, unless there is a file of that very name."""
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


def _open_folder(folder: Path, split: str | None, class_names: Sequence[str] | None) -> Images | PictureList:
    with system_errors(folder):
        idx = idx_sets.idx_files(folder)
    splits = {part: folder / part for part in ("test", "train") if is_folder(folder / part)}
    if idx:
        part = split or ("test" if "test" in idx else "train")
        if part not in idx:
            raise DataError(f"{shown(folder)} has no IDX file of {part} pictures, only {', '.join(idx)}")
        return idx_sets.open_file(idx[part], None, class_names, f"{folder}:{part}")
    if split is None and splits and not _holds_classes(folder):
        split = next(iter(splits))
    if split is None:
        return list_folder(folder, class_names)
    if split not in splits:
        raise DataError(f"{shown(folder)} has no sub-folder {split}, nor IDX files of it")
    return list_folder(splits[split], class_names)._replace(title=f"{folder}:{split}")


def _holds_classes(folder: Path) -> bool:
    """Tell whether a folder has pictures where list_folder looks for them."""
    try:
        return bool(list_folder(folder).paths)
    except DataError:
        return False


def _open_file(path: Path, split: str | None, class_names: Sequence[str] | None) -> Images | PictureList:
    reader = find_reader(path)
    if split and (reader is None or not reader.splits):
        raise UsageError(f"{shown(path)} is one set without a train and a test part; leave out ':{split}'")
    if reader is None:
        raise DataError(f"{shown(path)} is in no format that can be opened; give one of these: {format_words()}")
    return reader.open(path, split, class_names)
