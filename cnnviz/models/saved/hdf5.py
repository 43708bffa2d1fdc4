"""``.h5`` and ``.hdf5``: a configuration in an attribute, and one group of arrays per layer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import ModelError
from cnnviz.core.reading import reading

from .hdf5_links import array_bytes, most_bytes
from .limits import MOST_CONFIG
from .stored_model import Stored
from .weights import Group, fill

if TYPE_CHECKING:
    import h5py
    import keras


def read(path: Path) -> Stored:
    """Read a whole model; ModelError says what the file is if it is not one."""
    import h5py

    with (
        reading(path, f"cannot open {path.name} as a Keras model: the HDF5 file is damaged or cut short", ModelError),
        h5py.File(path, "r") as file,
    ):
        config = _json(file.attrs.get("model_config"), path)
        if config is None:
            raise ModelError(_without_network(file, path))
        writer, version = _written_by(file), _text(file.attrs.get("keras_version", ""))
        training = _training(file)
        weight_groups(file, path)
    return Stored(
        path, "HDF5", config, lambda model: fill_from(path, model), writer, version=version, training=training
    )


def fill_from(path: Path, model: keras.Model) -> None:
    """Fill a model from a file in the layout of Keras 2; nothing is read before all shapes fit."""
    import h5py

    with (
        reading(path, f"cannot read the weights in {path.name}: the HDF5 file is damaged or cut short", ModelError),
        h5py.File(path, "r") as file,
    ):
        fill(model, weight_groups(file, path), path.name)


def is_keras_3(path: Path) -> bool:
    """Whether a weights-only file has the layout of Keras 3; ModelError for a file that is not HDF5."""
    import h5py

    with (
        reading(path, f"cannot read weights from {path.name}: it is not an HDF5 file, or is cut short", ModelError),
        h5py.File(path, "r") as file,
    ):
        return _has_keras_3_keys(file)


def _has_keras_3_keys(file: h5py.File) -> bool:
    # Keras 2.13 on Windows joined the parts of a key with backslashes.
    return bool({"layers", "_layer_checkpoint_dependencies"} & {key.split("\\")[0] for key in file})


def weight_groups(file: h5py.File, path: Path) -> list[Group]:
    """Return each layer's arrays, unread, in the order of an open file.

    Only data in the file itself count: ModelError for a link to another file, or more data than the limit.
    """
    import h5py

    group = _weights(file, path)
    found: list[Group] = []
    total, most = 0, most_bytes(path)
    for name in _names(group, "layer_names"):
        layer = _own(group, name, path)
        arrays = []
        for key in _names(layer, "weight_names"):
            dataset = _own(layer, key, path)
            if not isinstance(dataset, h5py.Dataset) or dataset.dtype.kind not in "fiub":
                raise ModelError(f"{path.name} is not opened: its array {key!r} holds no numbers")
            if dataset.external or dataset.is_virtual:
                raise ModelError(f"{path.name} is not opened: its array {key!r} lies in another file")
            total += array_bytes(dataset)
            if total > most:
                raise ModelError(f"{path.name} is not opened: its arrays would take {total / 1e9:.1f} GB")
            arrays.append((key, dataset))
        found.append((name, arrays))
    return found


def _weights(file: h5py.File, path: Path) -> Any:
    """Return the group of the weights: model_weights, or the file itself."""
    # The link itself is asked for, which may lead nowhere.
    return file if file.get("model_weights", getlink=True) is None else _own(file, "model_weights", path)


def _own(group: h5py.Group, name: str, path: Path) -> Any:
    """Return a member of a group, if every part of its path is a hard link inside the file."""
    import h5py

    at = group
    for part in name.split("/"):
        if not part:
            continue
        link = at.get(part, getlink=True)
        if not isinstance(link, h5py.HardLink):
            raise ModelError(f"{path.name} is not opened: its part {name!r} is missing or lies outside the file")
        at = at[part]
    return at


def _names(group: h5py.Group, attribute: str) -> list[str]:
    """Return a list of names, which Keras splits into several attributes if it is long."""
    if attribute in group.attrs:
        return [_text(name) for name in group.attrs[attribute]]
    names: list[str] = []
    piece = 0
    while f"{attribute}{piece}" in group.attrs:
        names.extend(_text(name) for name in group.attrs[f"{attribute}{piece}"])
        piece += 1
    return names


def _text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _json(value: Any, path: Path) -> Any:
    if value is None:
        return None
    text = _text(value)
    if len(text) > MOST_CONFIG:
        raise ModelError(f"{path.name} is not opened: its description is {len(text) >> 20} MB long")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"cannot open {path.name} as a Keras model: its description is not JSON") from error


def _training(file: h5py.File) -> Any:
    """Return the configuration of compile; None if there is none that can be read, since no model needs it."""
    text = _text(file.attrs.get("training_config", ""))
    try:
        return json.loads(text) if 0 < len(text) <= MOST_CONFIG else None
    except (ValueError, RecursionError):
        return None


def _written_by(file: h5py.File) -> str:
    version, backend = file.attrs.get("keras_version"), file.attrs.get("backend")
    return (
        f"Keras {_text(version)}" + (f" on {_text(backend)}" if backend is not None else "")
        if version is not None
        else ""
    )


def _without_network(file: h5py.File, path: Path) -> str:
    legacy = "layer_names" in file.attrs or "layer_names0" in file.attrs
    if legacy or _has_keras_3_keys(file) or path.name.endswith(".weights.h5"):
        return (
            f"{path.name} holds weights without a network; give its architecture too (--architecture model.json, in "
            'Python architecture="model.json"), or save the whole model'
        )
    return f"{path.name} is an HDF5 file, but Keras did not write it: it holds no network"
