"""All problems of the arena, imported to register them."""

from __future__ import annotations

from . import mosaic, shortcut, tetrominoes
from .problem import PROBLEMS

__all__ = ["PROBLEMS", "mosaic", "shortcut", "tetrominoes"]
