"""``.keras`` files: a zip archive of a configuration and a weights file; or the same as a folder."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from cnnviz.core.errors import ModelError
from cnnviz.core.reading import reading
from cnnviz.core.temporary import scratch_folder

from .deferred_weights import give_values
from .hdf5_links import refuse_links
from .limits import MOST_CONFIG, check_zip
from .stored_model import Stored
from .weight_keys import repaired_keys
from .weights import refuse_unbuilt

if TYPE_CHECKING:
    import keras

_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"


def read(path: Path) -> Stored:
    """Read a whole model; ModelError says what the archive is if it is not one."""
    damaged = f"cannot open {path.name} as a Keras model: the archive is damaged or cut short"
    with reading(path, damaged, ModelError), _opened(path) as members:
        if _CONFIG not in members:
            raise ModelError(f"{path.name} is a zip archive, but Keras did not write it: {_other(members)}")
        if _WEIGHTS not in members:
            raise ModelError(f"{path.name} holds a network without its weights; save the whole model")
        config = _json(members, _CONFIG, path)
        about = _json(members, _METADATA, path) if _METADATA in members else {}
    version = str(about.get("keras_version") or "") if isinstance(about, dict) else ""
    writer = f"Keras {version}" if version else ""
    training = config.get("compile_config") if isinstance(config, dict) else None
    return Stored(
        path,
        "Keras archive",
        config,
        lambda model: _fill(model, config, path),
        writer,
        version=version,
        training=training,
    )


def _other(members: Collection[str]) -> str:
    """Return what an archive without a network is."""
    inside = next((name for name in sorted(members) if name.endswith((".keras", ".h5", ".hdf5", _CONFIG, ".pb"))), None)
    if inside is not None:
        return f"unpack it, and give what is inside ({inside})"
    if any(name.endswith("data.pkl") for name in members):
        return "it holds a pickle, as PyTorch writes it; cnnviz opens Keras models"
    return f"it holds no {_CONFIG}"


def _fill(model: keras.Model, config: Any, path: Path) -> tuple[str, ...]:
    with scratch_folder() as folder:
        weights = folder / _WEIGHTS
        damaged = f"cannot open {path.name}: its weights are damaged or cut short"
        with (
            reading(path, damaged, ModelError),
            _opened(path) as members,
            members[_WEIGHTS]() as source,
            weights.open("wb") as sink,
        ):
            shutil.copyfileobj(source, sink, 1 << 20)
        return load_weights(model, weights, config, path.name)


def load_weights(model: keras.Model, weights: Path, config: Any, file: str) -> tuple[str, ...]:
    """Fill a model from a weights file in the layout of Keras 3, and return the repairs of its keys.

    ``config`` is the network as stored.
    """
    values = refuse_links(weights, file)
    refuse_unbuilt(model, file)
    give_values(values, file)
    try:
        with repaired_keys(weights, model, config) as (readable, repairs):
            model.load_weights(readable)
        return repairs
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ModelError(f"the weights in {file} do not fit its network: {reason[:200]}") from error


@contextmanager
def _opened(path: Path) -> Iterator[dict[str, Any]]:
    """Yield a function that opens each member by its name."""
    if path.is_dir():
        yield {member.name: lambda member=member: member.open("rb") for member in path.iterdir() if member.is_file()}
        return
    with zipfile.ZipFile(path) as archive:
        check_zip(archive, path)
        yield {name: lambda name=name: archive.open(name) for name in archive.namelist()}


def _json(members: dict[str, Any], name: str, path: Path) -> Any:
    source: IO[bytes]
    with members[name]() as source:
        text = source.read(MOST_CONFIG + 1)
    if len(text) > MOST_CONFIG:
        raise ModelError(f"{path.name} is not opened: its {name} is over {MOST_CONFIG >> 20} MB long")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"cannot open {path.name} as a Keras model: its {name} is not JSON") from error
