"""Fuzzy comparison of names, for mistyped ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher


def plain(name: str) -> str:
    """Return a name in lower case without separators, so that "T-shirt/top" matches "tshirttop"."""
    return "".join(c for c in name.casefold() if c.isalnum())


def nearest_first(name: str, known: Iterable[str]) -> list[str]:
    """Return ``known`` sorted by similarity to ``name``, ties in the given order."""
    wanted = plain(name)
    return sorted(known, key=lambda candidate: -_likeness(wanted, plain(candidate)))


def _likeness(wanted: str, other: str) -> float:
    inside = 0.5 if wanted and (wanted in other or other in wanted) else 0.0
    return SequenceMatcher(None, wanted, other).ratio() + inside


def similar_names(names: Iterable[str], known: Sequence[str], most: int = 3) -> str:
    """Return the first few names that are not in ``known``, each with a similar unused known one.

    "" if all are known. Names are similar if one could be a typo of the other.
    """
    given = {plain(name): name for name in names}
    spelled = {plain(name) for name in known}
    free = [name for name in known if plain(name) not in given]
    unknown = [name for key, name in given.items() if key not in spelled]
    said = []
    for name in unknown[:most]:
        near = next(iter(nearest_first(name, free)), None)
        close = near is not None and len(plain(name)) > 2 and _likeness(plain(name), plain(near)) > 0.7
        said.append(f"{name!r} (nearest: {near!r})" if close else repr(name))
    return ", ".join(said) + (f" and {len(unknown) - most:,} more" if len(unknown) > most else "")


def unknown_name(what: str, name: str, known: Sequence[str], most: int = 12) -> str:
    """Return a one-line message with the valid names, the nearest first."""
    ranked = nearest_first(name, known)
    listed = ", ".join(ranked[:most]) + (f", … ({len(ranked)} in all)" if len(ranked) > most else "")
    return f"there is no {what} {name!r}; choose from: {listed or 'none'}"
