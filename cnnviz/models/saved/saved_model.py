"""A SavedModel folder, as TensorFlow and tf.keras 2 write it."""

from __future__ import annotations

from pathlib import Path

from .stored import Stored


def read(path: Path) -> Stored:
    """Read a whole model."""
    raise NotImplementedError
