"""A source with a train and a test part, opened as two sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .fit import fit_images
from .images import Images
from .kinds import split_names
from .missing import MissingPixels
from .open import open_images
from .spec import PictureSpec

#: Names of the parts, in the order in which they are shown.
PARTS = ("train", "test")


@dataclass(frozen=True, eq=False)
class Opened:
    """A set of pictures, and how many of its values, in which pictures, were missing: those pictures are left out."""

    images: Images
    name: str
    missing_values: int = 0
    missing_pictures: tuple[int, ...] = ()


def open_sets(
    source: Any, other: Any = None, *, drop_missing: bool = True, class_names: Sequence[str] | None = None
) -> tuple[Opened, ...]:
    """Open one set, or two: ``source`` and ``other``, or the train and the test part of a source that has both.

    Sources are those of ``open_images``. A second set of pictures of another size is fitted to the first, and its
    labels are counted through the first one's classes where they have the same names. Pictures with missing values are
    left out, or refused with MissingPixels.
    """
    if other is None:
        parts = _parts(source, drop_missing, class_names)
        if parts is not None:
            return parts
        return (_open(source, None, drop_missing, class_names),)
    first = _open(source, None, drop_missing, class_names)
    second = _open(other, None, drop_missing, class_names)
    if second.images.shape != first.images.shape:
        h, w, c = first.images.shape
        fitted = fit_images(second.images, PictureSpec(h, w, c), "no")
        second = Opened(fitted, second.name, second.missing_values, second.missing_pictures)
    alike = second.images.in_terms_of(first.images.class_names)
    names = (first.name, second.name) if first.name != second.name else (f"{first.name} (1)", f"{second.name} (2)")
    return (
        Opened(first.images, names[0], first.missing_values, first.missing_pictures),
        Opened(alike, names[1], second.missing_values, second.missing_pictures),
    )


def _parts(source: Any, drop_missing: bool, class_names: Sequence[str] | None) -> tuple[Opened, Opened] | None:
    """Open both parts of a source that has them; None for one that is a single set, or names its part."""
    if not isinstance(source, str | Path) or split_names(source) != PARTS:
        return None
    train, test = (_open(f"{source}:{part}", part, drop_missing, class_names) for part in PARTS)
    # Of unnamed classes a part may lack the last ones.
    names = max(train.images.class_names, test.images.class_names, key=len)
    train, test = (replace(one, images=one.images.in_terms_of(names)) for one in (train, test))
    return train, test


def _open(source: Any, name: str | None, drop_missing: bool, class_names: Sequence[str] | None) -> Opened:
    if name is None:
        given = source.source if isinstance(source, Images) else source
        name = str(given) if isinstance(given, str | Path) else "pictures"
        name = next((part for part in PARTS if name.endswith(f":{part}")), Path(name).name or name)
    try:
        return Opened(open_images(source, class_names=class_names), name)
    except MissingPixels as error:
        if not drop_missing:
            raise
        return Opened(error.without(), name, error.values, tuple(error.pictures.tolist()))
