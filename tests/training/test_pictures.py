"""Of a set with a test part nothing is learned but from the other part."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import cnnviz
from cnnviz.core.errors import DataError, UsageError
from cnnviz.training.grid_search import try_all
from cnnviz.training.kfold import cross_validate
from cnnviz.training.recipe import TrainingRecipe
from cnnviz.training.resolve_network import chosen_network
from cnnviz.training.training_images import check_labeled, training_images_of
from tests.helpers.bright_squares import bright_squares

LAYERS = "flatten, dense 3"


@pytest.fixture
def archive(tmp_path):
    train, test = bright_squares(60), bright_squares(30, seed=1)
    path = tmp_path / "both.npz"
    np.savez(path, x_train=train.pixels, y_train=train.labels, x_test=test.pixels, y_test=test.labels)
    return path


def test_the_training_part_of_an_archive_is_taken(archive, tmp_path):
    taken = training_images_of(archive)
    np.testing.assert_array_equal(taken.pixels, bright_squares(60).pixels)
    run = cnnviz.train(layers=LAYERS, images=archive, epochs=1, out=tmp_path / "run")
    written = json.loads((tmp_path / "run" / "run.json").read_text())
    assert written["source"] == f"{archive}:train" and written["seconds"] == run.history[0]["seconds"]


def test_the_training_part_of_a_folder_is_taken(tmp_path):
    for part, count in (("train", 6), ("test", 3)):
        for number in range(count):
            place = tmp_path / part / f"kind {number % 3}"
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.full((8, 8), 10 * number, np.uint8)).save(place / f"{number}.png")
    assert len(training_images_of(tmp_path)) == 6


def test_arrays_with_labels_are_training_images():
    images = bright_squares(60)
    taken = training_images_of((images.pixels, images.labels))
    np.testing.assert_array_equal(taken.pixels, images.pixels)
    np.testing.assert_array_equal(taken.labels, images.labels)


def test_fashion_mnist_by_its_name_is_its_training_set(fashion_mnist_folder):
    assert training_images_of("fmnist").source == "fmnist:train" and len(training_images_of("fmnist")) == 60_000


@pytest.mark.parametrize(
    ("test", "train"),
    [
        ("t10k-images-idx3-ubyte.gz", "train-images-idx3-ubyte.gz"),
        ("fashion-mnist_test.csv", "fashion-mnist_train.csv"),
        ("Test", "Train"),
    ],
)
def test_what_is_called_test_is_refused_beside_what_is_called_train(tmp_path, test, train):
    pictures = replace(bright_squares(9), source=str(tmp_path / test))
    # By itself a name says little: a folder may be somebody's first test.
    assert check_labeled(pictures) is not None
    (tmp_path / train).touch()
    with pytest.raises(UsageError, match=f"are test images by name, which must not be trained on; give .*{train}"):
        check_labeled(pictures)
    assert check_labeled(replace(pictures, source=str(tmp_path / "latest.csv"))) is not None


def test_test_pictures_are_refused_however_they_come(archive):
    test = f"{archive}:test"
    opened = cnnviz.open_images(archive)
    assert opened.source == test
    for given in (test, opened, opened[:9]):
        with pytest.raises(UsageError, match=r"both.npz:test are test images, .* give .*both.npz:train"):
            cnnviz.train(layers=LAYERS, images=given, epochs=1)
    alone = archive.with_name("alone.npz")
    np.savez(alone, x_test=opened.pixels, y_test=opened.labels)
    with pytest.raises(UsageError, match=r"alone\.npz:test are test images, .*; give others"):
        cnnviz.train(layers=LAYERS, images=alone, epochs=1)
    with pytest.raises(UsageError, match="are test images"):
        cross_validate(chosen_network(layers=LAYERS), opened, TrainingRecipe(epochs=1), 2)
    with pytest.raises(UsageError, match="are test images"):
        try_all(chosen_network(layers=LAYERS), opened, TrainingRecipe(epochs=1), {"rate": ("0.1",)})


def datasets():
    """The same 60 images as an array, a tf.data.Dataset, and batches of Keras and in PyTorch's manner."""
    import keras
    import tensorflow as tf

    held = bright_squares(60)

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 4

        def __getitem__(self, number):
            part = slice(15 * number, 15 * number + 15)
            return held.pixels[part], keras.utils.to_categorical(held.labels[part], 3)

    class Items:
        classes = held.class_names

        def __len__(self):
            return 60

        def __getitem__(self, number):
            return held.pixels[number].transpose(2, 0, 1), int(held.labels[number])

    sliced = tf.data.Dataset.from_tensor_slices((held.pixels, held.labels))
    return (held.pixels, held.labels), sliced, sliced.batch(7), Batches(), Items()


def test_datasets_are_learned_from_as_arrays_are():
    array, *others = datasets()
    options = {"layers": LAYERS, "epochs": 1, "batch_size": 16}
    expected = cnnviz.train(images=array, **options)
    for given in others:
        made = cnnviz.train(images=given, **options)
        assert made.history[0]["loss"] == expected.history[0]["loss"]
        for one, two in zip(made.model.get_weights(), expected.model.get_weights(), strict=True):
            np.testing.assert_array_equal(one, two)
        grown = cnnviz.augment(given, 1.5, "flip")
        np.testing.assert_array_equal(grown.pixels, cnnviz.augment(array, 1.5, "flip").pixels)
    assert made.class_names == bright_squares(1).class_names


def test_validation_images_of_ones_own():
    array, sliced, *_ = datasets()
    held_out = (array[0][:15] / np.float32(255), array[1][:15])
    made = cnnviz.train(images=sliced, validation_images=held_out, layers=LAYERS, epochs=1)
    pixels, labels = held_out
    chances = made.model.predict(pixels, verbose=0)
    assert made.history[0]["val_accuracy"] == pytest.approx((chances.argmax(1) == labels).mean())
    assert made.history[0]["val_loss"] == pytest.approx(-np.log(chances[range(15), labels]).mean(), rel=1e-4)
    named = replace(bright_squares(30), class_names=("x", "y", "z"))
    with pytest.raises(DataError, match="validation images have the classes x, y, z"):
        cnnviz.train(images=bright_squares(60), validation_images=named, layers=LAYERS, epochs=1)


def test_pixels_that_are_scaled_already_are_refused():
    """The run would record that it takes pixels of 0 to 1."""
    (pixels, labels), *_ = datasets()
    with pytest.raises(DataError, match=r"from -1 to .*, which are scaled already"):
        cnnviz.train(images=(pixels / 127.5 - 1, labels), layers=LAYERS, epochs=1)
