"""The state of a training, in one atomically written file."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.core.files import write_bytes
from cnnviz.core.json_document import read_json
from cnnviz.core.packing import from_plain
from cnnviz.core.reading import reading
from cnnviz.data.formats.npz import read_arrays

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
    history: tuple[dict[str, float], ...] = ()


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


def load_state(
    folder: Path, variables: list[Any], best: Sequence[np.ndarray], key: str, epochs: int, steps: int
) -> tuple[State, list[np.ndarray]] | None:
    """Restore the variables and return the state with the best weights; None if nothing was saved yet.

    ``best`` are weights of the same shapes as the best ones; the training is of ``epochs`` of ``steps`` each. DataError
    if the file is damaged or belongs to another training; the variables are unchanged then.
    """
    path = folder / FILE
    if not path.exists():
        return None
    with reading(path, f"{path} cannot be read; delete the folder and retrain"):
        arrays = read_arrays(path)
        about = read_json(arrays.pop("about").tobytes())
        if about.pop("key") != key:
            raise DataError(
                f"{folder} has a training with different settings, network or images; choose another folder"
            )
        state = from_plain(State, about)
        now = _restored(arrays, "now", [tuple(variable.shape) for variable in variables])
        weights = _restored(arrays, "best", [values.shape for values in best])
        _check(state, epochs, steps)
    for variable, values in zip(variables, now, strict=True):
        variable.assign(values)
    return state, weights


def _restored(arrays: Mapping[str, np.ndarray], name: str, shapes: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
    """Return the arrays called name0, name1, … ; ValueError where they have not these shapes, or are not finite."""
    found = [arrays[f"{name}{i}"] for i in range(len(shapes))]
    if any(one.shape != shape for one, shape in zip(found, shapes, strict=True)):
        raise ValueError("arrays of other shapes")
    if not all(np.isfinite(one).all() for one in found):
        raise ValueError("weights that are not finite")
    return found


def _check(state: State, epochs: int, steps: int) -> None:
    """Raise ValueError for a state that no training of so many epochs and steps can have."""
    numbers = [state.loss, state.seconds, *(value for row in state.history for value in row.values())]
    if not np.isfinite(numbers).all():
        raise ValueError("numbers that are not finite")
    within = 0 <= state.epoch <= epochs and 0 <= state.step <= steps and 0 <= state.best <= state.epoch
    if not within or len(state.history) != state.epoch or state.hits < 0 or min(state.loss, state.seconds) < 0:
        raise ValueError("counts of another training")
    columns = {frozenset(row) for row in state.history}
    if len(columns) > 1 or any(not {"epoch", "loss", "accuracy"} <= names for names in columns):
        raise ValueError("a history of other columns")
