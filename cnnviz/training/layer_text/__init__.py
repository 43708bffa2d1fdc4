"""Networks from text, "conv 32 3x3, relu, pool 2, flatten, dense 10"."""

from .build import build_from_words
from .parse import read_layers

__all__ = ["build_from_words", "read_layers"]
