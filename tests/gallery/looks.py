"""The ways in which a page is looked at: widths, light and dark. One is in the default suite, the others are slow."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest


def each_look(*widths: int) -> Any:
    """Give a test its ``width``, in pixels, and whether it is ``dark``; all but the first width in light are slow."""
    first, *others = [
        pytest.param(width, dark, id=f"{width}-{'dark' if dark else 'light'}")
        for dark, width in product((False, True), widths)
    ]
    slow = [pytest.param(*other.values, id=other.id, marks=pytest.mark.slow) for other in others]
    return pytest.mark.parametrize(("width", "dark"), [first, *slow])
