"""Text for a terminal: what a file calls things cannot move the cursor, set a title, or turn the line around."""

from __future__ import annotations

#: Invisible characters that words are written with: the joiners of Persian, Indic scripts and emoji.
_JOINERS = "\u200c\u200d"


def printable(text: object, plain: bool = False) -> str:
    r"""Return a text as one line without control, format and direction characters, which are escaped as "\x1b".

    Spaces of all kinds stay, and so does everything that has a shape; if it is to be ``plain``, of the spaces and of
    what joins letters only " " stays.
    """
    line = str(text)
    if line.isprintable():
        return line
    kept = "" if plain else _JOINERS
    return "".join(c if c.isprintable() or c in kept or (not plain and _is_space(c)) else _escaped(c) for c in line)


def _is_space(character: str) -> bool:
    """Whether it is a space within a line; those that end a line, and control characters, are none."""
    from unicodedata import category

    return category(character) == "Zs"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
