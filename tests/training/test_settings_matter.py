"""Each setting of a recipe changes what is learned, in the way that it says."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from cnnviz.models.bfloat16 import FLAGS
from cnnviz.training import kfold
from cnnviz.training.batches import Batches
from cnnviz.training.compiled_step import Steps
from cnnviz.training.fit import fit
from cnnviz.training.optimizers import optimizer_of
from cnnviz.training.precision import precision_of
from cnnviz.training.recipe import TrainingRecipe, changed_recipe
from cnnviz.training.resolve_network import chosen_network
from cnnviz.training.schedule import rate_at
from cnnviz.training.train import split, train
from tests.helpers.bright_squares import bright_squares

LAYERS = "conv 4 3x3 relu, pool 2, flatten, dense {classes}"
QUICK = TrainingRecipe(epochs=3, batch_size=16, rate=0.02)


def linear() -> keras.Model:
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((10, 10, 1)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])


def test_a_fold_learns_from_all_but_its_own_pictures(monkeypatch) -> None:
    seen = []

    def noted(network, training, validation, recipe, **options):
        seen.append((training.indices.tolist(), validation.indices.tolist()))
        return train_on(network, training, validation, recipe, **options)

    train_on = kfold.train_on
    monkeypatch.setattr(kfold, "train_on", noted)
    kfold.cross_validate(chosen_network(layers=LAYERS), bright_squares(), changed_recipe(QUICK, {"epochs": 1}), 3)
    for learned, held in seen:
        assert sorted(learned + held) == list(range(90))
    assert sorted(seen[0][1] + seen[1][1] + seen[2][1]) == list(range(90))


def test_balanced_classes_weigh_the_same_in_the_loss() -> None:
    import tensorflow as tf

    pictures = bright_squares(90)
    uneven = pictures.take(np.flatnonzero((pictures.labels > 0) | (np.arange(90) < 15)))
    recipe = TrainingRecipe(epochs=1, batch_size=90, optimizer="sgd", rate=0.5, schedule="constant", balanced=True)
    model = linear()
    before, worth = model.get_weights(), Batches(uneven, recipe).worth[uneven.labels]
    with tf.GradientTape() as tape:
        truth = keras.utils.to_categorical(uneven.labels, 3)
        loss = keras.losses.CategoricalCrossentropy()(truth, model(uneven.pixels / np.float32(255)), worth)
    gradients = tape.gradient(loss, model.trainable_variables)
    state = fit(model, uneven, uneven.take([]), recipe)
    for old, new, gradient in zip(before, model.get_weights(), gradients, strict=True):
        np.testing.assert_allclose(new, old - 0.5 * gradient.numpy(), atol=1e-6)
    assert state.history[0]["loss"] == pytest.approx(float(loss), rel=1e-5)


def test_the_weights_of_the_best_epoch_are_left_in_the_model_and_in_the_file(tmp_path, monkeypatch) -> None:
    measured = iter([(0.5, 0.7), (0.4, 0.9), (0.6, 0.9), (0.3, 0.8)])
    monkeypatch.setattr(Steps, "check", lambda *given: next(measured))
    after = []
    pictures = bright_squares()
    model = linear()
    recipe = changed_recipe(QUICK, {"epochs": 4})
    state = fit(model, pictures[:60], pictures[60:], recipe, on_epoch=lambda state: after.append(model.get_weights()))
    # The second is as often right as the third, at a lower loss.
    assert state.best == 2
    np.testing.assert_array_equal(model.get_weights()[0], after[1][0])
    assert not np.array_equal(after[1][0], after[3][0])
    measured = iter([(0.5, 0.9), (0.4, 0.7), (0.6, 0.7)])
    run = train(layers=LAYERS, images=pictures, recipe=QUICK, out=tmp_path / "run", snapshots=False)
    assert run.best == 1
    held = keras.models.load_model(tmp_path / "run" / "model.keras")
    np.testing.assert_array_equal(held.get_weights()[0], run.model.get_weights()[0])


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        # Each by hand for a gradient of 1 and a rate of 0.1.
        ("sgd", -0.1, -0.2),
        ("momentum", -0.19, -0.461),
        ("adam", -0.1, -0.2),
        ("adamw", -0.1, -0.2),
        ("rmsprop", -0.1 / 0.1**0.5, -0.1 / 0.1**0.5 - 0.1 / 0.19**0.5),
    ],
)
def test_two_steps_of_each_optimizer_by_hand(name: str, first: float, second: float) -> None:
    weight = keras.Variable(np.zeros(1, np.float32), name="kernel")
    optimizer = optimizer_of(TrainingRecipe(optimizer=name, rate=0.1), [weight])
    for there in (first, second):
        optimizer.apply_gradients([(keras.ops.ones(1), weight)])
        assert float(weight.numpy()[0]) == pytest.approx(there, rel=1e-4)


def test_a_cosine_falls_from_the_first_step() -> None:
    recipe = TrainingRecipe(rate=1.0, schedule="cosine")
    assert [rate_at(recipe, step, 100) for step in (0, 25, 50, 99)] == pytest.approx(
        [1, 0.5 + 0.125**0.5, 0.5, 0.5 * (1 - np.cos(np.pi / 100))], abs=1e-6
    )


def test_sixteen_bits_are_learned_in_and_not_kept(monkeypatch) -> None:
    pictures = bright_squares(60)
    settings = {"layers": LAYERS, "images": pictures, "epochs": 1, "batch_size": 16}
    half, full = (train(precision=name, **settings) for name in ("bfloat16", "float32"))
    assert half.about["precision"] == "bfloat16" and half.model.get_layer("conv1").compute_dtype == "float32"
    assert not np.array_equal(half.model.get_weights()[0], full.model.get_weights()[0])
    np.testing.assert_allclose(half.model.get_weights()[0], full.model.get_weights()[0], atol=0.02)
    # The held-out pictures are measured with what is kept, to the last digits.
    held = split(pictures, half.recipe)[1]
    own = half.probe().probabilities(held)[np.arange(len(held)), held.labels]
    assert half.history[-1]["val_loss"] == pytest.approx(-np.log(own).mean(), rel=1e-5)


@pytest.mark.parametrize(
    ("flags", "chosen"), [("sse avx2", "float32"), *((flag, "bfloat16") for flag in sorted(FLAGS))]
)
def test_the_processor_chooses_the_precision(monkeypatch, flags: str, chosen: str) -> None:
    monkeypatch.setattr("cnnviz.models.bfloat16.processor_flags", lambda: frozenset(f"fpu {flags} sse2".split()))
    assert precision_of(TrainingRecipe()) == chosen
    assert precision_of(TrainingRecipe(precision="float32")) == "float32"
