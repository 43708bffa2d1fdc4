"""Keys of the weights in archives of Keras 2.12 and 2.13, rewritten as Keras 3 looks them up.

On Windows these versions joined the parts of a key with backslashes, so that a group is called
``_layer_checkpoint_dependencies\\conv2d``. On every system they counted a layer with weights twice, so that the second
Conv2D is ``conv2d_2``, where Keras 3 looks for ``conv2d_1``.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.temporary import scratch_folder

from ..repairs.layer_names import clean

if TYPE_CHECKING:
    import h5py
    import keras

#: Names of the repairs, for the model's provenance.
BACKSLASHES, COUNTED_TWICE = "backslashes in weight keys", "weight keys counted twice"

#: The group of a model's layers. Keras 3 calls it "layers", and reads this one too.
_LAYERS = "_layer_checkpoint_dependencies"


@contextmanager
def repaired_keys(weights: Path, model: keras.Model, config: Any) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield a weights file with keys as Keras 3 expects them, and the repairs that it needed.

    It is the file itself, or a temporary copy if anything needs repair; ``config`` is the network as stored.
    """
    import h5py

    with h5py.File(weights, "r") as file:
        backslashes = any("\\" in key for key in file)
        if not backslashes and _LAYERS not in file:
            yield weights, ()
            return
    with scratch_folder() as folder:
        copy = folder / "model.weights.h5"
        shutil.copyfile(weights, copy)
        with h5py.File(copy, "r+") as file:
            if backslashes:
                _with_slashes(file)
            twice = _LAYERS in file and _counted_once(file, model, config)
        yield copy, (BACKSLASHES,) * backslashes + (COUNTED_TWICE,) * twice


def _with_slashes(file: h5py.File) -> None:
    """Move every array below a key with backslashes to the same place with slashes."""
    names: list[str] = []
    file.visit(names.append)
    for name in names:
        if "\\" in name and hasattr(file[name], "dtype"):
            file[name.replace("\\", "/")] = file[name]
    for key in [key for key in file if "\\" in key]:
        del file[key]


def _counted_once(group: h5py.Group, model: keras.Model, config: Any) -> bool:
    """Rename the groups of a model's layers, and of nested models, to the names of Keras 3; whether any was renamed.

    Nothing is renamed unless the groups with arrays are exactly those that counting twice gives.
    """
    held, stored = group[_LAYERS], _stored(config)
    weighted = {layer.name: layer for layer in model.layers if layer.weights}
    once = _numbered((layer.name, _snake(type(layer).__name__)) for layer in model.layers)
    twice = _numbered((name, kind) for name, (kind, _) in stored.items() for _ in range(1 + (name in weighted)))
    if not set(weighted) <= set(twice):
        return False
    pairs = {twice[name]: once[name] for name in weighted}
    filled = {key for key in held if _has_arrays(held[key])}
    renamed = filled == set(pairs) and any(old != new for old, new in pairs.items())
    if renamed:
        for key in set(held) - filled:
            del held[key]
        for steps in ({old: f"{old} once" for old in pairs}, {f"{old} once": new for old, new in pairs.items()}):
            for old, new in steps.items():
                held.move(old, new)
    for name, layer in weighted.items():
        inner, config = held.get(once[name]), stored[name][1]
        if hasattr(layer, "layer") and inner is not None:
            # A wrapper, such as TimeDistributed, holds one layer, which may be a model.
            layer, inner, config = layer.layer, inner.get("layer"), config["config"].get("layer")
        if hasattr(layer, "layers") and inner is not None and _LAYERS in inner:
            renamed |= _counted_once(inner, layer, config)
    return renamed


def _stored(config: Any) -> dict[str, tuple[str, Any]]:
    """Return the kind and the configuration of each layer by its name, in the order of the file."""
    layers = config.get("config", {}).get("layers", ()) if isinstance(config, Mapping) else ()
    return {
        clean(str(layer["config"].get("name"))): (_snake(str(layer.get("class_name"))), layer)
        for layer in layers
        if isinstance(layer, Mapping) and isinstance(layer.get("config"), Mapping)
    }


def _numbered(layers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the key of each layer by its name, given with its kind: dense, dense_1, …, each at its first mention."""
    counts: Counter[str] = Counter()
    keys: dict[str, str] = {}
    for name, kind in layers:
        keys.setdefault(name, f"{kind}_{counts[kind]}" if counts[kind] else kind)
        counts[kind] += 1
    return keys


def _snake(kind: str) -> str:
    """Return the name of a class as Keras writes it in keys: BatchNormalization is batch_normalization."""
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)).lower()


def _has_arrays(group: Any) -> bool:
    """Whether there is an array anywhere below a group."""
    return bool(group.visititems(lambda _, item: True if hasattr(item, "dtype") else None))
