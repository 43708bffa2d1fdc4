"""Networks of an image and further inputs, which are given; and of no single image, which are refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import ModelError, UnknownNameError, UsageError
from cnnviz.models.reinitialize import reinitialized_copy

PIXELS = np.random.default_rng(0).integers(0, 256, (5, 16, 16, 3), dtype=np.uint8)
META = np.array([0.1, 0.9, -2, 3], np.float32)


def two(first: bool = True) -> keras.Model:
    keras.utils.set_random_seed(0)
    image, meta = keras.Input((16, 16, 3), name="image"), keras.Input((4,), name="meta")
    x = layers.Conv2D(4, 3, activation="relu", name="conv")(image)
    known = layers.BatchNormalization()(layers.Dense(5, "relu", name="table")(meta))
    x = layers.Concatenate()([layers.GlobalAveragePooling2D()(x), known])
    return keras.Model([image, meta] if first else [meta, image], layers.Dense(3, "softmax")(x))


@pytest.mark.parametrize("first", [True, False], ids=["image first", "image last"])
@pytest.mark.parametrize("value", [META, 0.5], ids=["array", "number"])
def test_it_predicts_and_explains_as_with_the_value(first: bool, value: np.ndarray | float) -> None:
    model = two(first)
    probe = cnnviz.wrap(model, inputs={"meta": value}, scale="0-1")
    rows = np.broadcast_to(META if np.ndim(value) else np.float32(0.5), (5, 4))
    x = PIXELS / np.float32(255)
    fed = [x, rows] if first else [rows, x]
    np.testing.assert_allclose(probe.probabilities(PIXELS), model.predict(fed, verbose=0), atol=1e-6)
    (note,) = probe.card.notes
    assert note.startswith("its input 'meta' is") and note.endswith("for every image")
    import tensorflow as tf

    with tf.GradientTape() as tape:
        taped = tf.constant(x)
        tape.watch(taped)
        made = tf.math.log(model([taped, tf.constant(rows)] if first else [tf.constant(rows), taped]))
        # The difference of two logits is that of the logarithms of two probabilities.
        contrast = made[:, 1] - made[:, 0]
    own = tape.gradient(contrast, taped).numpy()
    images = cnnviz.Images(PIXELS)
    np.testing.assert_allclose(probe.gradients(images, 1) - probe.gradients(images, 0), own, atol=1e-5)


def test_methods_pages_and_filters(tmp_path: Path) -> None:
    probe = cnnviz.wrap(two(), inputs={"meta": META}, scale="0-1")
    assert np.isfinite(cnnviz.attribute(probe, PIXELS).values).all()
    cnnviz.activations(probe, PIXELS).to_html(tmp_path / "a.html")
    assert list(cnnviz.filters(probe, PIXELS, include=())) == ["table", "conv", probe.layers[-1].path]
    with pytest.raises(ModelError, match=r"LRP has no rule for meta \(GivenInput\)"):
        cnnviz.attribute(probe, PIXELS, "lrp")


def test_what_is_assumed_of_the_scale_is_not_read_from_the_table() -> None:
    model = two()
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.moving_mean.assign(np.full(5, 100.0))
    probe = cnnviz.wrap(model, inputs={"meta": META})
    assert not probe.card.scale_settled and "BatchNormalization" not in probe.card.scale_reason


@pytest.mark.parametrize(
    ("inputs", "kind", "says"),
    [
        (
            None,
            ModelError,
            r"takes 2 inputs, 'image' \(16, 16, 3\), 'meta' \(4\); give all but the image: --input meta=0",
        ),
        ({"image": PIXELS[0], "meta": 0}, ModelError, "none is left for the image"),
        ({"mete": 0}, UnknownNameError, "no input 'mete'; choose from: meta$"),
        ({"meta": [1, 2, 3]}, UsageError, r"the input 'meta' takes \(4\), not \(3\)"),
        ({"meta": np.nan}, UsageError, "finite numbers"),
        ({"meta": "x"}, UsageError, "finite numbers"),
    ],
)
def test_refusals_name_the_inputs(inputs: object, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says) as raised:
        cnnviz.wrap(two(), inputs=inputs)
    assert "\n" not in str(raised.value)


def test_a_model_of_its_image_alone_takes_no_others() -> None:
    alone = keras.Sequential([keras.Input((16, 16, 3)), layers.Flatten(), layers.Dense(3, "softmax")], name="alone")
    with pytest.raises(UsageError, match="'alone' takes one input, its image, and no 'mete'; give no other inputs"):
        cnnviz.wrap(alone, inputs={"mete": 0})
    with pytest.raises(UsageError, match="takes one input, its image"):
        cnnviz.open_model("fmnist-cnn", inputs={"mete": 0})


def conv1d(shape: tuple[int, ...]) -> keras.Model:
    start = keras.Input(shape)
    x = layers.GlobalAveragePooling1D()(layers.Conv1D(4, 3)(start))
    return keras.Model(start, layers.Dense(3, "softmax")(x))


def recurrent(shape: tuple[int, ...]) -> keras.Model:
    return keras.Sequential([keras.Input(shape), layers.LSTM(4), layers.Dense(3, "softmax")])


def conv3d(shape: tuple[int, ...]) -> keras.Model:
    x = [keras.Input(shape), layers.Conv3D(2, 3), layers.GlobalAveragePooling3D(), layers.Dense(3, "softmax")]
    return keras.Sequential(x)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (conv1d((128, 9)), r"series \(128, 9\) and has Conv1D"),
        (conv1d((200, 1)), r"series \(200, 1\) and has Conv1D"),
        (conv1d((None, 9)), r"series \(\?, 9\) and has Conv1D"),
        (recurrent((128, 9)), r"series \(128, 9\) and has LSTM.*Conv1D"),
        (conv3d((8, 16, 16, 1)), r"volumes or films \(8, 16, 16, 1\) and has Conv3D"),
    ],
)
def test_series_and_volumes_are_refused_at_opening(model: keras.Model, says: str) -> None:
    with pytest.raises(ModelError, match=says) as raised:
        cnnviz.wrap(model)
    assert "are not supported" in str(raised.value) and "\n" not in str(raised.value)


def test_rows_of_an_image_may_be_read_in_order() -> None:
    assert cnnviz.wrap(recurrent((28, 28))).card.input_shape == (28, 28, 1)


def test_random_weights_keep_what_is_given() -> None:
    probe = cnnviz.wrap(two(), inputs={"meta": META}, scale="0-1")
    control = reinitialized_copy(probe, seed=1)
    expected = control.model.predict([PIXELS / np.float32(255), np.broadcast_to(META, (5, 4))], verbose=0)
    np.testing.assert_allclose(control.probabilities(PIXELS), expected, atol=1e-6)


def test_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from cnnviz.cli.main import main

    monkeypatch.chdir(tmp_path)
    model = two()
    model.save("net.keras")
    np.save("x.npy", PIXELS)
    np.save("meta.npy", META)
    np.savez("all.npz", meta=META, other=PIXELS)
    np.savez("one.npz", meta=META)

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["layers", "net.keras", *words])
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    for words in ("meta=0.1,0.9,-2,3", "meta=meta.npy", "meta=all.npz", "one.npz"):
        code, out, err = run("--input", words, "--json")
        assert code == 0, err
        assert "its input 'meta' is a given array (4) for every image" in json.loads(out)["model"]["notes"]
    for words, says in {
        "meta=abc": "is no value; write NAME=0.5",
        "meta=none.npy": "cannot be read",
        "net.keras": "",
        "mta=1": "no input 'mta'",
        "mta=all.npz": "none is called 'mta'",
    }.items():
        code, out, err = run("--input", words)
        assert code in (2, 3) and says in err and len(err.splitlines()) == 1, (words, err)
