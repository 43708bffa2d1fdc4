"""Images: a set of images with labels, class names and origin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from cnnviz.core.errors import DataError, UnknownNameError, UsageError
from cnnviz.core.hashing import array_hash
from cnnviz.core.names import plain
from cnnviz.core.targets import ClassLike, OneClass

from .bands import MOST, BandsLike, bands_from, check_bands
from .class_names import used_names
from .drawn import Drawn
from .fit import Fit
from .formats.limits import MAX_CLASSES
from .label_arrays import checked_rows
from .one_image import is_one_image
from .pixel_range import OF_8_BITS, pixel_range
from .portions import all_finite
from .white import WhiteLike, white_from
from .with_white import with_white


@dataclass(frozen=True, eq=False)
class Images(Drawn):
    """A set of images of one size, with labels, class names, origin and notes.

    ``pixels`` is (n, h, w, c) with c from 1 to 16: uint8 in 0…255, or float32 in the range of the source, 0…255 of
    resized bytes. ``labels`` is (n,) int64 into ``class_names``, or None. ``label_rows`` is what images are labeled
    with in place of one class each, else None: bool (n, k), which of the k ``class_names`` an image has, or float64 (n,
    k), numbers to predict, with k names or none. ``source`` says where the images came from and ``indices`` (n,) int64
    their positions there. ``notes`` lists what was done to them since (resized, converted to grayscale, inverted), one
    phrase each. ``names`` holds one name per image, such as its file, or is empty. ``peak`` is the pixel value of full
    brightness: 255, 1 for floats from 0 to 1, that of 12, 14 or 16 bits, or a given one. ``scaled`` is the lowest and
    highest value of pixels that are a model's inputs already, because they are negative, else None. Both are set once
    for a whole set, by the bulk of its values: see pixel_range.py. ``fit`` is how images of another shape came, or
    would have come, into this one; None if that never was a question. ``paths`` are the files that the images were read
    from, one for each, or () (see originals.py), and ``whole`` is how many images the set had that these were taken
    from. ``bands`` are the numbers of the three channels that are drawn as red, green and blue, or of the one drawn in
    gray, counted from 1; () for the first three, or the first of two.

    An array of one image (h, w, c) is accepted too. DataError for other arrays, and labels that do not match.
    """

    pixels: np.ndarray
    labels: np.ndarray | None = None
    class_names: tuple[str, ...] = ()
    source: str = "array"
    indices: np.ndarray | None = None
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    peak: float = 0.0
    scaled: tuple[float, float] | None = None
    fit: Fit | None = None
    paths: tuple[Path, ...] = ()
    label_rows: np.ndarray | None = None
    whole: int = field(default=0, compare=False)
    bands: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        pixels = np.asarray(self.pixels)
        if pixels.ndim == 3:
            given = self.labels if self.label_rows is None else self.label_rows
            count = None if given is None else len(given)
            pixels = pixels[None] if is_one_image(pixels.shape, "the array", labels=count) else pixels[..., None]
        if pixels.ndim != 4 or not 1 <= pixels.shape[3] <= MOST:
            raise DataError(f"images must have shape (n, h, w) or (n, h, w, 1 to {MOST}), not {pixels.shape}")
        check_bands(self.bands, pixels.shape[3])
        whole = pixels.dtype.kind in "iu"
        if pixels.dtype != np.uint8:
            if pixels.dtype.kind not in "fiub":
                raise DataError(f"pixels must be numbers, not {pixels.dtype}")
            if whole and pixels.size and pixels.min() >= 0 and pixels.max() <= 255:
                if pixels.dtype == np.uint16 and not self.peak:
                    object.__setattr__(self, "notes", (*self.notes, OF_8_BITS))
                pixels = pixels.astype(np.uint8)
            else:
                with np.errstate(over="ignore"):
                    pixels = pixels.astype(np.float32, copy=False)
                if not all_finite(pixels):
                    raise DataError("the pixels hold NaN or infinity; clean the data first")
        object.__setattr__(self, "pixels", pixels)
        object.__setattr__(self, "whole", self.whole or len(pixels))
        if not self.peak:
            found = pixel_range(pixels, whole)
            object.__setattr__(self, "peak", found.peak)
            object.__setattr__(self, "scaled", found.scaled)
            object.__setattr__(self, "notes", self.notes + found.notes)
        self._check_labels()
        indices = np.arange(len(pixels)) if self.indices is None else np.asarray(self.indices, np.int64).reshape(-1)
        for what, held in (("indices", indices), ("names", self.names), ("paths", self.paths)):
            if len(held) not in ((len(pixels),) if what == "indices" else (0, len(pixels))):
                raise DataError(f"{len(pixels)} images but {len(held)} {what}")
        object.__setattr__(self, "indices", indices)

    def _check_labels(self) -> None:
        if self.label_rows is not None:
            if self.labels is not None:
                raise DataError("images have one class each or rows of labels, not both")
            rows, names = checked_rows(np.asarray(self.label_rows), len(self.pixels), self.class_names)
            object.__setattr__(self, "label_rows", rows)
            object.__setattr__(self, "class_names", names)
        if self.labels is None:
            return
        labels = np.asarray(self.labels)
        if labels.shape != (len(self.pixels),):
            raise DataError(f"{len(self.pixels)} images but {len(labels)} labels; they must match one to one")
        if labels.dtype.kind not in "iu":
            raise DataError(f"labels must be whole numbers, not {labels.dtype}")
        labels = labels.astype(np.int64)
        names = self.class_names
        if not names and len(labels):
            if int(labels.max()) >= MAX_CLASSES:
                raise DataError(f"there is a label {labels.max()}; labels are class numbers, counted from 0")
            names = tuple(f"class {i}" for i in range(int(labels.max()) + 1))
            object.__setattr__(self, "class_names", names)
        if len(labels) and (labels.min() < 0 or labels.max() >= len(names)):
            raise DataError(f"labels run from {labels.min()} to {labels.max()} but there are {len(names)} class names")
        object.__setattr__(self, "labels", labels)

    @property
    def without_classes(self) -> str:
        """Why the images have no class each, in words; "" if they have."""
        if self.label_rows is not None:
            return "several labels per image" if self.label_rows.dtype == bool else "numbers as labels"
        return "no labels" if self.labels is None else ""

    def __len__(self) -> int:
        return len(self.pixels)

    def __iter__(self) -> Iterator[Images]:
        return (self.take([i]) for i in range(len(self)))

    def __getitem__(self, which: int | slice | Sequence[int] | np.ndarray) -> Images:
        if isinstance(which, int | np.integer):
            return self.take([int(which)])
        return self.take(np.arange(len(self))[which])

    def __repr__(self) -> str:
        n, h, w, c = self.pixels.shape
        count = len(self.class_names)
        labeled = ", " + (self.without_classes or f"{count} class{'' if count == 1 else 'es'}")
        return f"Images({n} of {h}×{w}×{c} {self.pixels.dtype}{labeled}, from {self.source!r})"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of one image."""
        h, w, c = self.pixels.shape[1:]
        return h, w, c

    def with_bands(self, bands: BandsLike) -> Images:
        """Return the same images, drawn by these bands: three numbers or one, counted from 1; None keeps the choice.

        UsageError for a band that they do not have.
        """
        return self if bands is None else replace(self, bands=bands_from(bands))

    def with_white(self, white: WhiteLike) -> Images:
        """Return the same images with another value of white (see open_images); None keeps it.

        UsageError for images whose pixels were made with another white when they were read or inverted.
        """
        return with_white(self, white_from(white))

    @cached_property
    def hash(self) -> str:
        """Content hash of pixels and labels, 16 hex digits."""
        return array_hash(self.pixels, self.labels, *(() if self.label_rows is None else (self.label_rows,)))

    def take(self, positions: Sequence[int] | np.ndarray) -> Images:
        """Return the images at these positions, in this order; one out of range raises UsageError."""
        chosen = np.asarray(positions, dtype=np.int64).reshape(-1)
        outside = chosen[(chosen < -len(self)) | (chosen >= len(self))]
        if outside.size:
            raise UsageError(
                f"there is no image {outside[0]}: {self.source} has {len(self)}, numbered 0 to {len(self) - 1}"
            )
        assert self.indices is not None
        return replace(
            self,
            pixels=self.pixels[chosen],
            labels=None if self.labels is None else self.labels[chosen],
            label_rows=None if self.label_rows is None else self.label_rows[chosen],
            indices=self.indices[chosen],
            names=tuple(self.names[i] for i in chosen) if self.names else (),
            paths=tuple(self.paths[i] for i in chosen) if self.paths else (),
        )

    def numbered(self, numbers: Sequence[int] | np.ndarray) -> Images:
        """Return the images with these numbers in ``indices``, in this order; a missing one raises UsageError."""
        assert self.indices is not None
        place = {int(number): position for position, number in enumerate(self.indices)}
        for number in numbers:
            if int(number) not in place:
                raise UsageError(
                    f"there is no image {number} in {self.source}: it has {len(self)}, numbered "
                    f"{self.indices.min()} to {self.indices.max()}"
                    + ("" if len(self) == np.ptp(self.indices) + 1 else " with gaps")
                )
        return self.take([place[int(number)] for number in numbers])

    def of_class(self, name: str | int) -> Images:
        """Return the images of a class, given by name (spelled loosely) or number; UsageError without labels."""
        if self.labels is None:
            raise UsageError(f"{self.source} has {self.without_classes}, so no class can be chosen from it")
        return self.take(np.flatnonzero(self.labels == class_index(name, self.class_names)))

    def in_terms_of(self, class_names: Sequence[str]) -> Images:
        """Return the same images with labels that are numbers of ``class_names``, such as a model's.

        If every class of the set is one of those names, however spelled, labels are renumbered. If the set's names are
        only numbers, and as many of them, it takes over the names in order; higher numbers without images do not count.
        Otherwise the classes differ and the images are returned unchanged. Columns of labels are ordered likewise, if
        the set has exactly these labels.
        """
        names = tuple(class_names)
        if self.label_rows is not None:
            return self._rows_in_terms_of(names)
        if self.labels is None or self.class_names == names:
            return self
        order = self.places_among(names)
        return self if order is None else replace(self, labels=order[self.labels], class_names=names)

    def _rows_in_terms_of(self, names: tuple[str, ...]) -> Images:
        rows, own = self.label_rows, [plain(name) for name in self.class_names]
        spelled = [plain(name) for name in names]
        assert rows is not None
        if rows.dtype != bool or self.class_names == names or len(own) != len(names):
            return self
        if len(set(own)) == len(own) and set(own) == set(spelled):
            return replace(self, label_rows=rows[:, [own.index(name) for name in spelled]], class_names=names)
        numbered = any(own == [f"{word}{i}" for i in range(len(own))] for word in ("", "label"))
        return replace(self, class_names=names) if numbered else self

    def places_among(self, class_names: Sequence[str]) -> np.ndarray | None:
        """Return the number among ``class_names`` of each class of a labeled set, int64, or None if classes differ.

        See ``in_terms_of``.
        """
        assert self.labels is not None
        names = tuple(class_names)
        spelled = [plain(name) for name in names]
        # Labels without names are given ten names, even if there are only two classes.
        highest = max(len(names) - 1, int(self.labels.max(initial=0)))
        used = used_names(self.class_names, highest)
        # Exact names tell "C" from "C#".
        if len(set(names)) == len(names) and set(used) <= set(names):
            return np.array([names.index(name) for name in used])
        own = [plain(name) for name in used]
        if len(set(spelled)) == len(names) and len(set(own)) == len(own) and set(own) <= set(spelled):
            return np.array([spelled.index(name) for name in own])
        if len(own) == len(names) and own in (
            [f"{i}" for i in range(len(own))],
            [f"class{i}" for i in range(len(own))],
        ):
            return np.arange(len(own))
        return None

    def with_notes(self, *notes: str) -> Images:
        """Return the same images with these phrases added to the notes."""
        return replace(self, notes=self.notes + tuple(notes))


def class_index(name: ClassLike, class_names: Sequence[str]) -> int:
    """Return the number of a class given by name (case, spaces and dashes do not matter) or by number.

    An exact name comes first, then one that differs in these only, then a unique prefix or suffix: "t-shirt" finds
    "T-shirt/top" and "boot" finds "Ankle boot". A target of one class stands for that class. UsageError for a name that
    fits several classes, UnknownNameError for anything else.
    """
    if isinstance(name, OneClass):
        name = name.index
    text = str(name)
    if text.isdecimal() and text not in class_names:
        if int(text) < len(class_names):
            return int(text)
        raise UnknownNameError("class", text, class_names)
    wanted = plain(text)
    names = [plain(known) for known in class_names]
    for matches in (
        [i for i, known in enumerate(class_names) if known == text],
        [i for i, known in enumerate(class_names) if known.casefold() == text.casefold()],
        [i for i, known in enumerate(names) if wanted and known == wanted],
        [i for i, known in enumerate(names) if wanted and known.startswith(wanted)],
        [i for i, known in enumerate(names) if wanted and known.endswith(wanted)],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            fitting = " and ".join(f"{class_names[i]!r} ({i})" for i in matches[:4])
            raise UsageError(f"the class {text!r} fits {fitting}; give the exact name, or the number")
    raise UnknownNameError("class", text, class_names)
