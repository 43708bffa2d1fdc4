"""A refusal advises to trust a file only where trust is what it lacks."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import ModelError
from tests.helpers.lambda_files import file_of

SHAPE = (8, 8, 1)
ADVICE = "give --trust-model, in Python trust=True"


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(ModelError) as raised:
        cnnviz.open_model(path, scale="0-1", **options)
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.filterwarnings("ignore")
def test_a_saved_model_that_another_file_refers_to(tmp_path: Path) -> None:
    inner = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(3, "softmax")])
    inner.export(str(tmp_path / "inner"), verbose=False)
    outer = keras.Sequential([keras.Input(SHAPE), layers.TFSMLayer(str(tmp_path / "inner"), call_endpoint="serve")])
    path = tmp_path / "net.keras"
    outer.save(path)
    assert ADVICE in refusal(path)
    probe = cnnviz.open_model(path, scale="0-1", trust=True)
    pixels = np.random.default_rng(0).integers(0, 256, (4, *SHAPE), dtype=np.uint8)
    expected = inner.predict(pixels / np.float32(255), verbose=0)
    np.testing.assert_allclose(probe.probabilities(cnnviz.Images(pixels)), expected, atol=1e-6)
    shutil.rmtree(tmp_path / "inner")
    for options in ({}, {"trust": True}):
        said = refusal(path, **options)
        assert "TFSMLayer" in said and "inner', which is not there" in said and "trust" not in said


def with_layer(path: Path, class_name: str, **config: Any) -> Path:
    """Save a network, one layer of which is replaced by another in its configuration."""
    keras.Sequential([keras.Input(SHAPE), layers.Dropout(0.1, name="odd"), layers.Flatten(), layers.Dense(3)]).save(
        path
    )
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    network = json.loads(members["config.json"])
    place = next(i for i, layer in enumerate(network["config"]["layers"]) if layer["config"].get("name") == "odd")
    network["config"]["layers"][place] = {
        "module": "keras.layers",
        "class_name": class_name,
        "registered_name": None,
        "config": {"name": "odd", "trainable": True, "dtype": "float32", **config},
    }
    members["config.json"] = json.dumps(network).encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return path


@pytest.mark.parametrize("folder", [None, 3, "", "a\0b", "x" * 5000])
def test_a_folder_that_no_system_has(tmp_path: Path, folder: Any) -> None:
    path = with_layer(tmp_path / "net.keras", "TFSMLayer", filepath=folder, call_endpoint="serve")
    said = refusal(path)
    assert "which is not there" in said and "trust" not in said and len(said) < 1000


@pytest.mark.parametrize("kind", ["JaxLayer", "FlaxLayer"])
def test_layers_of_another_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    path = with_layer(tmp_path / "net.keras", kind, call_fn=None)
    monkeypatch.setattr("cnnviz.models.saved.guard.find_spec", lambda name: None)
    said = refusal(path)
    assert f"'odd' is a {kind}, which needs JAX" in said and "trust" not in said
    monkeypatch.setattr("cnnviz.models.saved.guard.find_spec", lambda name: object())
    assert ADVICE in refusal(path)


def test_a_function_that_the_file_only_names(tmp_path: Path) -> None:
    path, _ = file_of(tmp_path / "net.h5", "halved", lambda t: t / 2)
    for options in ({}, {"trust": True}):
        said = refusal(path, **options)
        assert "'scale' needs the function 'halved'" in said and ADVICE not in said
        assert "custom_objects={'halved': …}" in said and "--trust-model --custom-objects FILE.py:halved" in said
