"""Cross-validation, grids and transfer each do what they are for."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from cnnviz.core.errors import CnnvizError, DataError, ModelError, UnknownNameError, UsageError
from cnnviz.training.grid_search import read_grid, try_all
from cnnviz.training.kfold import cross_validate, fold_of_each
from cnnviz.training.recipe import TrainingRecipe, changed_recipe
from cnnviz.training.resolve_network import chosen_network
from cnnviz.training.train import train
from tests.helpers.bright_squares import bright_squares

LAYERS = "conv 6 3x3 relu, pool 2, conv 4 3x3 relu, Dropout 0.1, flatten, dense {classes}"
SHORT = TrainingRecipe(epochs=3, batch_size=16, rate=0.02)


def test_every_picture_is_held_out_once_and_folds_are_even():
    pictures = bright_squares(92)
    owner = fold_of_each(pictures, 5, seed=1)
    sizes = np.bincount(owner)
    assert sizes.sum() == 92 and np.ptp(sizes) <= 1
    for label in range(3):
        assert np.ptp(np.bincount(owner[pictures.labels == label], minlength=5)) <= 1
    assert not np.array_equal(owner, fold_of_each(pictures, 5, seed=2))


def test_folds_are_trained_apart_and_told_with_their_spread(tmp_path):
    told = []
    folds = cross_validate(chosen_network(layers=LAYERS), bright_squares(), SHORT, 3, out=tmp_path, on_fold=told.append)
    assert len(told) == 3 and len({run.about["validation_data"] for run in folds.runs}) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fold-1", "fold-2", "fold-3"]
    accuracies = [run.history[-1]["val_accuracy"] for run in folds.runs]
    assert f"{np.mean(accuracies):.2%} ± {100 * np.std(accuracies, ddof=1):.2f} points over 3 folds" in folds.summary


def test_the_pictures_that_measure_a_fold_choose_no_epoch():
    pictures = bright_squares()
    for seed in range(5):  # processors round otherwise, and at such a rate everything follows from that
        changes = {"epochs": 5, "rate": 0.3, "optimizer": "sgd", "schedule": "constant", "seed": seed}
        wild = changed_recipe(SHORT, changes)
        folds = cross_validate(chosen_network(layers=LAYERS), pictures, wild, 3)
        assert [run.best for run in folds.runs] == [5, 5, 5]
        told = [[row["val_accuracy"] for row in run.history] for run in folds.runs]
        if any(max(fold) > fold[-1] for fold in told):
            break
    else:
        pytest.fail("choosing would have made no difference")
    held = pictures.take(np.flatnonzero(fold_of_each(pictures, 3, wild.seed) == 0))
    right = folds.runs[0].probe().probabilities(held).argmax(1) == held.labels
    assert right.mean() == pytest.approx(folds.accuracies[0])
    with pytest.raises(UsageError, match="leave patience out"):
        cross_validate(chosen_network(layers=LAYERS), bright_squares(), changed_recipe(SHORT, {"patience": 1}), 3)


def test_folds_need_pictures():
    with pytest.raises(DataError, match="'row 0' has 3 images, too few for 5 folds"):
        cross_validate(chosen_network(layers=LAYERS), bright_squares(9), SHORT, 5)
    with pytest.raises(UsageError, match="at least two folds"):
        cross_validate(chosen_network(layers=LAYERS), bright_squares(9), SHORT, 1)


def test_a_grid_trains_every_combination_and_ranks_them():
    grid = read_grid(["lr=0.02,1e-9", "dropout=0,0.5"])
    assert grid == {"rate": ("0.02", "1e-9"), "dropout": ("0", "0.5")}
    assert grid == read_grid(["lr=0.02,1e-9,dropout=0, 0.5"])
    trials = try_all(chosen_network(layers=LAYERS, called="net"), bright_squares(240), SHORT, grid)
    # Each is called as the file of its layers is, whatever is tried.
    assert {trial.run.name for trial in trials} == {"net"}
    assert {tuple(trial.settings.values()) for trial in trials} == {
        (rate, share) for rate in grid["rate"] for share in grid["dropout"]
    }
    # What does not learn cannot win.
    assert trials[0].settings["rate"] == "0.02" and trials[-1].settings["rate"] == "1e-9"
    (*names, run), *rows = trials.summary_rows()
    assert names == ["rate", "dropout", "accuracy", "loss", "best epoch", "time"] and run == "run"
    assert [row[:2] for row in rows] == [tuple(trial.settings.values()) for trial in trials]
    for trial in trials:
        assert trial.run.recipe.rate == float(trial.settings["rate"])
        assert trial.run.model.get_layer("dropout").rate == float(trial.settings["dropout"])


@pytest.mark.slow
def test_one_that_diverges_comes_last_and_the_others_are_trained(tmp_path):
    told = []
    # Each step multiplies the weights by 1 - 1000 · 10.
    wild = changed_recipe(SHORT, {"optimizer": "sgd", "schedule": "constant", "weight_decay": 10.0, "epochs": 30})
    grid = {"rate": ("1000", "1e-5"), "weight_decay": ("10",)}
    trials = try_all(chosen_network(layers=LAYERS), bright_squares(), wild, grid, out=tmp_path, on_trial=told.append)
    assert [trial.settings["rate"] for trial in trials] == ["1e-5", "1000"] and len(told) == 2
    good, bad = trials
    assert (
        good.run and len(good.run.history) == 30 and (tmp_path / "rate=1e-5-weight_decay=10" / "model.keras").exists()
    )
    assert bad.run is None and not bad.best and bad.diverged in range(1, 31)
    with pytest.raises(CnnvizError, match="all 1 trainings diverged; try lower learning rates"):
        try_all(chosen_network(layers=LAYERS), bright_squares(), wild, {"rate": ("1000",)})


def test_a_grid_is_of_fresh_weights_and_has_no_teacher() -> None:
    begun = chosen_network(layers=LAYERS, transfer="fmnist-cnn")
    with pytest.raises(UsageError, match="from fresh weights and without a teacher"):
        try_all(begun, bright_squares(), SHORT, {"rate": ("0.1",)})


@pytest.mark.parametrize(
    ("spelled", "error", "said"),
    [
        (["rat=1"], UnknownNameError, "no setting to try 'rat'; choose from: rate"),
        (["rate=1,drop-out=0.1"], UnknownNameError, "no setting to try 'drop_out'; choose from: dropout"),
        (["changes=flip+shift:pixels=2,rot=1"], UnknownNameError, "no setting to try 'rot'"),
        (["rate"], UsageError, "write rate=0.1,0.2"),
        (["rate=1", "lr=2"], UsageError, "given twice"),
        # All are compared on one split, so another share of it would change nothing.
        (["validation=0.1,0.2"], UsageError, "the same held-out images"),
        ([], UsageError, "nothing to try"),
    ],
)
def test_a_grid_that_cannot_be_read(spelled, error, said):
    with pytest.raises(error, match=said):
        read_grid(spelled)


def test_a_value_that_does_not_fit_is_told_before_anything_is_trained(tmp_path):
    with pytest.raises(UsageError, match="rate cannot be 'fast'"):
        try_all(chosen_network(layers=LAYERS), bright_squares(), SHORT, {"rate": ("0.1", "fast")}, out=tmp_path)
    assert not list(tmp_path.iterdir())
    with pytest.raises(UsageError, match="dropout cannot be 'much'; it is a share"):
        try_all(chosen_network(layers=LAYERS), bright_squares(), SHORT, {"dropout": ("0.1", "much")}, out=tmp_path)
    (tmp_path / "rate=0.2").mkdir()
    (tmp_path / "rate=0.2" / "run.json").touch()
    with pytest.raises(UsageError, match=r"rate=0\.2 has a training"):
        try_all(chosen_network(layers=LAYERS), bright_squares(), SHORT, {"rate": ("0.1", "0.2")}, out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["rate=0.2"]
    with pytest.raises(UsageError, match="fmnist-best has no dropout"):
        try_all(chosen_network("fmnist-best"), bright_squares(), SHORT, {"dropout": ("0.1",)})


@pytest.fixture(scope="module")
def teacher():
    return train(layers=LAYERS, images=bright_squares(240), epochs=8, batch_size=16, rate=0.02)


def test_frozen_layers_stay_and_the_others_learn(teacher):
    run = train(transfer=teacher.model, freeze_until="conv1", images=bright_squares(60, seed=4), epochs=1)
    before, after = teacher.model.get_layer("conv1").get_weights(), run.model.get_layer("conv1").get_weights()
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(
        teacher.model.get_layer("conv2").get_weights()[0], run.model.get_layer("conv2").get_weights()[0]
    )


def test_what_was_frozen_once_learns_again_unless_it_is_frozen_again(teacher):
    frozen = train(transfer=teacher.model, freeze_until="conv1", images=bright_squares(60, seed=4), epochs=1)
    again = train(transfer=frozen.model, images=bright_squares(60, seed=5), epochs=1)
    assert all(layer.trainable for layer in again.model.layers)
    before, after = (run.model.get_layer("conv1").get_weights()[0] for run in (frozen, again))
    assert not np.array_equal(before, after)


def test_nothing_left_to_learn_is_told_before_anything_is_written(teacher, tmp_path):
    for last in ("predictions", "flatten"):
        begun = {"transfer": teacher.model, "freeze_until": last, "images": bright_squares(), "epochs": 1}
        if last == "flatten":
            assert train(**begun).history
            continue
        with pytest.raises(UsageError, match=f"no layer after '{last}' has weights, so nothing is left to train"):
            train(**begun, out=tmp_path / "run")
        assert not (tmp_path / "run").exists()


def test_a_transferred_network_begins_where_the_other_ended(teacher):
    pictures = bright_squares(120, seed=4)
    settings = {"images": pictures, "epochs": 1, "rate": 1e-9, "optimizer": "sgd"}
    fresh, begun = train(layers=LAYERS, **settings), train(transfer=teacher.model, **settings)
    assert begun.history[0]["val_accuracy"] > 0.95 > fresh.history[0]["val_accuracy"]


def test_other_classes_get_a_last_layer_of_their_own(teacher):
    pictures = bright_squares(60, classes=2)
    run = train(transfer=teacher.model, freeze_until="conv2", images=pictures, epochs=1)
    assert run.model.output_shape == (None, 2)
    np.testing.assert_array_equal(
        run.model.get_layer("conv2").get_weights()[0], teacher.model.get_layer("conv2").get_weights()[0]
    )


def test_a_transfer_that_cannot_be(teacher):
    with pytest.raises(UnknownNameError, match="no layer 'conv9'; choose from: conv"):
        train(transfer=teacher.model, freeze_until="conv9", images=bright_squares(), epochs=1)
    with pytest.raises(ModelError, match="no layer of the model matches a layer here"):
        train(layers="flatten, dense 8 relu, dense 3", transfer=teacher.model, images=bright_squares(), epochs=1)
    colour = bright_squares()
    colour = type(colour)(np.repeat(colour.pixels, 3, axis=3), colour.labels, colour.class_names)
    with pytest.raises(ModelError, match="give a network to transfer to"):
        train(transfer=teacher.model, images=colour, epochs=1)
    assert isinstance(teacher.model, keras.Model)


def test_optimizers_are_tried_with_their_own_rates_or_with_one():
    network, recipe = chosen_network(layers=LAYERS), changed_recipe(SHORT, {"epochs": 1})
    own = try_all(network, bright_squares(), recipe, {"optimizer": ("sgd", "adam")})
    assert own.notes[0] == "each optimizer uses its default learning rate: sgd 0.02, adam 0.002"
    one = try_all(network, bright_squares(), recipe, {"optimizer": ("sgd", "adam")}, rate=0.03)
    assert [trial.run.recipe.rate for trial in one] == [0.03, 0.03] and len(one.notes) == 1
