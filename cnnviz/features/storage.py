"""Activations as one .npz file, with one array per layer path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .activations import Activations
from .result_file import read_result, write_parts

KIND = "activations"


def save(result: Activations, path: Path, force: bool = True) -> Path:
    """Write one result to ``path``."""
    return save_stream(iter([result]), len(result), path, force)


def save_stream(parts: Iterator[Activations], count: int, path: Path, force: bool = True) -> Path:
    """Write results that come in batches, ``count`` images in all, to one .npz file, and return its path."""
    return write_parts(((part, part.values, {}) for part in parts), KIND, count, path, force)


def load(path: Path) -> Activations:
    """Read a file written by ``save`` or ``save_stream``; DataError for any other file."""
    said, arrays, _ = read_result(path, KIND)
    return Activations(said.images, said.model, said.probabilities, values=arrays)
