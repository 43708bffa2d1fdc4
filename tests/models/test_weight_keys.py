"""Archives of Keras 2.12 and 2.13, whose weight keys differ from those of Keras 3, above all those from Windows."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import ModelError
from cnnviz.models.saved.weight_keys import BACKSLASHES, COUNTED_TWICE
from tests.helpers import old_forms
from tests.helpers import old_keras as old
from tests.helpers.sweeps import slow

GROUP = "_layer_checkpoint_dependencies"
SHAPE = (12, 12, 1)


def chain() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(4, 3, padding="same"),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(6),
            layers.Dense(3, "softmax"),
        ]
    )


def branches() -> keras.Model:
    start = keras.Input(SHAPE)
    inner = keras.Sequential([keras.Input((12, 12, 4)), layers.Conv2D(4, 3), layers.Conv2D(4, 3)], name="inner")
    x = layers.Conv2D(4, 3, padding="same")(start)
    sides = [layers.Conv2D(4, 3, padding="same", name=name)(x) for name in ("left", "right", "middle")]
    x = inner(layers.Subtract()([layers.Add()(sides[:2]), sides[2]]))
    return keras.Model(start, layers.Dense(3, "softmax")(layers.Flatten()(x)))


def parts_of_layers() -> keras.Model:
    """Layers that hold other layers, which have keys of their own."""
    start = keras.Input(SHAPE)
    rows = layers.Reshape((12, 12))(start)
    inner = keras.Sequential([keras.Input((12,)), layers.Dense(4), layers.Dense(4)])
    x = layers.TimeDistributed(inner)(rows)
    x = layers.MultiHeadAttention(2, 4)(x, value=x)
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
    x = layers.LSTM(4, return_sequences=True)(x)
    return keras.Model(start, layers.Dense(3, "softmax")(layers.LSTM(4)(x)))


def made(net: Any) -> keras.Model:
    keras.utils.set_random_seed(3)
    return net()


def keys(model: keras.Model, twice: bool, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the key of each layer's group in Keras 3, and that of Keras 2.13, from how its source counts."""
    new: dict[str, int] = {}
    old: dict[str, int] = {}
    for layer in model.layers:
        kind = keras.src.utils.naming.to_snake_case(type(layer).__name__)
        names = [f"{kind}_{seen[kind]}" if seen.get(kind) else kind for seen in (new, old)]
        new[kind] = new.get(kind, 0) + 1
        old[kind] = old.get(kind, 0) + (2 if twice and layer.weights else 1)
        yield f"{prefix}layers/{names[0]}", f"{prefix}{GROUP}/{names[1]}"
        inside = "/layer" if hasattr(layer, "layer") else ""
        if hasattr(inner := layer.layer if inside else layer, "layers"):
            for inner_new, inner_old in keys(inner, twice):
                yield (
                    f"{prefix}layers/{names[0]}{inside}/{inner_new}",
                    f"{prefix}{GROUP}/{names[1]}{inside}/{inner_old}",
                )


def of_keras_2_13(model: keras.Model) -> dict[str, Any]:
    """Return the network as tf.keras 2.12 describes it, with what archives say in addition: modules, and a shape."""
    return _with_modules(old_forms.described(model, old.TF_2_12), model)


def _with_modules(layer: dict[str, Any], model: keras.Model) -> dict[str, Any]:
    inner, kind = layer["config"], layer["class_name"]
    if kind == "Functional":
        about = {"module": "keras.src.engine.functional", "registered_name": "Functional"}
    else:
        about = {"module": "keras" if kind == "Sequential" else "keras.layers", "registered_name": None}
    if "layers" in inner:
        held = {one.name: one for one in model.layers}
        inner = {**inner, "layers": [_with_modules(one, held.get(one["config"]["name"])) for one in inner["layers"]]}
    elif kind == "TimeDistributed":
        inner = {**inner, "layer": of_keras_2_13(model.layer)}
    elif kind == "Bidirectional":
        inner = {**inner, "layer": _with_modules(inner["layer"], None)}
    elif kind == "MultiHeadAttention":
        about["build_config"] = {"input_shape": [None, 12, 4]}
    return {**layer, "config": inner, **about}


def archive(path: Path, model: keras.Model, slash: str = "\\", twice: bool = True) -> Path:
    """Save a model as Keras 2.13 does: each layer's group lies in the root, named by its joined path."""
    model.save(path)
    config = of_keras_2_13(model)
    old_keys = dict(keys(model, twice))
    with zipfile.ZipFile(path) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    buffer = io.BytesIO()
    with h5py.File(io.BytesIO(members["model.weights.h5"]), "r") as source, h5py.File(buffer, "w") as sink:
        for key in old_keys.values():
            sink.create_group(key.replace("/", slash)).create_group("vars")

        def copy(name: str, item: Any) -> None:
            if isinstance(item, h5py.Dataset):
                at, number = name.rsplit("/vars/", 1)
                known = max((new for new in old_keys if at == new or at.startswith(f"{new}/")), key=len)
                place = (old_keys[known] + at[len(known) :]).replace("/", slash)
                sink[f"{place}/vars/{number}"] = item[()]

        source.visititems(copy)
    members["model.weights.h5"] = buffer.getvalue()
    members["config.json"] = json.dumps(config).encode()
    members["metadata.json"] = json.dumps({"keras_version": "2.13.1"}).encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return path


def answers_as(path: Path, model: keras.Model, **options: Any) -> cnnviz.Probe:
    probe = cnnviz.open_model(path, scale="0-1", **options)
    pixels = np.random.default_rng(0).integers(0, 256, (5, *SHAPE), dtype=np.uint8)
    expected = model.predict(pixels.astype(np.float32) / 255, verbose=0)
    np.testing.assert_allclose(probe.probabilities(cnnviz.Images(pixels)), expected, atol=1e-6)
    return probe


@pytest.mark.parametrize("net", [branches, *slow(chain, parts_of_layers)])
@pytest.mark.parametrize("slash", ["\\", "/"], ids=["Windows", "other systems"])
@pytest.mark.parametrize("twice", [True, False], ids=["counted twice", "counted once"])
def test_the_weights_are_found(tmp_path: Path, net: Any, slash: str, twice: bool) -> None:
    model = made(net)
    path = archive(tmp_path / "net.keras", model, slash, twice)
    before = path.read_bytes()
    probe = answers_as(path, model)
    wanted = (BACKSLASHES,) * (slash == "\\") + (COUNTED_TWICE,) * twice
    assert tuple(name for name in probe.card.repairs if name in (BACKSLASHES, COUNTED_TWICE)) == wanted
    assert path.read_bytes() == before


def test_an_archive_of_keras_3_needs_no_repair(tmp_path: Path) -> None:
    model = made(chain)
    model.save(tmp_path / "net.keras")
    assert answers_as(tmp_path / "net.keras", model).card.repairs == ()


def test_weights_alone(tmp_path: Path) -> None:
    model = made(chain)
    with zipfile.ZipFile(archive(tmp_path / "net.keras", model)) as whole:
        whole.extract("model.weights.h5", tmp_path)
    (tmp_path / "net.json").write_text(model.to_json())
    path = tmp_path / "model.weights.h5"
    with pytest.raises(ModelError, match="holds weights without a network; give its architecture"):
        cnnviz.open_model(path)
    before = path.read_bytes()
    probe = answers_as(path, model, architecture=tmp_path / "net.json")
    assert probe.card.repairs == (BACKSLASHES, COUNTED_TWICE) and path.read_bytes() == before


def changed(path: Path, change: Any) -> None:
    with zipfile.ZipFile(path) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    buffer = io.BytesIO(members["model.weights.h5"])
    with h5py.File(buffer, "r+") as file:
        change(file)
    members["model.weights.h5"] = buffer.getvalue()
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)


def lacks_one(file: h5py.File) -> None:
    del file[f"{GROUP}\\conv2d_2"]


def has_two_of_one(file: h5py.File) -> None:
    file[f"{GROUP}/dense/vars/0"] = np.zeros((2, 2), np.float32)


def points_elsewhere(file: h5py.File) -> None:
    file[f"{GROUP}\\more"] = h5py.ExternalLink("secret.h5", "/")


@pytest.mark.parametrize("change", [lacks_one, has_two_of_one, points_elsewhere])
def test_keys_that_do_not_fit_are_refused_in_a_line(tmp_path: Path, change: Any) -> None:
    path = archive(tmp_path / "net.keras", made(chain))
    changed(path, change)
    with pytest.raises(ModelError, match=r"net\.keras") as raised:
        cnnviz.open_model(path)
    assert "\n" not in str(raised.value)
