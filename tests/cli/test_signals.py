"""One signal ends a command tidily, a second one at once; the next run deletes what the second one left."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

CNNVIZ = [sys.executable, "-m", "cnnviz"]


def started(folder: Path) -> subprocess.Popen[str]:
    """Start a command that writes for minutes, and wait until it does."""
    np.savez(folder / "many.npz", x_test=np.zeros((60_000, 28, 28), np.uint8), y_test=np.zeros(60_000, np.uint8))
    out = folder / "out"
    out.mkdir()
    process = subprocess.Popen(
        [*CNNVIZ, "activations", "--data", "../many.npz", "--n", "60000", "--layer", "conv1", "--out", "a.npz"],
        cwd=out,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 100
    while not any(path.stat().st_size > 1_000_000 for path in out.rglob("*.npy")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    return process


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)]
)
def test_one_signal_ends_tidily(tmp_path: Path, number: signal.Signals, code: int) -> None:
    process = started(tmp_path)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (code, "")
    assert stderr.splitlines()[-1] == "cnnviz: interrupted; nothing was left half written"
    assert not list((tmp_path / "out").iterdir())


_FOREVER = """
from cnnviz.cli import main as command
from cnnviz.models.import_tensorflow import tensorflow

tf = tensorflow()

@tf.function
def forever():
    return tf.while_loop(lambda i: i < 10**15, lambda i: i + 1, [tf.constant(0, tf.int64)])

def compute(*_, **__):
    print("begun", flush=True)
    forever()

command.cli.main = compute
command.main(["models"])
"""


def test_two_signals_end_at_once_inside_tensorflow() -> None:
    """The main thread is in C++ code for good, so that no handler in Python can run."""
    process = subprocess.Popen(
        [sys.executable, "-c", _FOREVER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "begun\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2)
    process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 143
    assert stderr == "cnnviz: interrupted twice; the next run deletes temporary files that are left\n"


def test_what_two_signals_leave_the_next_run_deletes(tmp_path: Path) -> None:
    process = started(tmp_path)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 143 and "interrupted" in stderr.splitlines()[-1]
    out = tmp_path / "out"
    run = subprocess.run([*CNNVIZ, "activations", "--n", "2", "--layer", "conv1", "--out", "b.npz"], cwd=out)
    assert run.returncode == 0
    assert [path.name for path in out.iterdir()] == ["b.npz"]
