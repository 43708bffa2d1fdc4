"""A further input with a row for each image: the row follows its image into every part and every perturbed copy."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import CnnvizError, DataError, UsageError

from .test_given_inputs import PIXELS, two

ROWS = np.random.default_rng(5).normal(0, 2, (5, 4)).astype(np.float32)
X = PIXELS / np.float32(255)


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return two()


@pytest.fixture(scope="module")
def probe(model: keras.Model) -> cnnviz.Probe:
    return cnnviz.wrap(model, inputs={"meta": ROWS}, scale="0-1")


def taped(model: keras.Model, x: np.ndarray, rows: np.ndarray, one: int = 1, other: int = 0) -> np.ndarray:
    """Return the gradient of the difference of two logits by TensorFlow, on the network with two inputs."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        start = tf.constant(x)
        tape.watch(start)
        made = tf.math.log(model([start, tf.constant(rows)]))
        contrast = made[:, one] - made[:, other]
    return tape.gradient(contrast, start).numpy()


@pytest.mark.parametrize("first", [True, False], ids=["image first", "image last"])
def test_each_image_is_fed_with_its_row(first: bool) -> None:
    model = two(first)
    probe = cnnviz.wrap(model, inputs={"meta": ROWS}, scale="0-1")
    wanted = model.predict([X, ROWS] if first else [ROWS, X], verbose=0)
    np.testing.assert_allclose(probe.probabilities(PIXELS), wanted, atol=1e-6)
    np.testing.assert_allclose(cnnviz.predict(probe, PIXELS, batch_size=2).probabilities, wanted, atol=1e-6)
    assert "its input 'meta' is row i of 5 for image i, counted from 0" in probe.card.notes
    images = cnnviz.open_images(PIXELS)
    some = images.take([3, 0, 3])
    np.testing.assert_allclose(probe.probabilities(some), wanted[[3, 0, 3]], atol=1e-6)
    np.testing.assert_allclose(probe.probabilities(some[1:].take([1])), wanted[[3]], atol=1e-6)
    said = cnnviz.predict(probe, images.numbered([4, 1]))
    np.testing.assert_allclose(said.probabilities, wanted[[4, 1]], atol=1e-6)
    assert "each with its own of the 5 rows of the input 'meta'" in said.images.notes


def test_activations_of_layers_behind_the_row(model: keras.Model, probe: cnnviz.Probe) -> None:
    tap = keras.Model(model.inputs, model.get_layer("table").output)
    held = cnnviz.activations(probe, PIXELS, ["table", "conv"], batch_size=2)
    np.testing.assert_allclose(held["table"], tap.predict([X, ROWS], verbose=0), atol=1e-6)


def test_gradients_are_those_of_two_inputs(model: keras.Model, probe: cnnviz.Probe) -> None:
    images = cnnviz.open_images(PIXELS).take([2, 4, 1])
    own = taped(model, X[[2, 4, 1]], ROWS[[2, 4, 1]])
    np.testing.assert_allclose(probe.gradients(images, 1) - probe.gradients(images, 0), own, atol=1e-5)
    contrast = cnnviz.attribute(probe, images, "saliency", 1, against=0, batch_size=2)
    np.testing.assert_allclose(contrast.values, np.abs(own).max(axis=3), atol=1e-5)


def test_copies_keep_the_row_of_their_image(model: keras.Model, probe: cnnviz.Probe) -> None:
    images = cnnviz.open_images(PIXELS).take([4, 2])
    rows = ROWS[[4, 2]]
    shares = (np.arange(8) + 0.5) / 8
    path = np.mean([taped(model, (X[[4, 2]] * s).astype(np.float32), rows) for s in shares], axis=0)
    found = cnnviz.attribute(
        probe, images, "integrated-gradients", 1, against=0, steps=8, spacing="even", baseline="zero"
    )
    np.testing.assert_allclose(found.values, path * X[[4, 2]], atol=1e-5)
    # The sum is the difference of the scores, each with the image's own row.
    z = np.log(model.predict([np.concatenate([X[[4, 2]], 0 * X[:2]]), np.tile(rows, (2, 1))], verbose=0))
    steps = cnnviz.attribute(probe, images, "integrated-gradients", 1, against=0, steps=256, baseline="zero")
    apart = (z[:, 1] - z[:, 0])[:2] - (z[:, 1] - z[:, 0])[2:]
    np.testing.assert_allclose(steps.values.sum(axis=(1, 2, 3)), apart, rtol=0.02, atol=2e-3)


def test_perturbations_keep_the_row_of_their_image(model: keras.Model, probe: cnnviz.Probe) -> None:
    images = cnnviz.open_images(PIXELS).take([3, 1])
    found = cnnviz.attribute(probe, images, "occlusion:patch=16,stride=16,fill=black", 1, against=0)
    both = np.concatenate([X[[3, 1]], 0 * X[:2]])
    z = np.log(model.predict([both, np.tile(ROWS[[3, 1]], (2, 1))], verbose=0))
    fall = (z[:2, 1] - z[:2, 0]) - (z[2:, 1] - z[2:, 0])
    np.testing.assert_allclose(found.values[:, 8, 8], fall, atol=1e-5)


@pytest.mark.parametrize(
    "method",
    [
        "smoothgrad:samples=3",
        "vargrad:samples=3",
        "guided-backprop",
        "grad-cam",
        "score-cam",
        "occlusion",
        "rise:masks=20",
        "kernel-shap:samples=20",
        "input-x-gradient",
        "eigen-cam",
    ],
)
def test_every_method_sees_an_image_as_alone_with_its_row(probe: cnnviz.Probe, method: str) -> None:
    """All rows equal to one row: the same map as with that one value; other images' rows change nothing."""
    images = cnnviz.open_images(PIXELS)
    among = cnnviz.attribute(probe, images, method, 1).values[3]
    fixed = cnnviz.wrap(probe.model, inputs={"meta": ROWS[3]}, scale="0-1")
    alone = cnnviz.attribute(fixed, images, method, 1).values[3]
    np.testing.assert_allclose(among, alone, atol=1e-4)


def test_targets_that_ask_the_model_first(probe: cnnviz.Probe) -> None:
    images = cnnviz.open_images(PIXELS)
    for target in ("second", "conv/2", "predicted"):
        among = cnnviz.attribute(probe, images, "smoothgrad:samples=2", target)
        for i in (0, 3):
            fixed = cnnviz.wrap(probe.model, inputs={"meta": ROWS[i]}, scale="0-1")
            alone = cnnviz.attribute(fixed, images.take([i]), "smoothgrad:samples=2", target)
            np.testing.assert_allclose(among.values[i], alone.values[0], atol=1e-5)
            np.testing.assert_allclose(among.scores[i], alone.scores[0], atol=1e-5)


def test_another_number_of_rows_is_refused(model: keras.Model, probe: cnnviz.Probe) -> None:
    says = "'meta' has 5 rows, but array has 4 images: give one for each, or their mean for all: --input meta=mean:FILE"
    for call in (
        lambda: cnnviz.predict(probe, PIXELS[:4]),
        lambda: probe.probabilities(PIXELS[:4]),
        lambda: cnnviz.attribute(probe, cnnviz.open_images(PIXELS[:4])),
    ):
        with pytest.raises(DataError, match=says):
            call()
    with pytest.raises(UsageError, match="which goes with these inputs is unknown; give Images"):
        probe.logits(X)
    mean = cnnviz.wrap(model, inputs={"meta": ROWS.mean(axis=0)}, scale="0-1")
    wanted = model.predict([X[:4], np.tile(ROWS.mean(axis=0), (4, 1))], verbose=0)
    np.testing.assert_allclose(mean.probabilities(PIXELS[:4]), wanted, atol=1e-6)


def test_what_feeds_one_value_for_all_is_refused_or_says_so(probe: cnnviz.Probe, model: keras.Model) -> None:
    labeled = cnnviz.Images(PIXELS, np.arange(5) % 3, probe.class_names)
    with pytest.raises(UsageError, match="ablation takes one value of the input 'meta' for all images"):
        cnnviz.ablate(probe, labeled)
    with pytest.raises(UsageError, match="pruning takes one value"):
        cnnviz.prune(probe, labeled, share=0.2)
    with pytest.raises(CnnvizError):
        cnnviz.attribute(probe, labeled, "lrp")
    made = cnnviz.maximize(probe, "conv", [1], images=labeled, steps=2)
    assert any("the mean of its 5 rows is fed" in note for note in made.model.notes)
    mean = cnnviz.wrap(model, inputs={"meta": ROWS.mean(axis=0)}, scale="0-1")
    alike = cnnviz.maximize(mean, "conv", [1], images=labeled, steps=2)
    np.testing.assert_array_equal(made.images.pixels, alike.images.pixels)


def test_evaluation_and_embedding(probe: cnnviz.Probe, model: keras.Model, tmp_path: Path) -> None:
    labeled = cnnviz.Images(PIXELS, np.arange(5) % 3, probe.class_names)
    found = cnnviz.evaluate(probe, labeled, rounds=5)
    np.testing.assert_allclose(found.probabilities, model.predict([X, ROWS], verbose=0), atol=1e-6)
    like = cnnviz.similarity(probe, labeled, layer=["table", "conv"])
    np.testing.assert_allclose(like.probabilities, found.probabilities, atol=1e-6)
    found.to_html(tmp_path / "a.html")
    assert cnnviz.predict(probe, labeled).network is not None


def test_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], model: keras.Model
) -> None:
    from cnnviz.cli.main import main

    monkeypatch.chdir(tmp_path)
    model.save("net.keras")
    np.save("x.npy", PIXELS)
    np.save("meta.npy", ROWS)
    np.save("few.npy", ROWS[:3])

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["activations", "--model", "net.keras", "--data", "x.npy", "--scale", "0-1", "--out", "a.npz", *words])
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    wanted = model.predict([X, ROWS], verbose=0)
    code, _, err = run("--input", "meta=meta.npy", "--index", "3,1")
    assert code == 0 and "each with its own of the 5 rows of the input 'meta'" in err, err
    held = cnnviz.Activations.load("a.npz")
    np.testing.assert_allclose(held.probabilities, wanted[[3, 1]], atol=1e-5)
    code, _, err = run("--input", "meta=few.npy", "--force")
    assert code == 3 and "has 3 rows, but x.npy has 5 images" in err and len(err.splitlines()) == 1
    code, _, err = run("--input", "meta=mean:few.npy", "--force")
    assert code == 0, err
    mean = model.predict([X, np.tile(ROWS[:3].mean(axis=0), (5, 1))], verbose=0)
    np.testing.assert_allclose(cnnviz.Activations.load("a.npz").probabilities, mean, atol=1e-5)
    np.save("one.npy", ROWS[0])
    for word in ("meta=mean:3", "meta=mean:one.npy"):
        code, _, err = run("--input", word, "--force")
        assert code == 2 and "a mean is of rows" in err and len(err.splitlines()) == 1
