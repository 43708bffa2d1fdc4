"""A training that is killed and goes on ends with the very weights of one that was not."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cnnviz.core.errors import DataError, OutputError, UsageError
from cnnviz.training import checkpoint, run_folder
from cnnviz.training.train import train
from tests.helpers.bright_squares import bright_squares

LAYERS = "conv 4 3x3, bn, relu, pool 2, dropout 0.3, flatten, dense 3"
SETTINGS = {"epochs": 3, "batch_size": 16, "changes": ("flip", "shift:pixels=1"), "optimizer": "momentum"}

#: Trains with the settings above, writes its state after every step and dies at one, in the middle of an epoch.
VICTIM = """
import os, signal, sys
from cnnviz.training import fit
from cnnviz.training.train import train
from tests.helpers.bright_squares import bright_squares
LAYERS, SETTINGS = {layers!r}, {settings!r}
fit.EVERY = 0.0
def die(progress):
    if progress.done >= {at}:
        os.kill(os.getpid(), signal.SIGKILL)
train(layers=LAYERS, images=bright_squares(), out=sys.argv[1], on_step=die, **SETTINGS)
"""


def weights_of(trained) -> list[np.ndarray]:
    return trained.model.get_weights()


def snapshots_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((folder / "snapshots").iterdir())}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return train(layers=LAYERS, images=bright_squares(), out=tmp_path_factory.mktemp("whole") / "run", **SETTINGS)


# An epoch has 84 pictures in six steps; a step is told before the state after it is written.
@pytest.mark.parametrize(
    ("at", "written"),
    [(130, (1, 2)), *(pytest.param(*case, marks=pytest.mark.slow) for case in ((32, (0, 1)), (250, (2, 5))))],
)
@pytest.mark.exact
def test_killed_and_resumed_equals_uninterrupted(whole, tmp_path, at, written):
    folder = tmp_path / "run"
    root = Path(__file__).resolve().parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", VICTIM.format(at=at, layers=LAYERS, settings=SETTINGS), str(folder)],
        cwd=root,
        capture_output=True,
        timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL
    # It goes on in the middle of an epoch, not at its beginning.
    with np.load(folder / checkpoint.FILE) as left:
        about = json.loads(left["about"].tobytes())
    assert (about["epoch"], about["step"]) == written
    told = []
    resumed = train(layers=LAYERS, images=bright_squares(), out=folder, resume=True, on_step=told.append, **SETTINGS)
    # It does what is left and nothing twice: to begin anew would end the same.
    epoch, step = written
    assert told[0].done == 84 * epoch + min(84, 16 * (step + 1)) and len(told) == 18 - (6 * epoch + step)
    assert resumed.best == whole.best
    for one, other in zip(weights_of(resumed), weights_of(whole), strict=True):
        np.testing.assert_array_equal(one, other)
    keys = ("loss", "accuracy", "val_loss", "val_accuracy", "rate")
    assert [[row[k] for k in keys] for row in resumed.history] == [[row[k] for k in keys] for row in whole.history]
    # Snapshots and what they are of: none is lost, none is there twice, and each is the same to the last bit.
    assert snapshots_in(folder) == snapshots_in(whole.folder) and len(snapshots_in(folder)) == 1 + 1 + 6 + 4 + 2


def test_a_finished_run_is_only_read_again(whole):
    told = []
    again = train(
        layers=LAYERS, images=bright_squares(), out=whole.folder, resume=True, on_step=told.append, **SETTINGS
    )
    assert not told
    assert again.history == whole.history
    for one, other in zip(weights_of(again), weights_of(whole), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_run_is_not_overwritten_by_accident(whole):
    with pytest.raises(UsageError, match="has a training; resume it with --resume"):
        train(layers=LAYERS, images=bright_squares(), out=whole.folder, **SETTINGS)


@pytest.mark.parametrize("changed", [{"seed": 1}, {"epochs": 9}, {"images": bright_squares(seed=3)}])
def test_another_training_does_not_go_on_with_it(whole, changed):
    settings = {"layers": LAYERS, "images": bright_squares(), **SETTINGS, **changed}
    with pytest.raises(DataError, match="different settings, network or images"):
        train(out=whole.folder, resume=True, **settings)


def test_a_damaged_state_is_told(whole, tmp_path):
    (tmp_path / checkpoint.FILE).write_bytes((whole.folder / checkpoint.FILE).read_bytes()[:500])
    with pytest.raises(DataError, match="cannot be read"):
        train(layers=LAYERS, images=bright_squares(), out=tmp_path, resume=True, **SETTINGS)


def test_a_model_that_nothing_goes_on_from_is_not_written_over(whole, tmp_path):
    for name in (run_folder.MODEL, run_folder.RUN):
        (tmp_path / name).write_text("somebody's own")
        with pytest.raises(UsageError, match=f"{name} but no state.npz to resume from; choose another folder"):
            train(layers=LAYERS, images=bright_squares(), out=tmp_path, resume=True, **SETTINGS)
        assert (tmp_path / name).read_text() == "somebody's own" and len(list(tmp_path.iterdir())) == 1
        (tmp_path / name).unlink()
    (tmp_path / checkpoint.FILE).touch()
    with pytest.raises(DataError, match="cannot be read"):
        train(layers=LAYERS, images=bright_squares(), out=tmp_path, resume=True, **SETTINGS)


def test_an_interruption_leaves_the_best_so_far(whole, tmp_path):
    def interrupt(moment):
        if moment.epoch == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(layers=LAYERS, images=bright_squares(), out=tmp_path, on_step=interrupt, **SETTINGS)
    import keras

    left = keras.models.load_model(tmp_path / run_folder.MODEL)
    twice = train(layers=LAYERS, images=bright_squares(), out=tmp_path, resume=True, **SETTINGS)
    assert left.count_params() == twice.model.count_params()
    assert [row["val_loss"] for row in twice.history] == [row["val_loss"] for row in whole.history]


def test_a_full_disk_leaves_the_best_so_far(tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OutputError("cannot write: no space left on device")

    def after_two(row):
        if row["epoch"] == 2:
            monkeypatch.setattr("cnnviz.training.fit.save_state", full)

    with pytest.raises(OutputError, match="no space left"):
        train(layers=LAYERS, images=bright_squares(), out=tmp_path, on_epoch=after_two, **SETTINGS)
    assert (tmp_path / run_folder.MODEL).exists()
    assert not list(tmp_path.glob(".*.part"))
