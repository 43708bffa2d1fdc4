"""The command as a process: quick help, quiet streams, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.sweeps import slow

CNNVIZ = [sys.executable, "-m", "cnnviz"]


def test_help_imports_neither_tensorflow_nor_numpy() -> None:
    code = (
        "import sys\nfrom cnnviz.cli.main import main\n"
        "try: main(['activations', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'tensorflow', 'keras', 'numpy', 'matplotlib', 'rich'} & set(sys.modules)), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stderr.strip() == "[]"


def test_a_wrong_word_for_a_layer_is_told_without_tensorflow(tmp_path: Path) -> None:
    words = ["train", "--layers", "conv 32 3x3, poll 2, flatten, dense 10"]
    script = (
        "import sys; from cnnviz.cli.main import main\n"
        f"try: main({words!r})\n"
        "except SystemExit as end: print(end.code, 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "2 False" and "there is no layer 'poll'" in done.stderr


def test_streams_carry_the_path_and_nothing_else(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TF_")}
    run = subprocess.run(
        [*CNNVIZ, "activations", "--layer", "conv3", "--n", "2", "--out", "a.npz"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "a.npz\n", "")


@pytest.mark.parametrize("lines", [1, *slow(2)])
def test_a_closed_pipe_is_no_error(tmp_path: Path, lines: int) -> None:
    command = f"set -o pipefail; {sys.executable} -m cnnviz layers | head -{lines}"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("fmnist-cnn")


def test_a_full_output_and_a_narrow_alphabet(tmp_path: Path) -> None:
    full = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m cnnviz models > /dev/full"], capture_output=True, text=True
    )
    assert full.returncode == 1 and full.stderr == "cnnviz: the system refused: no space left on device\n"
    narrow = subprocess.run(
        [*CNNVIZ, "models"], capture_output=True, text=True, env=os.environ | {"PYTHONIOENCODING": "ascii"}
    )
    assert narrow.returncode == 0 and "fmnist-cnn" in narrow.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, *slow(signal.SIGTERM)])
@pytest.mark.parametrize("moment", [0.3, *slow(3.0, 5.0, 7.0)])
def test_an_interruption_at_any_point_leaves_nothing(tmp_path: Path, number: signal.Signals, moment: float) -> None:
    images = tmp_path / "in" / "many.npz"
    images.parent.mkdir()
    out = tmp_path / "out"
    out.mkdir()
    import numpy as np

    np.savez(images, x_test=np.zeros((60_000, 28, 28), np.uint8), y_test=np.zeros(60_000, np.uint8))
    started = subprocess.Popen(
        [*CNNVIZ, "activations", "--data", str(images), "--n", "60000", "--layer", "conv1", "--out", "a.npz"],
        cwd=out,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(moment)
    started.send_signal(number)
    stdout, stderr = started.communicate(timeout=60)
    assert list(out.iterdir()) == []
    assert stdout == ""
    assert "Traceback" not in stderr
    if moment > 1:
        # Before Python has reached our code a signal takes its default way.
        assert started.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}[number]
        assert "interrupted" in stderr
