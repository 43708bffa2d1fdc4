"""Numbers in words."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return "1 picture", "1,024 pictures", "3 classes"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "es" if noun.endswith("s") else "s")
