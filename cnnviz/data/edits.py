"""Notes on edits made to images when they were read, one phrase per kind of edit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from .fit import Fit


class Edit(NamedTuple):
    """An edit made to an image while it was read.

    ``step`` is its place in the order of processing. ``one`` is the phrase for a single image, ``many`` that for
    several, where "{}" stands for their number ("12 images").
    """

    step: int
    one: str
    many: str


FIRST_FRAME = Edit(0, "first frame only", "first frame only of {}")
FIRST_PAGE = Edit(0, "first page only", "first page only of {}")
PAGES = Edit(0, "pages read as channels", "pages of {} read as channels")
WINDOWED = Edit(1, "shown through its own window", "shown {} through their own windows")
HOUNSFIELD = Edit(1, "no window: -1024 to 3071 HU", "no window in {}: -1024 to 3071 HU")
FULL_RANGE = Edit(1, "no window: lowest to highest value", "no window in {}: each from its lowest to its highest value")
DARK = Edit(1, "colors of 16 bits hold only values below 4096", "colors of 16 bits hold only values below 4096 in {}")
DEPTH = Edit(1, "reduced from 16 to 8 bits", "reduced {} from 16 to 8 bits")
GRAYSCALE = Edit(3, "converted to grayscale", "converted {} to grayscale")
REPEATED = Edit(3, "grayscale repeated to 3 channels", "grayscale repeated to 3 channels in {}")
UPRIGHT = Edit(4, "orientation corrected", "orientation corrected in {}")


def white_taken(note: str) -> Edit:
    """Return the edit of taking the value that a note names (see white.py) for white."""
    for before, words in (
        (" values: ", " values in {}: "),
        (" is white, ", " is white in {}, "),
        (" as ", " in {} as "),
    ):
        if before in note:
            return Edit(1, note, note.replace(before, words, 1))
    return Edit(1, note, note)


def transparency_filled(color: str) -> Edit:
    """Return the edit of filling transparent pixels with "black" or "white"."""
    return Edit(2, f"transparency filled with {color}", f"transparency filled with {color} in {{}}")


def resized(before: tuple[int, int], after: tuple[int, int], fit: Fit) -> Edit:
    """Return the edit of resizing between two sizes (height, width)."""
    (h, w), (height, width), how = before, after, fit.words(before, after)
    return Edit(5, f"resized from {w}×{h} to {width}×{height} ({how})", f"resized {{}} to {width}×{height} ({how})")


def phrases(edits: Iterable[Edit], images: int) -> tuple[str, ...]:
    """Return one phrase for each kind of edit, in the order of their steps; ``images`` is how many images there are."""
    if images == 1:
        return tuple(edit.one for edit in sorted(edits))
    counts = Counter((edit.step, edit.many) for edit in edits)
    return tuple(many.format(f"{count} image{'s' if count > 1 else ''}") for (_, many), count in sorted(counts.items()))
