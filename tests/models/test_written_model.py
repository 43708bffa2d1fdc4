"""A model is written as the same bytes whenever it is equal."""

from __future__ import annotations

import tempfile
from pathlib import Path

import keras
import numpy as np
import pytest

from cnnviz.models.saved.write import save_model


def test_equal_models_give_equal_files(tmp_path) -> None:
    files = []
    for name in ("one", "other"):
        keras.utils.set_random_seed(1)
        # Layers that share their policy: Keras tells which by where it lies in memory.
        policy = keras.dtype_policies.DTypePolicy("float32")
        layers = [keras.layers.Flatten(dtype=policy, name="f"), keras.layers.Dense(3, dtype=policy, name="d")]
        save_model(keras.Sequential([keras.Input((4, 4, 1), name="i"), *layers], name="m"), tmp_path / f"{name}.keras")
        files.append((tmp_path / f"{name}.keras").read_bytes())
        # The first stays in memory, so that the second's cannot lie where it lay.
        files.append(policy)
    assert files[0] == files[2] and files[1] is not files[3]
    held = keras.models.load_model(tmp_path / "one.keras")
    assert held.predict(np.ones((1, 4, 4, 1)), verbose=0).shape == (1, 3)


def test_writing_leaves_nothing_among_the_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keras makes a folder there, which a killed process would leave."""
    shared, made = tmp_path / "tmp", []
    shared.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    real = tempfile.mkdtemp

    def watched(*arguments: object, **options: object) -> str:
        place = real(*arguments, **options)  # type: ignore[call-overload]
        made.append(Path(place).parent)
        return str(place)

    monkeypatch.setattr(tempfile, "mkdtemp", watched)
    net = keras.Sequential([keras.layers.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    save_model(net, tmp_path / "net.keras")
    assert (tmp_path / "net.keras").exists() and shared not in made and not list(shared.iterdir())
