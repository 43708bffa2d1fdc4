"""The ways in which a page is looked at: widths, light and dark. One is in the default suite, the others are slow."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.helpers.sweeps import slow

#: Gives a test whether it is ``dark``, and the ``size`` of its screen; the dark and the narrow ones are slow.
each_theme = pytest.mark.parametrize("dark", [False, *slow(True)], ids=["light", "dark"])
each_size = pytest.mark.parametrize("size", [(1280, 900), *slow((360, 800))], ids=["wide", "narrow"])


def each_look(*widths: int) -> Any:
    """Give a test its ``width``, in pixels, and whether it is ``dark``; all but the first width in light are slow."""
    first, *others = [
        pytest.param(width, dark, id=f"{width}-{'dark' if dark else 'light'}")
        for dark, width in product((False, True), widths)
    ]
    rest = [pytest.param(*other.values, id=other.id, marks=pytest.mark.slow) for other in others]
    return pytest.mark.parametrize(("width", "dark"), [first, *rest])
