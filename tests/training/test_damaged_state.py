"""A damaged state of a training is refused in a line; the training is neither resumed from it nor changed by it."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import DataError
from cnnviz.training.plan_training import plan_training

LAYERS = "conv 2 3x3 relu, flatten, dense 10"


def train(folder: Path, resume: bool = False) -> cnnviz.Trained:
    sample = cnnviz.open_images("sample")[:40]
    network, recipe, _ = plan_training(layers=LAYERS, settings={"epochs": 2, "validation": 0.25, "seed": 3})
    return cnnviz.train(network, sample, recipe=recipe, out=folder, resume=resume)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "run"
    train(folder)
    return folder


def about(**changes: Any) -> Callable[[dict[str, np.ndarray]], None]:
    """Change what the state says of itself."""

    def change(arrays: dict[str, np.ndarray]) -> None:
        held = json.loads(arrays["about"].tobytes())
        held = {key: value for key, value in (held | changes).items() if value is not ...}
        arrays["about"] = np.frombuffer(json.dumps(held).encode(), np.uint8)

    return change


def array(name: str, make: Callable[[np.ndarray], np.ndarray | None]) -> Callable[[dict[str, np.ndarray]], None]:
    """Change or drop one array."""

    def change(arrays: dict[str, np.ndarray]) -> None:
        made = make(arrays.pop(name))
        if made is not None:
            arrays[name] = made

    return change


DAMAGE = {
    "epoch as text": about(epoch="1"),
    "an epoch that is no whole number": about(epoch=1.5),
    "an epoch beyond the last": about(epoch=10**9),
    "a negative epoch": about(epoch=-1),
    "a step beyond the last": about(step=10**6),
    "a best epoch that is not there": about(best=9),
    "a history that is a number": about(history=3),
    "a history of another length": about(history=[]),
    "a history with NaN": about(history=[{"epoch": 1, "loss": float("nan"), "accuracy": 0.5}] * 2),
    "a history of words": about(history=[{"epoch": "one"}] * 2),
    "an infinite loss": about(loss=float("inf")),
    "a strange field": about(more=1),
    "no key": about(key=...),
    "a list": lambda arrays: arrays.update(about=np.frombuffer(b"[1, 2]", np.uint8)),
    "no facts": lambda arrays: arrays.pop("about"),
    "NaN in a weight": array("now0", lambda held: np.full_like(held, np.nan)),
    "infinity in the best weights": array("best0", lambda held: np.full_like(held, np.inf)),
    "a weight of another shape": array("now0", lambda held: held[..., :1]),
    "best weights of another shape": array("best0", lambda held: held.T),
    "a weight that is missing": array("now1", lambda held: None),
    "a weight of text": array("now0", lambda held: held.astype("U8")),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_state_is_refused(run: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    with np.load(run / "state.npz") as held:
        arrays = dict(held)
    DAMAGE[damage](arrays)
    np.savez(folder / "state.npz", **arrays)
    before = (folder / "state.npz").read_bytes()
    with pytest.raises(DataError) as error:
        train(folder, resume=True)
    assert "delete the folder and retrain" in str(error.value) or "state.npz, array" in str(error.value)
    assert str(error.value).isprintable()
    assert (folder / "state.npz").read_bytes() == before


@pytest.mark.parametrize("how", ["cut short", "encrypted", "not a zip"])
def test_a_damaged_archive_is_refused(run: Path, tmp_path: Path, how: str) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    content = (run / "state.npz").read_bytes()
    if how == "encrypted":
        # The flag of the first member in the list at the end.
        at = content.index(b"PK\x01\x02") + 8
        content = content[:at] + b"\x01" + content[at + 1 :]
        assert zipfile.ZipFile(io.BytesIO(content)).infolist()[0].flag_bits & 1
    else:
        content = content[: len(content) // 2] if how == "cut short" else b"no archive"
    (folder / "state.npz").write_bytes(content)
    with pytest.raises(DataError, match="delete the folder and retrain"):
        train(folder, resume=True)


def test_a_good_state_is_resumed(run: Path, tmp_path: Path) -> None:
    shutil.copytree(run, tmp_path / "run")
    assert train(tmp_path / "run", resume=True).history == train(run, resume=True).history
