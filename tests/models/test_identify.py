"""What only looks like a model is called what it is, in one line that says what to do."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import ModelError
from tests.helpers import old_keras as old


def refused(path: Path, says: str, **options) -> None:
    with pytest.raises(ModelError, match=says) as error:
        cnnviz.open_model(path, **options)
    assert error.value.exit_code == 3 and "\n" not in str(error.value)


@pytest.mark.parametrize("suffix", [".keras", ".h5", ".hdf5"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "Git LFS pointer.*git lfs pull"),
        (b"<!DOCTYPE html>\n<html>", "a web page; download the file itself"),
        (b"\n  <html>", "a web page"),
        (b"import keras\nmodel = keras.Sequential()\n", "Python source; run it and save the model"),
        (b"a note to myself\n", "it is text"),
        (b'{"class_name": "Sequential"}', "it is JSON; give it as --architecture"),
        (b"\x1c\x00\x00\x00TFL3\x00\x00", "TensorFlow Lite model"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "a web page"),
        (b'{"cells": [], "nbformat": 4}', "a Jupyter notebook; run it and save the model"),
        (b"\x1f\x8b\x08\x00", "a packed archive; unpack it first"),
        (b"model/".ljust(257, b"\x00") + b"ustar\x0000", "a packed archive; unpack it first"),
        (b"\x89PNG\r\n\x1a\n\x00", "an image, not a model"),
        (b"\x93NUMPY\x01\x00", "a NumPy array"),
        (b"\x00\x01\x02\x03" * 20, "not a file saved by Keras"),
    ],
)
def test_files_that_are_no_models(tmp_path, suffix: str, content: bytes, says: str) -> None:
    (tmp_path / f"net{suffix}").write_bytes(content)
    refused(tmp_path / f"net{suffix}", f"cannot open net{suffix} as a Keras model: .*{says}")


def saved(path: Path) -> bytes:
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(3)])
    model.save(path)
    return path.read_bytes()


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
def test_files_that_are_cut_short(tmp_path, suffix: str, share: float) -> None:
    path = tmp_path / f"net{suffix}"
    content = saved(path)
    path.write_bytes(content[: int(len(content) * share)])
    refused(path, f"net{suffix}.*(damaged|cut short)")


def test_the_content_counts_and_not_the_name(tmp_path) -> None:
    saved(tmp_path / "net.h5")
    (tmp_path / "net.h5").rename(tmp_path / "misnamed.keras")
    assert cnnviz.open_model(tmp_path / "misnamed.keras").card.format == "HDF5"
    saved(tmp_path / "net.keras")
    (tmp_path / "net.keras").rename(tmp_path / "misnamed.h5")
    assert cnnviz.open_model(tmp_path / "misnamed.h5").card.format == "Keras archive"


def test_an_archive_of_something_else(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.keras", "w") as sink:
        sink.writestr("a.txt", "x")
    refused(tmp_path / "photos.keras", "is a zip archive, but Keras did not write it")
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["x"] = np.zeros(3)
    refused(tmp_path / "data.h5", "is an HDF5 file, but Keras did not write it")
    (tmp_path / "folder").mkdir()
    refused(tmp_path / "folder", "is a folder without a saved model")


@pytest.mark.parametrize(
    ("member", "says"),
    [
        ("download/net.keras", r"unpack it, and give what is inside \(download/net.keras\)"),
        ("net/config.json", r"unpack it, and give what is inside \(net/config.json\)"),
        ("archive/data.pkl", "it holds a pickle, as PyTorch writes it"),
    ],
)
def test_an_archive_around_a_model(tmp_path, member: str, says: str) -> None:
    with zipfile.ZipFile(tmp_path / "net.keras", "w") as sink:
        sink.writestr(member, "x")
    refused(tmp_path / "net.keras", f"net.keras is a zip archive, but Keras did not write it: {says}")


@pytest.mark.parametrize("name", ["net.index", "net-1.data-00000-of-00001"])
def test_a_part_of_a_checkpoint(tmp_path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x00\x01\x02\x03" * 20)
    refused(tmp_path / name, "a part of a TensorFlow checkpoint, weights without a network; .*model.save")


def test_an_architecture_beside_what_holds_no_weights_alone(tmp_path) -> None:
    saved(tmp_path / "net.keras")
    refused(tmp_path / "net.keras", "net.keras is a whole model.*leave --architecture out", architecture="fmnist-cnn")
    (tmp_path / "w.h5").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    refused(tmp_path / "w.h5", "Git LFS pointer.*git lfs pull", architecture="fmnist-cnn")


def test_a_network_without_its_weights(tmp_path) -> None:
    saved(tmp_path / "net.keras")
    stream = io.BytesIO()
    with zipfile.ZipFile(tmp_path / "net.keras") as source, zipfile.ZipFile(stream, "w") as sink:
        sink.writestr("config.json", source.read("config.json"))
    (tmp_path / "net.keras").write_bytes(stream.getvalue())
    refused(tmp_path / "net.keras", "holds a network without its weights")


def test_architectures_that_are_none(tmp_path) -> None:
    keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(3)]).save_weights(tmp_path / "w.weights.h5")
    refused(tmp_path / "w.weights.h5", "holds weights without a network; give its architecture")
    for name, text in (("a.json", "no json"), ("b.json", "3"), ("c.json", '"text"')):
        (tmp_path / name).write_text(text)
        refused(tmp_path / "w.weights.h5", f"{name} is not an architecture", architecture=tmp_path / name)
    refused(tmp_path / "w.weights.h5", "there is no architecture .*none.json", architecture=tmp_path / "none.json")
    refused(tmp_path / "w.weights.h5", "fmnist-cnn", architecture="fmnist-cn")


def test_a_text_model_and_a_regressor_of_rows(tmp_path) -> None:
    words = keras.Sequential([keras.Input((40,)), layers.Embedding(99, 8), layers.LSTM(4), layers.Dense(2, "softmax")])
    words.save(tmp_path / "words.keras")
    refused(tmp_path / "words.keras", "looks up its input in its layer 'embedding.*text")
    keras.Sequential([keras.Input((13,)), layers.Dense(1)]).save(tmp_path / "houses.h5")
    refused(tmp_path / "houses.h5", "not a grayscale or color image")


def test_weights_that_diverged(tmp_path) -> None:
    parts = [old.flatten(), old.dense(old.TF_2_12, "dense", 3)]
    old.intended(parts, (28, 28, 1))
    groups = old.groups_of(parts)
    groups[1][1][0][1].setflags(write=True)
    damaged = [("flatten_1", []), ("dense", [(key, np.full_like(array, np.nan)) for key, array in groups[1][1]])]
    config = old.sequential(parts, old.TF_2_12, (28, 28, 1))
    refused(old.write_h5(tmp_path / "net.h5", config, damaged, old.TF_2_12), "NaN or infinity.*earlier checkpoint")


def test_arrays_of_another_network(tmp_path) -> None:
    parts = [old.flatten(), old.dense(old.TF_2_12, "dense", 3)]
    old.intended(parts, (28, 28, 1))
    config = old.sequential(parts, old.TF_2_12, (28, 28, 1))
    (name, arrays) = old.groups_of(parts)[1]
    smaller = [(key, array[:2]) for key, array in arrays]
    path = old.write_h5(tmp_path / "net.h5", config, [("flatten_1", []), (name, smaller)], old.TF_2_12)
    refused(path, "holds an array of 2×3 for .* where the network has 784×3")
    path = old.write_h5(tmp_path / "net.h5", config, [(name, arrays[:1])], old.TF_2_12)
    refused(path, "holds 1 arrays for the layer 'dense', which has 2")


def test_a_subclassed_model_without_its_class(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "net.keras", "w") as sink:
        config = {"module": None, "class_name": "MyNet", "config": {"name": "my_net"}, "registered_name": "MyNet"}
        sink.writestr("config.json", json.dumps(config))
        sink.writestr("metadata.json", "{}")
        sink.writestr("model.weights.h5", b"")
    refused(tmp_path / "net.keras", "needs 'MyNet', which is not part of Keras; give it as custom_objects")


def test_what_is_no_model_is_refused_without_waiting_for_tensorflow(tmp_path) -> None:
    (tmp_path / "net.h5").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    script = (
        "import sys, cnnviz\n"
        "try: cnnviz.open_model(sys.argv[1])\n"
        "except cnnviz.ModelError as error: print(error, 'tensorflow' in sys.modules)\n"
    )
    told = subprocess.run([sys.executable, "-c", script, tmp_path / "net.h5"], capture_output=True, text=True)
    assert told.stdout.endswith("run git lfs pull False\n"), told.stderr
