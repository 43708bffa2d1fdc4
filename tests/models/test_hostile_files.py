"""A model file is code: whatever one asks for, nothing of it runs unless it is trusted."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import ModelError
from tests.helpers import old_keras as old

GREY = (28, 28, 1)


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A file that hostile code would write."""
    return tmp_path / "ran"


def refused(path: Path, says: str, **options: Any) -> None:
    with pytest.raises(ModelError, match=says) as error:
        cnnviz.open_model(path, **options)
    assert error.value.exit_code == 3 and "\n" not in str(error.value)


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name


def archive(path: Path, config: Any, **members: bytes) -> Path:
    """A .keras file of a plain network, with another configuration or further members."""
    model = plain()
    model.save(path)
    with zipfile.ZipFile(path) as source:
        held = {name: source.read(name) for name in source.namelist()}
    held["config.json"] = json.dumps(config(json.loads(held["config.json"]))).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as sink:
        for name, content in (held | members).items():
            sink.writestr(name, content)
    return path


def plain() -> keras.Model:
    return keras.Sequential([keras.Input(GREY), layers.Flatten(name="flatten"), layers.Dense(3, name="dense")])


def with_layer(layer: dict[str, Any]) -> Any:
    """Put a layer between the two of the plain network."""

    def change(config: dict[str, Any]) -> dict[str, Any]:
        config["config"]["layers"].insert(2, layer)
        return config

    return change


def lambda_network(marker: Path) -> keras.Model:
    where = str(marker)

    def touch(x: Any) -> Any:
        with open(where, "w") as file:  # noqa: PTH123 - nothing else is in reach of a lambda's bytecode
            file.write("ran")
        return x

    return keras.Sequential([keras.Input(GREY), layers.Lambda(touch, name="sneaky"), layers.Flatten(), layers.Dense(3)])


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_lambda_is_refused_by_name_and_does_not_run(tmp_path, marker, suffix: str) -> None:
    model = lambda_network(marker)
    model.save(tmp_path / f"net{suffix}")
    marker.unlink(missing_ok=True)
    # Keras stores a function that has a name by this name alone, and a lambda's bytecode.
    refused(tmp_path / f"net{suffix}", "its layer 'sneaky' needs the function 'touch', which is not part of Keras")
    assert not marker.exists()


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_trusted_lambda_runs(tmp_path, suffix: str) -> None:
    model = keras.Sequential([keras.Input(GREY), layers.Lambda(lambda x: x * 3), layers.Flatten(), layers.Dense(3)])
    model.save(tmp_path / f"net{suffix}")
    probe = cnnviz.open_model(tmp_path / f"net{suffix}", scale="0-1", trust=True)
    pixels = np.random.default_rng(0).integers(0, 256, (2, *GREY), dtype=np.uint8)
    expected = np.asarray(model(pixels.astype("float32") / 255))
    np.testing.assert_allclose(probe.logits(cnnviz.Images(pixels)), expected, atol=1e-5)


@pytest.mark.parametrize("where", ["layer", "activation", "initializer", "wrapped"])
def test_a_lambda_hidden_in_a_configuration_is_found(tmp_path, marker, where: str) -> None:
    code = {"class_name": "__lambda__", "config": {"value": "4wAA", "defaults": None, "closure": None}}
    dense = {"name": "hidden", "units": 3, "activation": "linear"}
    layer = {"module": "keras.layers", "class_name": "Dense", "registered_name": None, "config": dense}
    if where == "layer":
        layer = {**layer, "class_name": "Lambda", "config": {"name": "hidden", "function": code}}
    elif where == "activation":
        layer["config"] = {**dense, "activation": code}
    elif where == "initializer":
        layer["config"] = {**dense, "kernel_initializer": code}
    else:
        inner = {"module": "keras.layers", "class_name": "Lambda", "config": {"name": "hidden", "function": code}}
        layer = {**layer, "class_name": "TimeDistributed", "config": {"name": "hidden", "layer": inner}}
    refused(archive(tmp_path / "net.keras", with_layer(layer)), "its layer 'hidden' is a (lambda|Lambda)")


@pytest.mark.parametrize("name", ["StringLookup", "IntegerLookup", "TextVectorization", "Hashing"])
@pytest.mark.parametrize("trust", [False, True])
def test_a_layer_that_may_read_files_is_refused(tmp_path, name: str, trust: bool) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a\nb\n")
    config = {"name": "words", "vocabulary": str(secret), "num_bins": 3}
    layer = {"module": "keras.layers", "class_name": name, "registered_name": None, "config": config}
    refused(archive(tmp_path / "net.keras", with_layer(layer)), f"its layer 'words' is a {name}", trust=trust)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keras.models", "clone_model"),
        ("keras.models", "load_model"),
        ("keras.activations", "deserialize"),
        ("keras.ops", "vectorized_map"),
        ("keras.layers", "Dense"),
        ("keras.src.backend", "relu"),
        (None, "get_file"),
    ],
)
def test_a_function_is_refused_unless_it_is_an_activation_or_an_operation(tmp_path, module, name: str) -> None:
    function = {"module": module, "class_name": "function", "config": name, "registered_name": name}
    config = {"name": "hidden", "activation": function}
    layer = {"module": "keras.layers", "class_name": "Activation", "registered_name": None, "config": config}
    refused(archive(tmp_path / "net.keras", with_layer(layer)), f"its layer 'hidden' needs the function '{name}'")


@pytest.mark.parametrize("name", ["Map", "WhileLoop", "Function", "Cond", "open"])
def test_an_operation_that_calls_functions_is_refused(tmp_path, name: str) -> None:
    layer = {"module": "keras.src.ops.core", "class_name": name, "registered_name": None, "config": {"name": "hidden"}}
    refused(archive(tmp_path / "net.keras", with_layer(layer)), f"its layer 'hidden' needs '{name}'")


@pytest.mark.parametrize("place", ["registered_name", "config", "module", "class_name"])
@pytest.mark.parametrize("value", [[], {}, 3, [["x"]], {"class_name": "Dense"}])
def test_what_is_no_name_is_refused(tmp_path, place: str, value: Any) -> None:
    function = {"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"}
    config = {"name": "hidden", "activation": function | {place: value}}
    layer = {"module": "keras.layers", "class_name": "Activation", "registered_name": None, "config": config}
    refused(archive(tmp_path / "net.keras", with_layer(layer)), r"net\.keras")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("builtins", "eval"),
        ("subprocess", "run"),
        ("keras.utils", "get_file"),
        ("keras.src.utils.io_utils", "print_msg"),
        ("keras.saving", "load_model"),
        ("keras.src.saving.saving_api", "load_model"),
        ("evil_module", "Layer"),
    ],
)
@pytest.mark.parametrize("trust", [False, True])
def test_a_configuration_cannot_import(tmp_path, monkeypatch, marker, module: str, name: str, trust: bool) -> None:
    (tmp_path / "evil_module.py").write_text(f"open({str(marker)!r}, 'w').write('imported')\nclass Layer: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = {"module": module, "class_name": name, "registered_name": None, "config": {"name": "evil", "x": "true"}}
    refused(archive(tmp_path / "net.keras", with_layer(found)), rf"its layer 'evil' needs '{name}'", trust=trust)
    function = {"module": module, "class_name": "function", "config": name, "registered_name": name}
    layer = {"module": "keras.layers", "class_name": "Dense", "registered_name": None,
             "config": {"name": "evil", "units": 3, "activation": function}}  # fmt: skip
    refused(archive(tmp_path / "net.keras", with_layer(layer)), rf"needs the function '{name}'", trust=trust)
    assert not marker.exists()


def test_a_class_under_a_borrowed_name_is_not_taken_for_keras(tmp_path) -> None:
    layer = {"module": "keras.layers", "class_name": "Dense", "registered_name": "mine>Dense",
             "config": {"name": "evil", "units": 3}}  # fmt: skip
    refused(archive(tmp_path / "net.keras", with_layer(layer)), "its layer 'evil' needs 'Dense'")


@pytest.mark.parametrize("kind", ["TFSMLayer", "JaxLayer", "FlaxLayer"])
def test_layers_that_bring_code_along_are_refused(tmp_path, monkeypatch, kind: str) -> None:
    layer = {"module": "keras.layers", "class_name": kind, "registered_name": None,
             "config": {"name": "outside", "filepath": "/elsewhere", "call_endpoint": "serve"}}  # fmt: skip
    monkeypatch.setattr("cnnviz.models.saved.guard.find_spec", lambda name: object())
    says = "which reads its network from the SavedModel folder" if kind == "TFSMLayer" else "runs code"
    refused(archive(tmp_path / "net.keras", with_layer(layer)), f"its layer 'outside' is a {kind}.*{says}")


class Unpickled:
    """Runs when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (exec, ("raise SystemError('a pickle was read')",))


@pytest.mark.parametrize("trust", [False, True])
def test_no_pickle_is_ever_read(tmp_path, trust: bool) -> None:
    content = pickle.dumps(Unpickled())
    for name in ("net.keras", "net.h5", "net.pkl"):
        (tmp_path / name).write_bytes(content)
        refused(tmp_path / name, "it is a pickle, which cnnviz never opens", trust=trust)
    torch = {"module": "keras.layers", "class_name": "TorchModuleWrapper", "registered_name": None,
             "config": {"name": "torch", "module": content.hex()}}  # fmt: skip
    refused(
        archive(tmp_path / "net.keras", with_layer(torch)), "is a TorchModuleWrapper, which holds a pickle", trust=trust
    )


def test_a_custom_layer_needs_its_class(tmp_path) -> None:
    @keras.saving.register_keras_serializable("tests")
    class Doubling(layers.Layer):
        def call(self, x: Any) -> Any:
            return 2 * x

    try:
        model = keras.Sequential([keras.Input(GREY), Doubling(name="twice"), layers.Flatten(), layers.Dense(3)])
        model.save(tmp_path / "net.keras")
        # Registered by whatever else runs in this process: no word of the user's.
        refused(tmp_path / "net.keras", r"its layer 'twice' needs 'Doubling'.*custom_objects")
        assert cnnviz.open_model(tmp_path / "net.keras", trust=True).layers[0].kind == "Doubling"
    finally:
        keras.saving.get_custom_objects().clear()
    probe = cnnviz.open_model(tmp_path / "net.keras", custom_objects={"Doubling": Doubling}, scale="0-1")
    pixels = np.random.default_rng(0).integers(0, 256, (2, *GREY), dtype=np.uint8)
    expected = np.asarray(model(pixels.astype("float32") / 255))
    np.testing.assert_allclose(probe.logits(cnnviz.Images(pixels)), expected, atol=1e-5)
    refused(tmp_path / "net.keras", "needs 'Doubling'", trust=True)


def test_a_class_that_a_script_registered_is_found_by_its_whole_name(tmp_path) -> None:
    """Keras notes no module for what is defined in the program itself."""

    class Doubling(layers.Layer):
        def call(self, x: Any) -> Any:
            return 2 * x

    Doubling.__module__ = "__main__"
    try:
        keras.saving.register_keras_serializable("tests")(Doubling)
        keras.Sequential([keras.Input(GREY), Doubling(), layers.Flatten(), layers.Dense(3)]).save(tmp_path / "n.keras")
        assert cnnviz.open_model(tmp_path / "n.keras", trust=True).layers[0].kind == "Doubling"
    finally:
        keras.saving.get_custom_objects().clear()
    for name in ("Doubling", "tests>Doubling"):
        assert cnnviz.open_model(tmp_path / "n.keras", custom_objects={name: Doubling}).layers[0].kind == "Doubling"


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside", "C:\\outside", "..\\outside"])
def test_an_archive_may_not_name_a_place_outside_itself(tmp_path, name: str) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    refused(archive(folder / "net.keras", lambda config: config, **{name: b"x"}), "names a file outside itself")
    assert [path.name for path in tmp_path.rglob("*outside*")] == []


def test_an_archive_may_not_hold_a_link(tmp_path) -> None:
    path = archive(tmp_path / "net.keras", lambda config: config)
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as sink:
        sink.writestr(link, "/etc/passwd")
    refused(path, "it holds a link")


def test_an_archive_that_unpacks_beyond_measure_is_refused(tmp_path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as sink:
        sink.writestr("config.json", "{}")
        sink.writestr("model.weights.h5", bytes(200_000_000))
    (tmp_path / "net.keras").write_bytes(stream.getvalue())
    refused(tmp_path / "net.keras", "it would unpack to 0.2 GB")


@pytest.mark.parametrize(
    "kind", ["external link", "soft link", "external data", "virtual data", "too much", "never written"]
)
def test_arrays_must_lie_in_the_file(tmp_path, kind: str) -> None:
    parts = [old.flatten(), old.dense(old.TF_2_12, "dense", 3)]
    old.intended(parts, GREY)
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["kernel"] = np.ones((784, 3), np.float32)
    (tmp_path / "secret.bin").write_bytes(np.ones((784, 3), np.float32).tobytes())

    def change(file: h5py.File) -> None:
        group = file["model_weights/dense"]
        name = _text(group.attrs["weight_names"][0])
        del group[name]
        if kind == "external link":
            group[name] = h5py.ExternalLink(str(secret), "/kernel")
        elif kind == "soft link":
            file["elsewhere"] = np.ones((784, 3), np.float32)
            group[name] = h5py.SoftLink("/elsewhere")
        elif kind == "external data":
            group.create_dataset(name, (784, 3), np.float32, external=[(str(tmp_path / "secret.bin"), 0, 784 * 12)])
        elif kind == "virtual data":
            layout = h5py.VirtualLayout((784, 3), np.float32)
            layout[:] = h5py.VirtualSource(str(secret), "kernel", (784, 3))
            group.create_virtual_dataset(name, layout)
        else:
            rows = 1 << (20 if kind == "too much" else 10)
            group.create_dataset(name, (rows, 1 << 14), np.float32, chunks=(1, 1 << 14))

    config = old.sequential(parts, old.TF_2_12, GREY)
    path = old.write_h5(tmp_path / "net.h5", config, old.groups_of(parts), old.TF_2_12, change)
    refused(path, "is not opened: its (part|array|arrays)")


def test_weights_inside_an_archive_must_lie_there_too(tmp_path) -> None:
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["0"] = np.ones((784, 3), np.float32)
    weights = tmp_path / "w.weights.h5"
    plain().save_weights(weights)
    with h5py.File(weights, "a") as file:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = h5py.ExternalLink(str(secret), "/0")
    path = archive(tmp_path / "net.keras", lambda config: config, **{"model.weights.h5": weights.read_bytes()})
    refused(path, "is a link to another place")


NONE = [
    [],
    {},
    {"class_name": 3},
    {"class_name": "Sequential", "config": None},
    7,
    "x",
    {"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense"}]}},
    {"class_name": "Functional", "config": {"layers": [3], "input_layers": 1}},
]


@pytest.mark.parametrize("config", NONE)
def test_a_configuration_that_is_none(tmp_path, config: Any) -> None:
    refused(archive(tmp_path / "net.keras", lambda _: config), "net.keras")


def test_deep_nesting_is_refused(tmp_path) -> None:
    path = archive(tmp_path / "net.keras", lambda config: config)
    with zipfile.ZipFile(path) as source:
        weights = source.read("model.weights.h5")
    with zipfile.ZipFile(path, "w") as sink:
        sink.writestr("config.json", "[" * 100_000 + "]" * 100_000)
        sink.writestr("model.weights.h5", weights)
    refused(path, "net.keras")
