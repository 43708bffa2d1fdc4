"""Text for a terminal: what a file calls things cannot move the cursor, set a title, or turn the line around."""

from __future__ import annotations

#: Invisible characters that words are written with: the joiners of Persian, Indic scripts and emoji.
_JOINERS = "\u200c\u200d"


def printable(text: object) -> str:
    r"""Return a text as one line without control, format and direction characters, which are escaped as "\x1b".

    Spaces of all kinds stay, and so does everything that has a shape.
    """
    line = str(text)
    if line.isascii() and line.isprintable():
        return line
    return "".join(c if c.isprintable() or c in _JOINERS or _is_space(c) else _escaped(c) for c in line)


def _is_space(character: str) -> bool:
    """Whether it is a space within a line; those that end a line, and control characters, are none."""
    from unicodedata import category

    return category(character) == "Zs"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
