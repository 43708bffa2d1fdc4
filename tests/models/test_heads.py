"""What a model's output means: by the network, by the loss that it was compiled with, or as the caller says."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import CnnvizError, ModelError, UsageError
from cnnviz.models.compiled_loss import Loss, loss_of_output

SIDE = (12, 12, 3)
PIXELS = np.random.default_rng(0).integers(0, 256, (5, *SIDE), dtype=np.uint8)


def model_of(*ends: layers.Layer, loss: object = None, maps: int = 4) -> keras.Model:
    """Return a small network of colored images: one rectified convolution, then ``ends``."""
    keras.utils.set_random_seed(0)
    start = keras.Input(SIDE)
    x = layers.Conv2D(maps, 3, activation="relu", name="conv")(start)
    for end in ends:
        x = end(x)
    model = keras.Model(start, x)
    if loss is not None:
        model.compile("sgd", loss)
    return model


def dense(units: int, activation: str | None = None, loss: object = None) -> keras.Model:
    return model_of(layers.Flatten(), layers.Dense(units, activation, name="last"), loss=loss)


CE = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
BCE = keras.losses.BinaryCrossentropy(from_logits=True)


@pytest.mark.parametrize(
    ("make", "kind", "settled"),
    [
        (lambda: dense(5, "softmax"), "softmax", True),
        (lambda: dense(5, "softmax", "mse"), "softmax", True),
        (lambda: dense(1, "sigmoid"), "binary", True),
        (lambda: dense(1, "sigmoid", "mse"), "binary", True),
        (lambda: dense(1, "hard_sigmoid"), "binary", True),
        (lambda: dense(1), "regression", False),
        (lambda: dense(1, loss="mse"), "regression", True),
        (lambda: dense(1, loss=BCE), "binary", True),
        (lambda: dense(1, loss="hinge"), "binary", True),
        (lambda: dense(5), "softmax", False),
        (lambda: dense(5, "relu"), "softmax", False),
        (lambda: dense(5, loss=CE), "softmax", True),
        (lambda: dense(5, loss="huber"), "regression", True),
        (lambda: dense(5, "relu", keras.losses.MeanAbsoluteError()), "regression", True),
        (lambda: dense(5, loss=BCE), "multilabel", True),
        (lambda: dense(5, loss=lambda y, z: keras.ops.mean(y - z)), "softmax", False),
        (lambda: dense(5, "sigmoid"), "softmax", False),
        (lambda: dense(5, "sigmoid", "binary_crossentropy"), "multilabel", True),
        (lambda: dense(5, "sigmoid", "categorical_crossentropy"), "softmax", True),
        (lambda: dense(5, loss="cosine_similarity"), "none", True),
        (lambda: dense(128), "none", False),
        (lambda: dense(128, loss=CE), "softmax", True),
        (lambda: dense(432, "sigmoid", "binary_crossentropy"), "none", True),
        (lambda: model_of(layers.GlobalAveragePooling2D()), "none", True),
        (lambda: model_of(layers.GlobalMaxPooling2D(), layers.Dropout(0.1)), "none", True),
        (lambda: model_of(layers.Flatten()), "none", True),
        (lambda: model_of(layers.Flatten(), layers.Dense(32), layers.UnitNormalization()), "none", True),
        (lambda: model_of(layers.Flatten(), layers.Dense(32), layers.BatchNormalization()), "none", True),
        (lambda: model_of(layers.Flatten(), layers.Dense(33), keras.ops.normalize), "none", True),
        (lambda: model_of(layers.Flatten(), layers.Dense(5), lambda x: x / keras.ops.sum(x)), "softmax", False),
        (
            lambda: model_of(layers.Flatten(), layers.Dense(5), lambda x: keras.ops.exp(x / 9), by_their_sum),
            "softmax",
            True,
        ),
        (lambda: model_of(layers.AveragePooling2D(10)), "none", True),
        (lambda: model_of(layers.Conv2D(6, 10)), "none", True),
        (lambda: model_of(layers.Conv2D(6, 10, activation="softmax")), "softmax", True),
        (lambda: model_of(layers.Conv2D(6, 3), layers.GlobalAveragePooling2D()), "softmax", False),
        (lambda: model_of(layers.Conv2D(6, 3, activation="softmax")), "none", True),
        (lambda: model_of(), "none", True),
    ],
)
def test_kind(make, kind: str, settled: bool) -> None:
    card = cnnviz.wrap(make()).card
    assert (card.head, card.head_settled) == (kind, settled), card.head_reason
    assert card.has_classes == bool(card.class_names) == (kind in ("softmax", "binary", "multilabel"))
    assert card.head_reason or settled


def by_their_sum(x: object) -> object:
    return x / keras.ops.sum(x, axis=1, keepdims=True)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_the_loss_is_read_from_the_file(tmp_path: Path, suffix: str) -> None:
    for loss, units, kind in (
        (BCE, 1, "binary"),
        ("mae", 1, "regression"),
        ("mse", 3, "regression"),
        (CE, 3, "softmax"),
    ):
        dense(units, loss=loss).save(tmp_path / f"net{suffix}")
        card = cnnviz.open_model(tmp_path / f"net{suffix}").card
        assert card.head == kind and card.head_settled and card.head_reason.startswith("compiled with")


def test_one_number_from_logits_is_two_classes() -> None:
    model, plain = dense(1, loss=BCE), dense(1)
    plain.set_weights(model.get_weights())
    for probe in (cnnviz.wrap(model, scale="0-1"), cnnviz.wrap(plain, scale="0-1", head="binary")):
        z = model.predict(PIXELS / 255.0, verbose=0)[:, 0]
        yes = 1 / (1 + np.exp(-z))
        said = probe.probabilities(cnnviz.Images(PIXELS))
        np.testing.assert_allclose(said, np.stack([1 - yes, yes], axis=1), atol=1e-6)
        np.testing.assert_allclose(probe.logits(cnnviz.Images(PIXELS))[:, 1], z, atol=1e-6)


def test_a_hard_sigmoid_is_the_share_of_the_second_class() -> None:
    model = dense(1, "hard_sigmoid")
    probe = cnnviz.wrap(model, scale="0-1")
    yes = model.predict(PIXELS / 255.0, verbose=0)[:, 0]
    said = probe.probabilities(cnnviz.Images(PIXELS))
    assert probe.card.score == "probabilities" and yes.any()
    np.testing.assert_allclose(said, np.stack([1 - yes, yes], axis=1), atol=1e-6)


def test_labels_are_independent() -> None:
    model = dense(4, loss=BCE)
    probe = cnnviz.wrap(model, scale="0-1", class_names=["a", "b", "c", "d"])
    z = model.predict(PIXELS / 255.0, verbose=0)
    np.testing.assert_allclose(probe.probabilities(cnnviz.Images(PIXELS)), 1 / (1 + np.exp(-z)), atol=1e-6)
    seen = cnnviz.attribute(probe, PIXELS, "saliency", "c")
    np.testing.assert_allclose(seen.scores, z[:, 2], atol=1e-5)


def test_names_of_as_many_classes_settle_it() -> None:
    card = cnnviz.wrap(dense(64), class_names=[f"n{i}" for i in range(64)]).card
    assert card.head == "softmax" and card.head_settled
    named = cnnviz.wrap(dense(2, loss="mse"), class_names=["x", "y"])
    assert named.card.output_names == ("x", "y") and named.class_names == ()


@pytest.mark.parametrize(
    ("make", "head", "says"),
    [
        (lambda: model_of(), "softmax", "--head softmax needs a row of numbers, but the output is a map of 10×10×4"),
        (lambda: dense(5), "binary", "needs an output of one number, but it has 5"),
        (lambda: dense(1), "softmax", "choose --head binary"),
        (lambda: dense(1), "multilabel", "choose --head binary"),
        (lambda: dense(5, "softmax"), "multilabel", "contradicts the softmax"),
        (lambda: dense(5), "classes", "there is no head 'classes'"),
    ],
)
def test_a_head_that_the_output_cannot_be(make, head: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        cnnviz.wrap(make(), head=head)
    with pytest.raises(UsageError, match="class names for a model without class scores"):
        cnnviz.wrap(dense(5), head="none", class_names=list("abcde"))


@pytest.mark.parametrize("head", ["softmax", "multilabel", "regression", "none"])
def test_the_caller_has_the_last_word(head: str) -> None:
    model = dense(5, "sigmoid", "binary_crossentropy")
    probe = cnnviz.wrap(model, scale="0-1", head=head)
    assert probe.card.head == head and probe.card.head_settled
    if head == "regression":
        want = model.predict(PIXELS / 255.0, verbose=0)
        np.testing.assert_allclose(probe.logits(cnnviz.Images(PIXELS)), want, atol=1e-6)


def test_compiling_again_changes_what_it_means() -> None:
    model = dense(1)
    assert cnnviz.wrap(model).card.head == "regression"
    model.compile("sgd", BCE)
    assert cnnviz.wrap(model).card.head == "binary"


def test_losses_of_several_outputs() -> None:
    by_name = {"kind": "mse", "place": {"module": "keras.losses", "class_name": "Huber", "config": {}}}
    assert loss_of_output(by_name, 1, "place", 2) == Loss("Huber")
    assert loss_of_output(["mse", BCE], 1, "place", 2) == Loss("BinaryCrossentropy")
    assert loss_of_output("mse", 0, "place", 2) == Loss("mse")
    assert loss_of_output(keras.losses.mean_absolute_error, 0, "a", 1) == Loss("mean_absolute_error")
    # As Keras 3 and Keras 2 store a function.
    assert loss_of_output({"class_name": "function", "config": "huber"}, 0, "a", 1) == Loss("huber")
    wrapped = {"class_name": "LossFunctionWrapper", "config": {"fn": "mse", "name": "loss"}}
    assert loss_of_output(wrapped, 0, "a", 1) == Loss("mse")
    for unknown in (None, {}, [], ["mse"], {"config": 3}, {"class_name": 3}):
        assert loss_of_output(unknown, 1, "a", 2) is None


def two_outputs(*heads: str) -> keras.Model:
    start = keras.Input(SIDE)
    maps = layers.Conv2D(4, 3, activation="relu", name="conv")(start)
    row = layers.GlobalAveragePooling2D()(maps)
    made = {
        "kind": lambda: layers.Dense(3, activation="softmax", name="kind")(row),
        "other": lambda: layers.Dense(2, activation="softmax", name="other")(row),
        "box": lambda: layers.Conv2D(5, 1, name="box")(maps),
        "mask": lambda: layers.Conv2D(2, 1, activation="sigmoid", name="mask")(maps),
    }
    return keras.Model(start, [made[head]() for head in heads])


def test_the_only_output_of_class_scores_is_taken() -> None:
    probe = cnnviz.wrap(two_outputs("box", "kind", "mask"))
    assert probe.card.output == "kind" and len(probe.class_names) == 3
    assert "of its 3 outputs, box, kind, mask, only kind has class scores" in probe.card.notes[0]


def test_no_output_is_needed_for_what_needs_no_classes() -> None:
    model = two_outputs("box", "mask")
    probe = cnnviz.wrap(model, scale="0-1")
    assert probe.card.head == "none" and "without class scores" in probe.card.notes[0]
    seen = cnnviz.activations(probe, PIXELS, ["box", "mask"])
    for path, want in zip(("box", "mask"), model.predict(PIXELS / 255.0, verbose=0), strict=True):
        np.testing.assert_allclose(seen[path], want, atol=1e-5)
    both = two_outputs("kind", "other")
    with pytest.raises(ModelError, match=r"2 outputs, kind, other; choose one with --output 'kind'.*--head none"):
        cnnviz.wrap(both)
    assert cnnviz.wrap(both, head="none").layer("other").shape == (2,)
    assert cnnviz.activations(both, PIXELS, "conv")["conv"].shape == (5, 10, 10, 4)


def test_a_dictionary_of_outputs() -> None:
    start = keras.Input(SIDE)
    row = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, name="conv")(start))
    model = keras.Model(
        start, {"age": layers.Dense(1, name="age")(row), "sex": layers.Dense(2, "softmax", name="sex")(row)}
    )
    assert cnnviz.wrap(model).card.output == "sex"
    assert cnnviz.wrap(model, output="age").card.head == "regression"


def test_every_refusal_is_one_line() -> None:
    probe = cnnviz.wrap(model_of())
    for ask in (cnnviz.predict, cnnviz.evaluate, cnnviz.ablate, lambda m, x: cnnviz.attribute(m, x, "saliency")):
        with pytest.raises(CnnvizError) as caught:
            ask(probe, PIXELS)
        assert "\n" not in str(caught.value)
        assert "has no class scores (the output is a map of 10×10×4)" in str(caught.value)
        assert "--target conv/0" in str(caught.value)


def test_a_softmax_returns_no_numbers() -> None:
    with pytest.raises(UsageError, match="--head regression contradicts the softmax that the model ends in"):
        cnnviz.wrap(dense(5, "softmax"), head="regression")


def test_hints_name_the_parameter_of_python() -> None:
    with pytest.raises(UsageError, match=r"--target (\S+), in Python target='\1'$"):
        cnnviz.attribute(cnnviz.wrap(dense(128), scale="0-1"), np.zeros((1, 12, 12, 3), np.uint8), target="shirt")
