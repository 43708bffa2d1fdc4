"""Training learns, is repeatable, keeps the best epoch, and its settings do what they say."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import DataError, UnknownNameError, UsageError
from cnnviz.training.batches import Batches
from cnnviz.training.compiled_step import Steps
from cnnviz.training.fit import fit
from cnnviz.training.plan_training import plan_training
from cnnviz.training.recipe import TrainingRecipe, changed_recipe
from cnnviz.training.schedule import rate_at
from cnnviz.training.train import split, train
from tests.helpers.bright_squares import bright_squares

LAYERS = "conv 6 3x3 relu, pool 2, flatten, dense 3"
QUICK = {"layers": LAYERS, "batch_size": 16, "rate": 0.02}


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    out = tmp_path_factory.mktemp("learned") / "run"
    return train(images=bright_squares(240), epochs=12, out=out, **QUICK)


def test_it_learns_what_it_never_saw(learned):
    fresh = bright_squares(60, seed=9)
    answers = learned.model.predict(fresh.pixels / np.float32(255), verbose=0).argmax(1)
    assert (answers == fresh.labels).mean() > 0.95
    assert learned.history[learned.best - 1]["val_accuracy"] == max(row["val_accuracy"] for row in learned.history)


def test_the_run_folder_holds_what_the_outcome_depended_on(learned):
    folder = learned.folder
    saved = keras.models.load_model(folder / "model.keras")
    for one, other in zip(saved.get_weights(), learned.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    run = json.loads((folder / "run.json").read_text())
    assert run["recipe"]["seed"] == 0 and run["data"] and run["versions"]["keras"] and run["best_epoch"] == learned.best
    history = json.loads((folder / "history.json").read_text())
    assert history["history"]["val_accuracy"] == [row["val_accuracy"] for row in learned.history]
    assert history["params"]["epochs"] == 12
    assert keras.models.model_from_json(json.dumps(history["config"])).count_params() == saved.count_params()


def test_the_same_seed_gives_the_same_network():
    one, other, third = (
        train(images=bright_squares(), epochs=2, seed=seed, changes=("noise",), **QUICK) for seed in (5, 5, 6)
    )
    same = [np.array_equal(a, b) for a, b in zip(one.model.get_weights(), other.model.get_weights(), strict=True)]
    assert all(same)
    assert not np.array_equal(one.model.get_weights()[0], third.model.get_weights()[0])


def test_it_opens_in_the_toolkit(learned):
    probe = learned.probe()
    assert probe.class_names == ("row 0", "row 1", "row 2")
    assert cnnviz.activations(probe, bright_squares(6), layer="conv1")["conv1"].shape == (6, 8, 8, 6)


def test_a_run_folder_opens_with_all_that_is_known(learned):
    for path in (learned.folder, learned.folder / "model.keras"):
        probe = cnnviz.open_model(path)
        assert probe.class_names == ("row 0", "row 1", "row 2") and probe.scale.settled
        assert [row["val_loss"] for row in probe.card.history] == [row["val_loss"] for row in learned.history]
        assert probe.card.about["recipe"]["epochs"] == 12


def test_a_run_of_a_network_without_a_name_is_called_after_its_folder(learned, monkeypatch):
    monkeypatch.chdir(learned.folder)
    for path in (learned.folder, learned.folder / "model.keras", Path(), Path("model.keras")):
        probe = cnnviz.open_model(path)
        assert (probe.card.name, probe.path) == (learned.folder.name, learned.folder)
        assert probe.card.source == f"{learned.folder.name}/model.keras"


def test_a_damaged_record_leaves_a_model_as_any_other(learned, tmp_path):
    (tmp_path / "model.keras").write_bytes((learned.folder / "model.keras").read_bytes())
    (tmp_path / "run.json").write_text("{}")
    assert cnnviz.open_model(tmp_path / "model.keras").class_names == ("class 0", "class 1", "class 2")


def test_patience_stops_and_the_best_epoch_stays():
    # Learning at rate 0 never gets better than after the first epoch.
    run = train(images=bright_squares(), epochs=20, patience=3, schedule="constant", layers=LAYERS, rate=1e-30)
    assert run.best == 1 and len(run.history) == 4


def test_held_out_pictures_are_a_share_of_every_class_and_not_learned_from():
    pictures = bright_squares(90)
    kept, held = split(pictures, TrainingRecipe(validation=0.2))
    assert sorted([*kept.indices, *held.indices]) == list(range(90))
    assert np.bincount(held.labels).tolist() == [6, 6, 6]


def test_without_validation_the_last_epoch_counts():
    run = train(images=bright_squares(), epochs=2, validation=0, **QUICK)
    assert run.best == 2 and "val_loss" not in run.history[0]


def test_a_step_of_sgd_by_hand():
    """One batch of everything, SGD: the weights move by rate times the gradient that Keras' own loss has."""
    import tensorflow as tf

    pictures = bright_squares(30)
    model = keras.Sequential([keras.Input((10, 10, 1)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
    x, y = pictures.pixels.astype(np.float32) / 255, keras.utils.to_categorical(pictures.labels, 3)
    before = model.get_weights()
    with tf.GradientTape() as tape:
        loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)(y, model(x))
    gradients = [gradient.numpy() for gradient in tape.gradient(loss, model.trainable_variables)]
    recipe = TrainingRecipe(
        epochs=1, batch_size=30, optimizer="sgd", rate=0.5, schedule="constant", label_smoothing=0.1
    )
    state = fit(model, pictures, pictures.take([]), recipe)
    for old, new, gradient in zip(before, model.get_weights(), gradients, strict=True):
        np.testing.assert_allclose(new, old - 0.5 * gradient, atol=1e-6)
    assert state.history[0]["loss"] == pytest.approx(float(loss), rel=1e-5)


def test_weight_decay_spares_biases():
    pictures = bright_squares(30)
    recipe = TrainingRecipe(epochs=1, batch_size=30, optimizer="sgd", rate=0.5, schedule="constant")

    def moved(decay):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((10, 10, 1)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
        # A bias of zero would stay where it is either way.
        model.layers[-1].bias.assign([0.3, -0.2, 0.1])
        before = model.get_weights()
        fit(model, pictures, pictures.take([]), changed_recipe(recipe, {"weight_decay": decay}))
        return before, model.get_weights()

    (weights, _), plain = moved(0.0)
    _, decayed = moved(0.1)
    np.testing.assert_allclose(plain[0] - decayed[0], 0.5 * 0.1 * weights, atol=1e-6)
    np.testing.assert_array_equal(plain[1], decayed[1])


def test_balanced_classes_weigh_the_same():
    pictures = bright_squares(90)
    uneven = pictures.take(np.flatnonzero((pictures.labels > 0) | (np.arange(90) < 15)))
    counts = np.bincount(uneven.labels)
    worth = Batches(uneven, TrainingRecipe(balanced=True)).worth
    np.testing.assert_allclose(worth * counts, len(uneven) / 3, rtol=1e-6)


def test_batches_are_the_epoch_in_another_order_and_go_on_in_the_middle():
    pictures = bright_squares(50)
    batches = Batches(pictures, TrainingRecipe(batch_size=16, changes=("flip", "noise")))
    whole = list(batches.epoch(3))
    assert [len(batch.labels) for batch in whole] == [16, 16, 16, 2]
    assert sorted(np.concatenate([batch.labels for batch in whole])) == sorted(pictures.labels)
    for one, other in zip(batches.epoch(3, first=2), whole[2:], strict=True):
        np.testing.assert_array_equal(one.inputs, other.inputs)
    assert not np.array_equal(next(iter(batches.epoch(4))).labels, whole[0].labels)
    # The same pictures are changed in another way in each step, each epoch and under each seed.
    seeds = (batches, Batches(pictures, TrainingRecipe(batch_size=16, changes=("flip", "noise"), seed=1)))
    made = [one._batch(np.arange(16), epoch, step).inputs for one in seeds for epoch in (0, 1) for step in (0, 1)]
    assert len({inputs.tobytes() for inputs in made}) == 8
    other_seed = Batches(pictures, TrainingRecipe(batch_size=16, seed=1))
    assert not np.array_equal(next(iter(other_seed.epoch(3))).labels, whole[0].labels)


@pytest.mark.exact
def test_changes_change_what_is_seen_and_nothing_else():
    pictures = bright_squares(16)
    plain = next(iter(Batches(pictures, TrainingRecipe(batch_size=16)).epoch(0)))
    changed = next(iter(Batches(pictures, TrainingRecipe(batch_size=16, changes=("flip:share=1",))).epoch(0)))
    np.testing.assert_array_equal(changed.labels, plain.labels)
    np.testing.assert_array_equal(changed.inputs, plain.inputs[:, :, ::-1])


def test_schedules():
    one = TrainingRecipe(rate=1.0)
    rates = [rate_at(one, step, 100) for step in range(100)]
    assert rates[:10] == pytest.approx(np.arange(1, 11) / 10) and rates[10] == 1
    assert rates[55] == pytest.approx(0.5) and rates[-1] < 1e-3
    steps = [rate_at(changed_recipe(one, {"schedule": "steps"}), step, 100) for step in (0, 49, 50, 75)]
    assert steps == pytest.approx([1, 1, 0.1, 0.01])
    assert rate_at(changed_recipe(one, {"schedule": "constant"}), 99, 100) == 1


def test_checking_is_what_keras_measures():
    pictures = bright_squares(40)
    model = keras.Sequential([keras.Input((10, 10, 1)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    theirs = model.evaluate(pictures.pixels / np.float32(255), pictures.labels, verbose=0)
    ours = Steps(model, keras.optimizers.SGD(), 0.0, 3).check(pictures.pixels, pictures.labels, 255.0)
    assert ours == pytest.approx(tuple(theirs), rel=1e-5)


def test_another_optimizer_takes_its_own_rate():
    assert changed_recipe(TrainingRecipe(rate=3.0), {"optimizer": "momentum"}).peak_rate == 0.1
    assert changed_recipe(TrainingRecipe(rate=3.0), {"epochs": 2}).peak_rate == 3.0


def test_a_recipe_takes_numbers_of_numpy_and_is_plain_data():
    recipe = TrainingRecipe(epochs=np.int64(3), rate=np.float64(0.5), changes="flip", balanced=np.bool_(True))
    assert json.loads(json.dumps(recipe.document())) == recipe.document()
    assert recipe == TrainingRecipe(epochs=3, rate=0.5, changes=("flip",), balanced=True)
    assert changed_recipe(TrainingRecipe(), {"lr": 0.5, "batch-size": 4}) == TrainingRecipe(rate=0.5, batch_size=4)


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"optimizer": "adma"}, UnknownNameError, "there is no optimizer 'adma'; choose from: adam"),
        ({"epochs": 0}, UsageError, "epochs must be from 1"),
        ({"validation": 0.95}, UsageError, "validation must be"),
        ({"epoch": 3}, UnknownNameError, "no setting of a training 'epoch'; choose from: epochs"),
        ({"network": "resnet"}, UnknownNameError, "no architecture 'resnet'"),
        ({"network": "fmnist-cnn", "layers": "dense 3"}, UsageError, "not both"),
        ({"freeze_until": "conv1"}, UsageError, "give it with transfer"),
        ({"images": bright_squares(30, classes=1)}, DataError, "only one class"),
        ({"changes": ("flop",)}, UnknownNameError, "no change 'flop'"),
        ({"changes": "flop"}, UnknownNameError, "no change 'flop'"),
        ({"changes": 3}, UsageError, "changes must be a list of changes, not 3"),
        ({"epochs": 1.5}, UsageError, "epochs must be a whole number, not 1.5"),
        ({"seed": True}, UsageError, "seed must be a whole number, not True"),
        ({"lr": "quick"}, UsageError, "rate must be a number, not 'quick'"),
        ({"balanced": 1}, UsageError, "balanced must be True or False"),
        ({"recipe": {"epochs": 3}}, UsageError, "recipe must be a TrainingRecipe; give single fields as keywords"),
        ({"network": bright_squares(9)}, UsageError, "network is the name of one, not a Images; give images"),
        ({"patience": 2, "validation": 0.0}, UsageError, "no images are held out for patience"),
        ({"patience": 2, "images": bright_squares(9)}, UsageError, "no images are held out for patience"),
    ],
)
def test_what_does_not_fit_is_said(given, error, said):
    network = {} if "network" in given or "layers" in given else {"layers": LAYERS}
    with pytest.raises(error, match=said):
        train(**{"images": bright_squares(), **network, **given})


def test_pictures_without_labels_are_refused():
    with pytest.raises(DataError, match="no labels to train on"):
        train(images=cnnviz.Images(bright_squares().pixels), layers=LAYERS)


def test_a_loss_that_explodes_is_told():
    with pytest.raises(cnnviz.CnnvizError, match="lower the learning rate"):
        # Each step multiplies the weights by 1 - 1000 · 10.
        train(images=bright_squares(), layers=LAYERS, optimizer="sgd", rate=1000.0, weight_decay=10.0, epochs=30)


def test_a_file_of_layers_and_settings_is_trained_and_what_is_given_beside_it_comes_first(tmp_path):
    (tmp_path / "net.yaml").write_text(f"layers: {LAYERS}\nepochs: 7\nrate: 1e-2\n")
    done = train(str(tmp_path / "net.yaml"), bright_squares(30), epochs=1)
    assert (done.name, done.recipe.epochs, done.recipe.rate) == ("net", 1, 0.01)
    assert done.notes == () and done.summary_document()["best_epoch"] == 1
    network, recipe, given = plan_training(str(tmp_path / "net.yaml"), settings={"epochs": 1})
    assert given == {"epochs": 1, "rate": 0.01} and recipe == done.recipe
    assert train(network, bright_squares(30), recipe=recipe).about["layers"] == LAYERS
    with pytest.raises(UsageError, match="leave out layers"):
        plan_training(network, layers=LAYERS)
    with pytest.raises(UsageError, match="give them once"):
        train(str(tmp_path / "net.yaml"), bright_squares(30), layers=LAYERS)


def test_a_training_notes_that_nothing_could_be_held_out():
    done = train(images=bright_squares(9), epochs=1, layers=LAYERS)
    assert done.notes == ("no class has enough images to hold out 0.083 of them; the last epoch is saved",)
    assert (
        "val_loss" not in done.history[0]
        and not train(images=bright_squares(9), epochs=1, validation=0, layers=LAYERS).notes
    )
