"""Keep count of what was done to each picture, and say it in short phrases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """Something done to a picture: at which step, how it is said of one alone, and of many ("{}": "12 pictures")."""

    step: int
    one: str
    many: str


FIRST_FRAME = Edit(0, "first frame only", "first frame only of {}")
DEPTH = Edit(1, "reduced from 16 to 8 bits", "reduced {} from 16 to 8 bits")
GREYED = Edit(3, "greyed", "greyed {}")
REPEATED = Edit(3, "grey repeated to 3 channels", "grey repeated to 3 channels in {}")
UPRIGHT = Edit(4, "turned upright", "turned {} upright")
PADDED = Edit(6, "padded with its background", "padded {} (own background)")


def laid_on(ground: str) -> Edit:
    """Return the deed of laying transparency on "black" or "white"."""
    return Edit(2, f"transparency laid on {ground}", f"transparency laid on {ground} in {{}}")


def resized(before: str, after: str) -> Edit:
    """Return the deed of resizing, sizes given as "640×480"."""
    return Edit(5, f"resized from {before} to {after}", f"resized {{}} to {after}")


def phrases(deeds: Iterable[Edit], pictures: int) -> tuple[str, ...]:
    """Return one phrase for each kind of deed, in the order of the steps, among so many pictures."""
    if pictures == 1:
        return tuple(deed.one for deed in sorted(deeds))
    counts = Counter((deed.step, deed.many) for deed in deeds)
    return tuple(
        many.format(f"{count} picture{'s' if count > 1 else ''}") for (_, many), count in sorted(counts.items())
    )
