"""Compare names the way a person who mistyped one would want it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher


def plain(name: str) -> str:
    """Lower case without spaces, dashes, underscores, dots or slashes, so that "T-shirt/top" meets "tshirttop"."""
    return "".join(c for c in name.casefold() if c.isalnum())


def nearest_first(name: str, known: Iterable[str]) -> list[str]:
    """Sort ``known`` by likeness to ``name``, keeping the given order among equals."""
    wanted = plain(name)

    def unlikeness(candidate: str) -> float:
        other = plain(candidate)
        inside = 0.5 if wanted and (wanted in other or other in wanted) else 0.0
        return -(SequenceMatcher(None, wanted, other).ratio() + inside)

    return sorted(known, key=unlikeness)


def unknown_name(what: str, name: str, known: Sequence[str], most: int = 12) -> str:
    """Say in one line that there is no such name and which there are, the nearest first."""
    ranked = nearest_first(name, known)
    listed = ", ".join(ranked[:most]) + (f", … ({len(ranked)} in all)" if len(ranked) > most else "")
    return f"there is no {what} {name!r}; choose from: {listed or 'none'}"
