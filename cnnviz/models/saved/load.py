"""Model files of any Keras version, opened."""

from __future__ import annotations

from pathlib import Path

from ..import_tensorflow import tensorflow
from .architecture import with_weights
from .build import build
from .identify_file import reader
from .stored_model import Opened, Trust


def load(path: Path, trust: Trust, architecture: str | Path | None = None) -> Opened:
    """Return the model at a path, with provenance; ModelError, in one line, if it is not a model.

    ``architecture`` describes the network of a weights-only file: a path to its JSON, or the name of a bundled model.
    """
    stored = reader(path)(path) if architecture is None else with_weights(path, architecture)
    # Importing TensorFlow takes seconds, so other files are rejected first.
    tensorflow()
    return build(stored, trust)
