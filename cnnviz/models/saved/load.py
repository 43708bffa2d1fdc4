"""Open a model file of any Keras version."""

from __future__ import annotations

from pathlib import Path

from ..import_tensorflow import tensorflow
from .architecture import with_weights
from .build import build
from .identify_file import reader
from .stored_model import Opened, Trust


def load(path: Path, trust: Trust, architecture: str | Path | None = None) -> Opened:
    """Return the model at a path, with how it was opened; ModelError, in one line, for what is none.

    ``architecture`` describes the network of a file that holds weights alone: a path to its JSON, or the name of a
    bundled model.
    """
    stored = reader(path)(path) if architecture is None else with_weights(path, architecture)
    # Seconds go by until TensorFlow is there: what is no model is refused before.
    tensorflow()
    return build(stored, trust)
