"""The class names beside a model of Teachable Machine: ``labels.txt`` with lines like "0 Cat"."""

from __future__ import annotations

from pathlib import Path

NAME = "labels.txt"
#: Teachable Machine trains on the centered square of an image, smoothly shrunk.
FIT = "crop,antialias"
#: A longer file holds something else.
MOST_BYTES = 1 << 20


def names_beside(model: Path) -> tuple[str, ...]:
    """Return the class names in the order of the outputs; () without such a file, or if its lines aren't numbered."""
    path = model.parent / NAME
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            return ()
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError):
        return ()
    pairs = [line.strip().partition(" ") for line in lines if line.strip()]
    numbered = all(number == str(row) and name.strip() for row, (number, _, name) in enumerate(pairs))
    return tuple(name.strip() for _, _, name in pairs) if numbered else ()
