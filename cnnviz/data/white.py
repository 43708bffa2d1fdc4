"""The value of white: what the caller says of it, and what is said where only the values of a set tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from cnnviz.core.errors import UsageError

#: White in images of 8, 10, 12, 14 and 16 bits.
WHITE_OF_BITS = {8: 255.0, 10: 1023.0, 12: 4095.0, 14: 16383.0, 16: 65535.0}
#: Depths that the values of a set are taken to have, where no type of number and no file says it.
ASSUMED_BITS = (12, 14)
#: Below this, values that 14 bits hold may as well be shares of 1 times 10,000, as satellite images come.
REFLECTANCE = 16_000.0
#: How another white is given, at the end of a note on an assumed one.
OPTION = "--white, in Python white="
#: How the reason of a scale ends that is in doubt because white is.
WHITE_DOUBT = "is white is read from the images alone"

#: What is accepted as white: a number of bits (8, 10, 12, 14 or 16), the value itself, such as 10000, or None or "auto"
#: to leave it to the type and the values of a set.
WhiteLike: TypeAlias = "str | float | None"


def white_from(given: WhiteLike) -> float | None:
    """Return the value of white that a caller named, or None where it was left open; UsageError for anything else."""
    if given is None or given == "auto":
        return None
    try:
        value = float("nan") if isinstance(given, bool) else float(given)
    except (TypeError, ValueError):
        value = float("nan")
    if not (np.isfinite(value) and value > 0):
        raise UsageError(
            f"white is a number of bits, {', '.join(map(str, WHITE_OF_BITS))}, or a value above 0, such as 10000, or "
            f"auto, not {repr(given)[:40]}"
        )
    return WHITE_OF_BITS.get(int(value), value) if value == int(value) else value


def depth_words(bits: int, highest: float) -> str:
    """Return the note on a set that is read as so many bits; ``highest`` is its highest value, outliers aside."""
    said = f"{bits}-bit values: {WHITE_OF_BITS[bits]:g} is white"
    if bits == 16:
        return said
    if bits == 14 and highest <= REFLECTANCE:
        doubt = f"although they end at {highest:g}; if 10000 is, as in reflectances"
        return f"{said}, {doubt}, set --white 10000, in Python white=10000"
    return f"{said}; if another value is, set {OPTION}"


def given_words(white: float) -> str:
    """Return the note on a white that was given."""
    return f"{white!r} is white, as given".replace(".0 ", " ")


def given_white(notes: Iterable[str]) -> float | None:
    """Return the white that was given, as the notes of images say; None if none was."""
    for note in notes:
        if found := re.match(r"(\S+) is white(?: in [^,]*)?, as given", note):
            return float(found[1])
    return None


def white_doubt(note: str) -> str:
    """Return why inputs are not certain if white is assumed, from the note on it."""
    found = re.search(r"(\S+) is white", note)
    return f"that {found[1] if found else 'this value'} {WHITE_DOUBT}"


def is_on_white(note: str) -> bool:
    """Return whether a note says which value was taken for white."""
    return " is white" in note or note.startswith("read as 0…")


def is_assumed(note: str) -> bool:
    """Return whether a note says that white was read from the values of a set, as 12 or 14 bits."""
    return "in Python white=" in note and any(note.startswith(f"{bits}-bit values") for bits in ASSUMED_BITS)


def is_doubtful(note: str) -> bool:
    """Return whether a note says that white was read so from values that do not come near it."""
    return is_assumed(note) and "although they end at" in note
