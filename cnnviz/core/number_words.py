"""Formatted counts and shares."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """Return "1 image", "1,024 images", "3 classes"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "es" if noun.endswith("s") else "s")


def percent(share: float, digits: int = 2) -> str:
    """Return a share as "83.40 %", a negative one with a true minus sign."""
    return f"{100 * share:.{digits}f} %".replace("-", "−")


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them: "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
