"""What the trainer keeps of a training to look at, and when."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.training.snapshot_schedule import MOST, snapshot_steps, watched_pictures
from tests.helpers.bright_squares import bright_squares


def test_moments_are_densest_at_the_beginning() -> None:
    assert snapshot_steps(1, 8) == (0, 1, 2, 3, 4, 5, 6, 7, 8)
    assert snapshot_steps(3, 8) == (*range(9), 10, 12, 14, 16, 20, 24)
    assert snapshot_steps(1, 1) == (0, 1)


@pytest.mark.parametrize("epochs", [1, 2, 3, 15, 40, 1000])
def test_moments_are_bounded_and_reach_the_end(epochs) -> None:
    made = snapshot_steps(epochs, 430)
    assert made[0] == 0 and made[-1] == epochs * 430 and len(made) <= MOST
    assert list(made) == sorted(set(made))
    assert {430, 860} & set(made) == {end for end in (430, 860) if end <= epochs * 430}


def test_pictures_are_of_as_many_classes_as_can_be() -> None:
    images = bright_squares(40, classes=3)
    chosen = watched_pictures(bright_squares(5), images, 5)
    assert chosen.labels.tolist() == [0, 1, 2, 0, 1]
    # Of more classes than pictures, some from all over.
    many = cnnviz.Images(np.zeros((30, 4, 4, 1), np.uint8), np.arange(30) % 15, tuple("abcdefghijklmno"))
    assert watched_pictures(many, many, 3).labels.tolist() == [0, 7, 14]
    # Without held-out pictures they are of those that are learned from.
    assert len(watched_pictures(images, images.take([]), 4)) == 4


def test_a_run_folder_tells_its_training(tmp_path) -> None:
    layers = "conv 4 3x3, bn, relu, pool 2, flatten, dense 3"
    done = cnnviz.train(
        layers=layers, images=bright_squares(), out=tmp_path, epochs=2, batch_size=16, precision="bfloat16"
    )
    held = cnnviz.open_snapshots(tmp_path)
    assert held.epochs[0] == 0 and held.epochs[-1] == 2 and 0 < held.epochs[1] < 1
    assert held.history == done.history and held.best == done.best
    assert held.model.history == done.history and held.truth is not None
    # A network that learns in 16 bits is watched in 32, with the weights of the moment.
    model = keras.models.load_model(tmp_path / "model.keras")
    at = list(held.epochs).index(float(done.best))
    np.testing.assert_allclose(held.kernels["conv1"][at], model.get_layer("conv1").kernel.numpy(), rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(
        held.answers[at], model.predict(held.images.pixels / 255.0, verbose=0), rtol=1e-3, atol=1e-4
    )
    # Inside an epoch loss and accuracy are those of the epoch so far; at its end they are the epoch's.
    end = list(held.epochs).index(1.0)
    assert held.figures[end]["loss"] == pytest.approx(done.history[0]["loss"])
    # Its files are few and small.
    assert sum(file.stat().st_size for file in (tmp_path / "snapshots").iterdir()) < 400_000


def test_nothing_is_kept_where_nothing_is_asked(tmp_path) -> None:
    cnnviz.train(
        layers="conv 4 3x3, flatten, dense 3", images=bright_squares(30), out=tmp_path, snapshots=False, epochs=1
    )
    assert not (tmp_path / "snapshots").exists() and (tmp_path / "model.keras").exists()
