"""Weights-only files with a separately given architecture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cnnviz.core.errors import ModelError
from cnnviz.core.names import unknown_name

from ..bundled import bundled_models
from . import hdf5, keras_zip
from .identify_file import reader
from .limits import MOST_CONFIG
from .stored_model import Stored


def with_weights(path: Path, architecture: str | Path) -> Stored:
    """Return the network of ``architecture``, to be filled from the weights at ``path``."""
    if reader(path) is not hdf5.read:
        raise ModelError(
            f"{path.name} is a whole model and brings its own network; leave --architecture out (Python: architecture)"
        )
    config = _network(architecture)
    version = str(config.get("keras_version") or "") if isinstance(config, dict) else ""
    if hdf5.is_keras_3(path):
        return Stored(
            path,
            "weights",
            config,
            lambda model: keras_zip.load_weights(model, path, config, path.name),
            version=version,
        )
    return Stored(path, "weights", config, lambda model: hdf5.fill_from(path, model), version=version)


def _network(architecture: str | Path) -> Any:
    bundled = bundled_models().get(str(architecture))
    if bundled is not None:
        return keras_zip.read(bundled.path).config
    path = Path(architecture)
    if not path.exists():
        if path.suffix or len(path.parts) > 1:
            raise ModelError(f"there is no architecture {path}; give a file with the JSON of model.to_json()")
        raise ModelError(unknown_name("architecture", str(path), list(bundled_models())) + ", or give a .json file")
    try:
        text = path.read_text(encoding="utf-8")
        if len(text) > MOST_CONFIG:
            raise ModelError(f"{path.name} is not opened: it is over {MOST_CONFIG >> 20} MB long")
        config = json.loads(text)
        # json.dump(model.to_json(), file) wraps the text once more.
        config = json.loads(config) if isinstance(config, str) else config
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path.name} is not an architecture; give the JSON of model.to_json()") from error
    if not isinstance(config, dict | list):
        raise ModelError(f"{path.name} is not an architecture; give the JSON of model.to_json()")
    return config
