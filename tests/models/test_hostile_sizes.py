"""Files of a few kilobytes that ask for gigabytes, or for hours: refused at once and in little memory."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import ModelError
from cnnviz.models.saved.config_limits import MOST_IN_SEQUENCE, MOST_LAYERS
from cnnviz.models.saved.hdf5_links import refuse_links


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small") / "small.keras"
    keras.Sequential(
        [
            layers.Input((12, 12, 1)),
            layers.Conv2D(4, 3, name="conv"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax", name="out"),
        ]
    ).save(path)
    return path


def stored(layer: keras.layers.Layer) -> dict[str, Any]:
    return dict(keras.saving.serialize_keras_object(layer))


def changed(small: Path, change: Callable[[dict[str, Any]], Any], to: Path) -> Path:
    """Write the archive with another description of its network."""
    with zipfile.ZipFile(small) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    config = change(config) or config
    with zipfile.ZipFile(to, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, json.dumps(config) if name == "config.json" else content)
    return to


def held(config: dict[str, Any]) -> list[dict[str, Any]]:
    layers_of: list[dict[str, Any]] = config["config"]["layers"]
    return layers_of


def units(config: dict[str, Any]) -> None:
    held(config)[-1]["config"]["units"] = 8_000_000_000


def filters(config: dict[str, Any]) -> None:
    held(config)[1]["config"]["filters"] = 100_000_000
    held(config)[-1].pop("build_config", None)


def kernel(config: dict[str, Any]) -> None:
    held(config)[1]["config"] |= {"kernel_size": [100_000, 100_000], "padding": "same"}


def inserted(layer: keras.layers.Layer) -> Callable[[dict[str, Any]], None]:
    return lambda config: held(config).insert(1, stored(layer))


def pixels(config: dict[str, Any]) -> None:
    held(config)[0]["config"]["batch_shape"] = [None, 100_000, 100_000, 1]


def sequence(count: int) -> Callable[[dict[str, Any]], None]:
    def many(config: dict[str, Any]) -> None:
        relu = stored(layers.Activation("relu"))
        for i in range(count):
            one = copy.deepcopy(relu)
            one["config"]["name"] = f"relu{i}"
            held(config).insert(2, one)

    return many


def lengthened(count: int) -> Callable[[dict[str, Any]], None]:
    """Put so many steps, one after the other, before the last layer of a functional model."""

    def longer(config: dict[str, Any]) -> None:
        *others, last = held(config)
        step = last | {"class_name": "ReLU", "config": stored(layers.ReLU())["config"], "build_config": None}
        steps = []
        for i in range(count):
            one = copy.deepcopy(step) | {"name": f"step{i}"}
            one["config"]["name"] = f"step{i}"
            if steps:
                one["inbound_nodes"][0]["args"][0]["config"]["keras_history"] = [f"step{i - 1}", 0, 0]
            steps.append(one)
        last["inbound_nodes"][0]["args"][0]["config"]["keras_history"] = [f"step{count - 1}", 0, 0]
        config["config"]["layers"] = [*others, *steps, last]

    return longer


def nested(levels: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def inside(config: dict[str, Any]) -> dict[str, Any]:
        for i in range(levels):
            about = {"name": f"level{i}", "layers": [config]}
            config = {"class_name": "Sequential", "module": "keras", "registered_name": None, "config": about}
        return config

    return inside


ASKING = {
    "billions of units": units,
    "a hundred million filters": filters,
    "a kernel of ten thousand million weights": kernel,
    "an embedding of a thousand million rows": inserted(layers.Embedding(10**9, 64)),
    "an upsampling by a hundred thousand": inserted(layers.UpSampling2D(100_000)),
    "a frame of a hundred thousand": inserted(layers.ZeroPadding2D(100_000)),
    "a resizing to sixty thousand": inserted(layers.Resizing(60_000, 60_000)),
    "an image of ten thousand million pixels": pixels,
    "too many layers in a sequence": sequence(MOST_IN_SEQUENCE),
    "too many layers": sequence(MOST_LAYERS + 1),
    "models inside models": nested(60),
}

# The most memory above that of the interpreter with TensorFlow, after a good model was opened.
_OPEN = """
import sys
from pathlib import Path
import cnnviz

def kilobytes(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name)))

cnnviz.open_model(sys.argv[1])
before = kilobytes("VmRSS")
for path in sys.argv[2:]:
    try:
        cnnviz.open_model(path)
        print("opened", path)
    except cnnviz.core.errors.ModelError as error:
        assert str(error).isprintable(), error
print(kilobytes("VmHWM") - before)
"""


@pytest.mark.parametrize("what", ASKING)
def test_a_small_file_that_asks_for_much_is_refused(small: Path, tmp_path: Path, what: str) -> None:
    path = changed(small, ASKING[what], tmp_path / "asks.keras")
    with pytest.raises(ModelError, match=r"asks\.keras|the output of the layer"):
        cnnviz.open_model(path)
    # A refusal leaves nothing behind that the next model would allocate.
    assert cnnviz.open_model(small).card.parameters == 4 * 9 + 4 + 4 * 3 + 3


def test_refusals_take_little_memory(small: Path, tmp_path: Path) -> None:
    paths = [changed(small, change, tmp_path / f"{i}.keras") for i, change in enumerate(ASKING.values())]
    sparse = tmp_path / "sparse.h5"
    with h5py.File(sparse, "w") as file:
        # 400 MB that take no place, and a network that they do not fit.
        model = keras.Sequential([layers.Input((12, 12, 1)), layers.Flatten(), layers.Dense(3, name="out")])
        file.attrs["model_config"] = model.to_json()
        file.attrs["layer_names"] = [b"out"]
        group = file.create_group("out")
        group.attrs["weight_names"] = [b"kernel", b"bias"]
        group.create_dataset("kernel", (100_000, 1_000), np.float32)
        group.create_dataset("bias", (3,), np.float32)
        file.create_dataset("more", data=np.random.default_rng(0).integers(0, 256, 9_000_000, dtype=np.uint8))
    run = subprocess.run(
        [sys.executable, "-c", _OPEN, str(small), *map(str, paths), str(sparse)],
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert run.returncode == 0, run.stderr
    (grown,) = run.stdout.split()
    assert int(grown) < 600_000


@pytest.mark.parametrize("kind", ["external", "soft", "nowhere"])
@pytest.mark.parametrize("weights_only", [False, True])
def test_the_group_of_the_weights_is_no_link(tmp_path: Path, kind: str, weights_only: bool) -> None:
    model = keras.Sequential([layers.Input((8, 8, 1)), layers.Flatten(), layers.Dense(2, name="out")])
    model.save(tmp_path / "secret.h5")
    path = tmp_path / "links.h5"
    with h5py.File(path, "w") as file:
        if not weights_only:
            file.attrs["model_config"] = model.to_json()
        file["elsewhere"] = np.zeros(3)
        links = {
            "external": h5py.ExternalLink(str(tmp_path / "secret.h5"), "/model_weights"),
            "soft": h5py.SoftLink("/elsewhere"),
            "nowhere": h5py.ExternalLink("nowhere.h5", "/"),
        }
        file["model_weights"] = links[kind]
    (tmp_path / "network.json").write_text(model.to_json())
    options = {"architecture": tmp_path / "network.json"} if weights_only else {}
    with pytest.raises(ModelError, match="outside the file"):
        cnnviz.open_model(path, **options)


def test_no_damaged_byte_of_an_hdf5_file_is_more_than_a_refusal(tmp_path: Path) -> None:
    """HDF5 loses exceptions of Python and raises a SystemError in their place, from the walk and from within it."""
    good, bad = tmp_path / "good.h5", tmp_path / "bad.h5"
    with h5py.File(good, "w") as file:
        file["layers/dense/vars/0"], file["layers/dense/vars/1"] = np.zeros((4, 3)), np.zeros(3)
    content = good.read_bytes()
    refusals = 0
    for at in range(0, len(content), 5):
        damaged = bytearray(content)
        damaged[at] ^= 0x10
        bad.write_bytes(damaged)
        try:
            assert refuse_links(bad, "bad.h5") >= 0
        except ModelError as error:
            assert str(error).startswith(("cannot open bad.h5: ", "bad.h5 is not opened: "))
            refusals += 1
    assert refusals > 50
    with h5py.File(bad, "w") as file:
        # It has no shape, which Python reports inside the walk.
        file["nothing"] = h5py.Empty("f4")
    with pytest.raises(ModelError, match="the HDF5 file is damaged or cut short"):
        refuse_links(bad, "bad.h5")


def test_a_chain_of_as_many_layers_as_are_allowed_opens(tmp_path: Path) -> None:
    """Keras' walk from the output to the input calls itself for each layer, 1,100 times here."""
    entry = layers.Input((12, 12, 1))
    pooled = layers.GlobalAveragePooling2D()(entry)
    model = keras.Model(entry, layers.Dense(3, activation="softmax", name="out")(pooled))
    model.save(tmp_path / "chain.keras")
    before = sys.getrecursionlimit()
    path = changed(tmp_path / "chain.keras", lengthened(1_100), tmp_path / "chain.keras")
    assert len(cnnviz.open_model(path).layers) == 1_100 + 2 and sys.getrecursionlimit() == before


@pytest.mark.parametrize("value", [3, 1.5, [], [1, 2], b"out", [[b"out"]]])
@pytest.mark.parametrize("attribute", ["layer_names", "weight_names"])
def test_names_that_are_none_are_refused(tmp_path: Path, attribute: str, value: Any) -> None:
    model = keras.Sequential([layers.Input((8, 8, 1)), layers.Flatten(), layers.Dense(2, name="out")])
    path = tmp_path / "model.h5"
    model.save(path)
    with h5py.File(path, "r+") as file:
        group = file["model_weights"] if attribute == "layer_names" else file["model_weights/out"]
        del group.attrs[attribute]
        group.attrs[attribute] = value
    with pytest.raises(ModelError, match=r"model\.h5"):
        cnnviz.open_model(path)
