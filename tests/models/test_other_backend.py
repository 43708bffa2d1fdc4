"""KERAS_BACKEND names another backend: the command ignores it, Python says so in a line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import pytest

import cnnviz
from cnnviz.core.errors import ModelError

# numpy comes with Keras; torch stands for a backend that is not installed.
BACKENDS = ("numpy", "torch")


def run(backend: str, *arguments: str, cwd: Path | None = None) -> Any:
    env = dict(os.environ, KERAS_BACKEND=backend)
    return subprocess.run([sys.executable, *arguments], env=env, capture_output=True, text=True, timeout=300, cwd=cwd)


def test_the_command_answers_as_with_tensorflow(tmp_path: Path) -> None:
    words = ("-m", "cnnviz", "evaluate", "--data", "sample", "--n", "20", "--json", "--force")
    right, found = [run(backend, *words, cwd=tmp_path) for backend in ("tensorflow", "torch")]
    assert right.returncode == 0, right.stderr
    assert found.stdout == right.stdout


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "call",
    [
        "cnnviz.open_model()",
        "cnnviz.attribute('fmnist-cnn', 'sample')",
        "cnnviz.train('mcmullin-cnn', 'sample', epochs=1)",
        "cnnviz.callbacks.Snapshots('watched', 'sample')",
    ],
)
def test_python_says_so_in_a_line(backend: str, call: str) -> None:
    code = f"import cnnviz\ntry: {call}\nexcept cnnviz.CnnvizError as error: print(type(error).__name__, error)"
    found = run(backend, "-c", code)
    assert found.returncode == 0, found.stderr
    (line,) = found.stdout.splitlines()
    assert line.startswith(f"ModelError Keras is set to the backend {backend}")
    assert "KERAS_BACKEND=tensorflow" in line


def test_a_keras_that_runs_on_another_backend_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    cnnviz.wrap(model)
    monkeypatch.setattr("keras.src.backend.config.backend", lambda: "jax")
    with pytest.raises(ModelError, match="Keras is set to the backend jax"):
        cnnviz.wrap(model)


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    (tmp_path / "keras.json").write_text('{"backend": "torch"}')
    code = "import cnnviz; print(cnnviz.open_model().card.name)"
    env = dict(os.environ, KERAS_BACKEND="", KERAS_HOME=str(tmp_path))
    found = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=300)
    assert found.stdout.strip() == "fmnist-cnn", found.stderr
