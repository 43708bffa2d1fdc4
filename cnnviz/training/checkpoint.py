"""The state of a training, in one atomically written file."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.core.files import write_bytes

FILE = "state.npz"


@dataclass
class State:
    """The next epoch and step, the running sums of the epoch, and the history of finished epochs.

    ``loss`` and ``hits`` are sums over the epoch's images; ``seconds`` is its duration so far. ``best`` is the number
    of the best epoch, from 1, and 0 before the first.
    """

    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    hits: int = 0
    seconds: float = 0.0
    best: int = 0
    history: list[dict[str, float]] = field(default_factory=list)


def save_state(folder: Path, state: State, variables: list[Any], best: list[np.ndarray], key: str) -> None:
    """Write the state with every variable of model and optimizer, and the weights of the best epoch.

    ``key`` identifies the training: a resumed one must have the same.
    """
    arrays = {f"now{i}": np.asarray(variable) for i, variable in enumerate(variables)}
    arrays |= {f"best{i}": values for i, values in enumerate(best)}
    text = json.dumps({"key": key, **vars(state)})
    held = io.BytesIO()
    np.savez(held, about=np.frombuffer(text.encode(), np.uint8), **arrays)  # type: ignore[arg-type]
    write_bytes(folder / FILE, held.getvalue())


def load_state(folder: Path, variables: list[Any], key: str) -> tuple[State, list[np.ndarray]] | None:
    """Restore the variables and return the state with the best weights; None if nothing was saved yet.

    DataError if the file is damaged or belongs to another training.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            about = json.loads(stored["about"].tobytes().decode())
            now = [stored[f"now{i}"] for i in range(sum(name.startswith("now") for name in stored.files))]
            best = [stored[f"best{i}"] for i in range(sum(name.startswith("best") for name in stored.files))]
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} cannot be read; delete the folder and retrain") from error
    if about.pop("key") != key or len(now) != len(variables):
        raise DataError(f"{folder} has a training with different settings, network or images; choose another folder")
    for variable, values in zip(variables, now, strict=True):
        variable.assign(values)
    return State(**about), best
