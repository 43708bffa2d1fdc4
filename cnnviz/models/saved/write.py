"""Writing a model to a file."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.core.files import atomic_path
from cnnviz.core.temporary import others_below, scratch_folder

if TYPE_CHECKING:
    import keras


def save_model(model: keras.Model, path: Path, force: bool = True) -> None:
    """Write a model to a .keras file atomically; equal models give equal files.

    Errors are those of atomic_path.
    """
    with atomic_path(path, force) as temporary, scratch_folder(temporary.parent) as folder:
        # Keras chooses the format by the suffix, and makes a folder for assets among the temporary files.
        with others_below(folder):
            model.save(folder / "model.keras")
        _without_times(folder / "model.keras", temporary)


def _without_times(made: Path, place: Path) -> None:
    """Copy a model's archive without the dates of Keras and zip, its members deflated.

    Objects that several layers share are numbered in order, where Keras uses memory addresses.
    """
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "metadata.json":
                told = {key: value for key, value in json.loads(content).items() if key != "date_saved"}
                content = json.dumps(told).encode()
            if name == "config.json":
                content = _numbered(content)
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def _numbered(config: bytes) -> bytes:
    seen: dict[bytes, int] = {}
    return re.sub(rb'(?<="shared_object_id": )\d+', lambda at: b"%d" % seen.setdefault(at[0], len(seen)), config)
