"""The labels of a CSV table that are no class numbers: names, several names per image, decimal numbers, columns.

A column of names holds one class per image, or several labels joined by ``;`` or ``|``. A space joins labels only where
that is beyond doubt: each word is also a label of its own in another row, or the words are class names that were given.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cnnviz.core.errors import DataError

from ..label_arrays import LabelArray, read_labels
from ..paths import shown
from .limits import MAX_CLASSES, MAX_SET_BYTES

#: Labels with the class names in the order of their numbers or columns, None for numbers.
Named = tuple[LabelArray, "Sequence[str] | None"]

_JOINED = re.compile(r"[;|]")
_MISSING = re.compile(r"(nan|na|n/a|null)?", re.IGNORECASE)


def labels_of_text(cells: Sequence[tuple[int, str]], path: Path, class_names: Sequence[str] | None) -> Named:
    """Return the labels in the cells of a column, each with the number of its line.

    DataError, with the line, for an empty cell among classes or numbers, for words among numbers, and where spaces
    leave open whether a cell holds one label or several.
    """
    texts = [text.strip() for _, text in cells]
    numbers = [number_in(text) for text in texts]
    several = any(_JOINED.search(text) for text in texts)
    if not several and any(number is not None for number in numbers):
        for (line, text), number in zip(cells, numbers, strict=True):
            if number is None:
                raise _fault(path, line, text, "a number, as in other rows")
        return read_labels(np.array(numbers, np.float64), str(path)), class_names
    if several:
        return _rows([_parts(_JOINED.split(text)) for text in texts], path, class_names)
    for (line, _), text in zip(cells, texts, strict=True):
        if _MISSING.fullmatch(text):
            raise _fault(path, line, text, "a class or a number")
    if _spaces_join(texts, path, class_names):
        return _rows([text.split() for text in texts], path, class_names)
    names = _names(set(texts), path, class_names)
    place = {name: i for i, name in enumerate(names)}
    return LabelArray(np.array([place[text] for text in texts], np.int64)), names


def labels_of_columns(table: np.ndarray, names: Sequence[str], path: Path, class_names: Sequence[str] | None) -> Named:
    """Return several labels per image from columns of 0 and 1, uint8 (n, k), in the order of ``class_names`` if given.

    DataError for another value, and for class names that are not those of the columns.
    """
    for name, column in zip(names, table.T, strict=True):
        other = np.flatnonzero(column > 1)
        if other.size:
            raise DataError(
                f"{shown(path)}, image {other[0]}: column {shown(name)!r} holds {column[other[0]]}; it is neither a "
                "pixel nor a label of 0 and 1; remove the column"
            )
    ordered = _names(set(names), path, class_names) if class_names is not None else list(names)
    if len(ordered) != len(names) or len(set(names)) != len(names):
        raise DataError(f"{shown(path)} has columns {', '.join(names)[:200]}; give a class name for each, once")
    return LabelArray(rows=table[:, [list(names).index(name) for name in ordered]].astype(bool)), ordered


def _rows(labels: Sequence[Sequence[str]], path: Path, class_names: Sequence[str] | None) -> Named:
    names = _names({name for row in labels for name in row}, path, class_names)
    if len(names) * len(labels) > MAX_SET_BYTES:
        raise DataError(f"{shown(path)} has {len(names):,} different labels, too many for {len(labels):,} images")
    place = {name: i for i, name in enumerate(names)}
    rows = np.zeros((len(labels), len(names)), bool)
    for row, held in zip(rows, labels, strict=True):
        row[[place[name] for name in held]] = True
    return LabelArray(rows=rows), names


def _parts(words: Sequence[str]) -> list[str]:
    return [word.strip() for word in words if not _MISSING.fullmatch(word.strip())]


def _names(found: set[str], path: Path, class_names: Sequence[str] | None) -> list[str]:
    """Return the names in order: those given, else those found by the alphabet."""
    if class_names is not None:
        unknown = sorted(found - set(class_names))
        if unknown:
            raise DataError(f"{shown(path)} has a label {shown(unknown[0])!r} that is not among the class names")
        return list(class_names)
    if not found or len(found) > MAX_CLASSES:
        raise DataError(f"{shown(path)} has {len(found):,} different labels; they must be names of classes")
    return sorted(found)


def _spaces_join(texts: Sequence[str], path: Path, class_names: Sequence[str] | None) -> bool:
    """Return whether spaces join labels rather than being part of their names; DataError where both may be."""
    different = set(texts)
    spaced = sorted(text for text in different if len(text.split()) > 1)
    if not spaced:
        return False
    if class_names is not None:
        return not set(spaced) <= set(class_names)
    holders: dict[str, set[str]] = {}
    for text in different:
        for word in text.split():
            holders.setdefault(word, set()).add(text)
    if all(word in different for text in spaced for word in text.split()):
        return True
    if all(holders[word] == {text} for text in spaced for word in text.split()):
        return False
    raise DataError(
        f"{shown(path)}: is the label {shown(spaced[0])[:60]!r} one or several? write a;b for several labels, and a_b "
        "for one"
    )


def number_in(text: str) -> float | None:
    """Return the finite number that a cell holds, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _fault(path: Path, line: int, text: str, wanted: str) -> DataError:
    what = repr(shown(text)[:40]) if text else "an empty cell"
    return DataError(f"{shown(path)}, line {line}: column label holds {what}, not {wanted}")
