"""Formatted counts and shares."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return "1 image", "1,024 images", "3 classes"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "es" if noun.endswith("s") else "s")


def percent(share: float, digits: int = 2) -> str:
    """Return a share as "83.40 %", a negative one with a true minus sign."""
    return f"{100 * share:.{digits}f} %".replace("-", "−")
