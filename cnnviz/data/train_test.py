"""Two sets opened together: two sources, or the train and test parts of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.errors import DataError

from .class_names import used_names
from .dispatch import split_names
from .fit import FitLike
from .fit_images import fit_images
from .formats.limits import check_set_size
from .images import Images
from .input_spec import InputSpec
from .missing_values import MissingPixels
from .open import open_images
from .white import WhiteLike

#: Names of the parts, in the order in which they are shown.
PARTS = ("train", "test")


@dataclass(frozen=True, eq=False)
class Opened:
    """A set of images without those that have missing values, and a ``name`` for it, such as "train".

    ``missing_values`` counts the missing values, ``missing_pictures`` holds the positions of the images left out.
    """

    images: Images
    name: str
    missing_values: int = 0
    missing_pictures: tuple[int, ...] = ()


def open_sets(
    source: Any,
    other: Any = None,
    *,
    drop_missing: bool = True,
    class_names: Sequence[str] | None = None,
    fit: FitLike = None,
    white: WhiteLike = None,
) -> tuple[Opened, ...]:
    """Return one or two sets: ``source`` and ``other``, or the train and test parts of a source that has both.

    Sources, ``fit`` and ``white`` are those of ``open_images``. A second set of another size or range is fitted to the
    first, and its labels are renumbered to the first one's classes where they have the same names. Images with missing
    values are left out, or raise MissingPixels without ``drop_missing``.
    """
    if other is None:
        if not isinstance(source, str | Path) or split_names(source) != PARTS:
            return (_open(source, None, drop_missing, class_names, fit, white),)
        first, second = (_open(f"{source}:{part}", part, drop_missing, class_names, fit, white) for part in PARTS)
        # A part may lack the last of the unnamed classes.
        names = max(first.images.class_names, second.images.class_names, key=len)
        first = replace(first, images=first.images.in_terms_of(names))
    else:
        first, second = (_open(one, None, drop_missing, class_names, fit, white) for one in (source, other))
        if first.name == second.name:
            first, second = replace(first, name=f"{first.name} (1)"), replace(second, name=f"{second.name} (2)")
    return first, replace(second, images=beside(first.images, second.images, fit))


def beside(first: Images, second: Images, fit: FitLike) -> Images:
    """Return the second set with the size and pixel range of the first, and its classes where they are the same."""
    if second.shape != first.shape:
        second = fit_images(second, InputSpec(*first.shape), "no", fit)
    if second.peak != first.peak:
        check_set_size(second.source, len(second), second.shape, 4)
        pixels = second.pixels.astype(np.float32) * np.float32(first.peak) / np.float32(second.peak)
        whole = np.rint(pixels)
        # Bytes that were divided become the same bytes again, so that copies are recognized.
        if first.pixels.dtype == np.uint8 and np.abs(whole - pixels).max() < 1e-3 and pixels.min() >= 0:
            pixels = whole.astype(np.uint8)
        words = f"scaled from 0…{second.peak:g} to 0…{first.peak:g}"
        second = replace(second, pixels=pixels, peak=first.peak).with_notes(words)
    return second.in_terms_of(first.class_names)


def without_unused(opened: tuple[Opened, ...]) -> tuple[Opened, ...]:
    """Return the same sets without the last classes that have only numbers for names and no images in any set."""
    names = opened[0].images.class_names
    labels = [one.images.labels for one in opened if one.images.class_names == names]
    highest = max((int(own.max()) for own in labels if own is not None and len(own)), default=len(names) - 1)
    used = used_names(names, highest)
    if used == names:
        return opened
    return tuple(
        replace(one, images=replace(one.images, class_names=used)) if one.images.class_names == names else one
        for one in opened
    )


def open_splits(
    source: str | Path, class_names: Sequence[str] | None = None, fit: FitLike = None, white: WhiteLike = None
) -> dict[str, Images]:
    """Return the images of a source by split: {"train": …, "test": …}, or {"": …} if it has only one part.

    As ``open_sets``, but MissingPixels where values are missing, and DataError if the parts have different classes.
    """
    opened = open_sets(source, drop_missing=False, class_names=class_names, fit=fit, white=white)
    if len(opened) < 2:
        return {"": opened[0].images}
    train, test = (one.images for one in opened)
    if train.labels is not None and test.labels is not None and train.class_names != test.class_names:
        raise DataError(
            f"{source}: train has the classes {_listed(train)} and test {_listed(test)}; "
            f"name one of them: {source}:train"
        )
    return {one.name: one.images for one in opened}


def _listed(images: Images) -> str:
    names = images.class_names
    return ", ".join(names[:6]) + (", …" if len(names) > 6 else "")


def _open(
    source: Any,
    name: str | None,
    drop_missing: bool,
    class_names: Sequence[str] | None,
    fit: FitLike,
    white: WhiteLike,
) -> Opened:
    if name is None:
        given = source.source if isinstance(source, Images) else source
        name = str(given) if isinstance(given, str | Path) else "images"
        name = next((part for part in PARTS if name.endswith(f":{part}")), Path(name).name or name)
    try:
        return Opened(open_images(source, class_names=class_names, fit=fit, white=white), name)
    except MissingPixels as error:
        if not drop_missing:
            raise
        return Opened(error.without().with_white(white), name, error.values, tuple(error.pictures.tolist()))
