"""Of a set with a test part nothing is learned but from the other part."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import cnnviz
from cnnviz.core.errors import UsageError
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
