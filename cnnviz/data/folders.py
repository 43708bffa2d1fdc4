"""Image files in folders, with one sub-folder per class or without classes, and of patterns like ``photos/*.png``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cnnviz.core.errors import DataError, UnknownNameError, UsageError

from .formats.image_file import SUFFIXES
from .formats.readers import file_suffixes
from .image_list import ImageList
from .images import class_index
from .paths import is_file, is_folder, natural_key, one_line, shown, system_errors


def list_folder(folder: Path, class_names: Sequence[str] | None = None) -> ImageList:
    """Return the image files of a folder: those of its sub-folders, one per class, or else its own, without labels.

    With ``class_names`` each sub-folder must be the name or number of one of them, spelled loosely, and labels follow
    that order; without, classes are the sub-folders in natural order. Deeper folders are ignored. DataError for a
    folder with images on both levels, or with none.
    """
    own, left_out = _images_in(folder)
    subfolders = [path for path in _entries(folder) if is_folder(path)]
    inside = {path: _images_in(path) for path in subfolders}
    if not any(found for found, _ in inside.values()):
        if not own:
            kinds = ", ".join(suffix[1:] for suffix in SUFFIXES)
            tables = [path.name for path in _entries(folder) if path.name.lower().endswith(file_suffixes())]
            hint = f"; name one of its files, such as {shown(tables[0])}" if tables else ""
            raise DataError(f"{shown(folder)} holds no images ({kinds}), nor do its sub-folders{hint}")
        return ImageList(own, [path.name for path in own], str(folder), notes=_note(left_out))
    if own:
        raise DataError(
            f"{shown(folder)} holds images both itself and in sub-folders; name a sub-folder, or {folder.name}/*"
        )
    names, numbers = _classes(folder, subfolders, class_names)
    paths = [path for found, _ in inside.values() for path in found]
    counts = [len(found) for found, _ in inside.values()]
    labels = np.repeat(np.asarray(numbers, np.int64), counts)
    left_out += sum(others for _, others in inside.values())
    files = [f"{path.parent.name}/{path.name}" for path in paths]
    return ImageList(paths, files, str(folder), labels, names, _note(left_out))


def list_pattern(pattern: str) -> ImageList:
    """Return the image files that match a pattern with ``*``, ``?`` or ``[…]``, in natural order; DataError if none."""
    path = Path(pattern)
    try:
        found = list(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
    except (ValueError, NotImplementedError, OSError, IndexError) as error:
        raise UsageError(f"{shown(pattern)} is not a valid pattern: {one_line(error)}") from error
    files = [path for path in found if is_file(path)]
    images = sorted((p for p in files if _is_image(p)), key=lambda p: natural_key(str(p)))
    if not images:
        raise DataError(f"no image matches {shown(pattern)}; quote it so that the shell leaves it alone")
    return ImageList(images, distinct_names(images), pattern, notes=_note(len(files) - len(images)))


def distinct_names(paths: Sequence[Path]) -> list[str]:
    """Return names for files: their own names if all differ, else their paths as given."""
    names = [path.name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]


def _classes(folder: Path, subfolders: list[Path], given: Sequence[str] | None) -> tuple[tuple[str, ...], list[int]]:
    if given is None:
        return tuple(path.name for path in subfolders), list(range(len(subfolders)))
    names = tuple(str(name) for name in given)
    try:
        numbers = [class_index(path.name, names) for path in subfolders]
    except UnknownNameError as error:
        raise DataError(f"in {shown(folder)}, {error}") from error
    twice = [path.name for path, number in zip(subfolders, numbers, strict=True) if numbers.count(number) > 1]
    if twice:
        raise DataError(f"in {shown(folder)}, the sub-folders {shown(' and '.join(twice))} are the same class")
    return names, numbers


def _images_in(folder: Path) -> tuple[list[Path], int]:
    """Return a folder's image files and the number of other files; hidden files and Windows' own are ignored."""
    files = [
        path for path in _entries(folder) if is_file(path) and path.name.lower() not in ("thumbs.db", "desktop.ini")
    ]
    images = [path for path in files if _is_image(path)]
    return images, len(files) - len(images)


def _entries(folder: Path) -> list[Path]:
    with system_errors(folder):
        shown_entries = [path for path in folder.iterdir() if not path.name.startswith(".")]
    return sorted(shown_entries, key=lambda path: natural_key(path.name))


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def _note(left_out: int) -> tuple[str, ...]:
    if not left_out:
        return ()
    words = "1 file that is not an image" if left_out == 1 else f"{left_out} files that are not images"
    return (f"left out {words}",)
