"""A teacher's answers count beside the labels."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import ModelError
from cnnviz.training.compiled_step import TAUGHT
from cnnviz.training.distillation import teacher_probabilities
from cnnviz.training.train import train
from tests.helpers.bright_squares import bright_squares

LAYERS = "flatten, dense {classes}"


def sure_of(column: int, names: tuple[str, ...]) -> cnnviz.Probe:
    """A model that takes every picture for one class."""
    model = keras.Sequential([keras.Input((10, 10, 1)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
    model.layers[-1].set_weights([np.zeros((100, 3)), 8.0 * np.eye(3)[column]])
    return cnnviz.wrap(model, scale="0-1", class_names=names)


def test_what_the_teacher_says_is_learned_against_the_labels() -> None:
    pictures = bright_squares()
    settings = {"layers": LAYERS, "images": pictures, "epochs": 12, "rate": 0.02, "batch_size": 16}
    alone = train(**settings).probe().probabilities(pictures)
    taught = train(**settings, teacher=sure_of(2, pictures.class_names))
    said = taught.probe().probabilities(pictures)
    own = [[one[pictures.labels == label, label].mean() for label in range(3)] for one in (alone, said)]
    assert min(own[0]) > 0.7
    # Four fifths for class 2, one for the label.
    np.testing.assert_allclose(own[1], [1 - TAUGHT, 1 - TAUGHT, 1], atol=0.08)
    assert taught.about["teacher"] and "teacher" not in train(**settings | {"epochs": 1}).about


def test_the_teachers_classes_may_stand_in_another_order() -> None:
    pictures = bright_squares()
    first, second, third = pictures.class_names
    answers = teacher_probabilities(sure_of(0, (third, first, second)), pictures)
    assert answers.shape == (len(pictures), 3) and answers.dtype == np.float32
    assert (answers.argmax(1) == 2).all()
    np.testing.assert_allclose(answers.sum(1), 1, atol=1e-5)
    # Also where a class has no image.
    fewer = pictures.take(np.flatnonzero(pictures.labels > 0))
    np.testing.assert_array_equal(
        teacher_probabilities(sure_of(0, (third, first, second)), fewer), answers[: len(fewer)]
    )


def test_a_teacher_of_other_classes_is_refused() -> None:
    pictures = replace(bright_squares(), class_names=("a", "b", "c"))
    with pytest.raises(ModelError, match="a teacher needs the same classes"):
        train(layers=LAYERS, images=pictures, teacher=sure_of(0, ("a", "b", "d")), epochs=1)
