"""What is no usable model is refused in one line that says what to do."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import CnnvizError, ModelError, UsageError
from cnnviz.models.bundled import bundled_models
from tests.helpers import zoo
from tests.helpers.sweeps import sweep

#: Test accuracy that a bundled model has at least, and parameters that it has at most.
LEAST = {"fmnist-cnn": 0.93, "fmnist-best": 0.945}
MOST_PARAMETERS = {"fmnist-cnn": 185_866, "fmnist-best": 400_000}


def refused(error: pytest.ExceptionInfo[CnnvizError], code: int) -> None:
    assert error.value.exit_code == code
    assert "\n" not in str(error.value)


def test_the_bundled_models_are_what_their_papers_say() -> None:
    assert list(bundled_models()) == ["fmnist-cnn", "fmnist-best"]
    for name in bundled_models():
        probe = cnnviz.open_model(name)
        about = probe.card.about
        assert about["name"] == name and about["test_accuracy"] >= LEAST[name]
        assert probe.card.parameters <= MOST_PARAMETERS[name]
        assert len(probe.card.history) >= about["epoch"]
        assert about["seconds"] <= 3 * 3600, "it can be made again in three hours"
    assert sum(model.path.stat().st_size for model in bundled_models().values()) <= 1_500_000
    convolutions = [layer.path for layer in cnnviz.open_model().layers if layer.kind == "Conv2D"]
    assert convolutions == ["conv1", "conv2", "conv3"]


@pytest.mark.parametrize("name", sweep(LEAST, "fmnist-cnn"))
def test_a_bundled_model_reaches_its_accuracy_on_all_test_pictures(fashion_mnist_folder, name: str) -> None:
    probe = cnnviz.open_model(name)
    test = cnnviz.open_images(fashion_mnist_folder)
    assert test.hash == probe.card.about["test_hash"]
    accuracy = (probe.probabilities(test).argmax(axis=1) == test.labels).mean()
    assert accuracy == pytest.approx(probe.card.about["test_accuracy"], abs=5e-4)


def test_a_saved_model_answers_as_it_did(tmp_path) -> None:
    model = zoo.make("residual")
    pixels = np.random.default_rng(0).integers(0, 256, (4, 28, 28, 1), dtype=np.uint8)
    expected = cnnviz.wrap(model, scale="0-1").logits(cnnviz.Images(pixels))
    model.save(tmp_path / "net.keras")
    probe = cnnviz.open_model(tmp_path / "net.keras", scale="0-1")
    assert (probe.card.name, probe.card.source) == ("net", "net.keras")
    assert probe.card.hash == cnnviz.wrap(model).card.hash
    np.testing.assert_allclose(probe.logits(cnnviz.Images(pixels)), expected, atol=1e-6)


def test_the_hash_names_weights_and_structure() -> None:
    model = zoo.make("sequential")
    first = cnnviz.wrap(model).card.hash
    model.layers[0].bias.assign(model.layers[0].bias + 1)
    assert cnnviz.wrap(model).card.hash != first


@pytest.mark.parametrize(
    ("name", "says"),
    [("fmnist-cn", "fmnist-cnn"), ("nets/none.keras", "there is no model file"), ("none.h5", "there is no model file")],
)
def test_a_missing_model(name: str, says: str) -> None:
    with pytest.raises(ModelError, match=says) as error:
        cnnviz.open_model(name)
    refused(error, 3)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("content", [b"", b"<!doctype html>", b"\x89HDF\r\n\x1a\n", b"PK\x03\x04", b"import keras\n"])
def test_a_file_that_is_no_model(tmp_path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"net{suffix}"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="cannot open net") as error:
        cnnviz.open_model(path)
    refused(error, 3)


def model_of(taken: tuple[int | None, ...], *stack: layers.Layer) -> keras.Model:
    start = keras.Input(taken)
    x = start
    for layer in stack:
        x = layer(x)
    return keras.Model(start, x)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (lambda: model_of((5,), layers.Dense(3)), "not a grayscale or color image"),
        (lambda: model_of((28, 28, 17), layers.Flatten(), layers.Dense(3)), "nor one of up to 16 channels"),
        (lambda: model_of((3, 32, 32), layers.Flatten(), layers.Dense(3)), "channels first"),
        (
            lambda: model_of((None,), layers.Embedding(9, 4), layers.GlobalAveragePooling1D(), layers.Dense(3)),
            "looks up its input in its layer 'embedding",
        ),
        (
            lambda: keras.Model([a := keras.Input((28, 28)), b := keras.Input((28, 28))], layers.Flatten()(a + b)),
            "2 inputs",
        ),
        (lambda: keras.Model(a := keras.Input((784,)), [layers.Dense(2)(a), layers.Dense(2)(a)]), "2 outputs"),
        (lambda: "a string", "no model"),
    ],
    ids="row four-channels channels-first text two-inputs two-outputs no-model".split(),
)
def test_what_is_no_classifier_of_one_picture(model, says: str) -> None:
    made = model()
    with pytest.raises(ModelError, match=says) as error:
        cnnviz.open_model(made) if isinstance(made, str) else cnnviz.wrap(made)
    refused(error, 3)


def test_class_names_must_be_as_many_as_classes() -> None:
    with pytest.raises(UsageError, match="2 class names for a model of 10"):
        cnnviz.wrap(zoo.make("mlp"), class_names=["a", "b"])


@pytest.mark.parametrize(("taken", "picture"), [((784,), (28, 28, 1)), ((3072,), (32, 32, 3)), ((28, 28), (28, 28, 1))])
def test_rows_and_flat_pictures_are_understood(taken: tuple[int, ...], picture: tuple[int, int, int]) -> None:
    assert cnnviz.wrap(model_of(taken, layers.Flatten(), layers.Dense(3))).card.input_shape == picture


def test_a_size_is_for_models_of_any_size() -> None:
    anywhere = keras.Sequential([keras.Input((None, None, 3)), layers.GlobalMaxPooling2D(), layers.Dense(3)])
    assert cnnviz.wrap(anywhere, input_size=(40, 50)).card.input_shape == (40, 50, 3)
    assert cnnviz.wrap(zoo.make("sequential"), input_size=(28, 28)).card.input_shape == (28, 28, 1)
    with pytest.raises(UsageError, match="takes images of 28×28 only; leave the input size out"):
        cnnviz.wrap(zoo.make("sequential"), input_size=(64, 64))
