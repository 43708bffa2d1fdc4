"""Models without class scores: everything about layers works, and equals Keras; what needs classes says why not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import UsageError
from cnnviz.core.targets import Channel, OneClass
from tests.helpers.sweeps import sweep

PIXELS = np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3), dtype=np.uint8)


def u_net() -> keras.Model:
    start = keras.Input((32, 32, 3))
    down = layers.Conv2D(4, 3, padding="same", activation="relu", name="down")(start)
    deep = layers.Conv2D(6, 3, padding="same", activation="relu", name="deep")(layers.MaxPooling2D()(down))
    up = layers.Concatenate()([layers.Conv2DTranspose(4, 2, strides=2)(deep), down])
    return keras.Model(start, layers.Conv2D(3, 1, activation="softmax", name="classes")(up), name="u_net")


def autoencoder() -> keras.Model:
    start = keras.Input((32, 32, 3))
    code = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu", name="code")(start)
    back = layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="sigmoid", name="back")(code)
    return keras.Model(start, back, name="autoencoder")


def embedder() -> keras.Model:
    start = keras.Input((32, 32, 3))
    maps = layers.Conv2D(4, 3, strides=2, activation="relu", name="maps")(start)
    row = layers.Dense(16, name="row")(layers.GlobalAveragePooling2D()(maps))
    return keras.Model(start, layers.UnitNormalization(name="unit")(row), name="embedder")


def regressor(outputs: int = 1) -> keras.Model:
    start = keras.Input((32, 32, 3))
    maps = layers.Conv2D(4, 3, strides=2, activation="relu", name="maps")(start)
    model = keras.Model(start, layers.Dense(outputs, name="row")(layers.GlobalAveragePooling2D()(maps)), name="ages")
    model.compile("sgd", "mse")
    return model


def vgg() -> keras.Model:
    return keras.applications.VGG16(include_top=False, weights=None, input_shape=(32, 32, 3))


def mobile_net() -> keras.Model:
    return keras.applications.MobileNetV2(include_top=False, weights=None, pooling="avg", input_shape=(32, 32, 3))


MODELS = {
    "u-net": (u_net, "deep", "softmax"),
    "autoencoder": (autoencoder, "code", ""),
    "embedding": (embedder, "maps", ""),
    "vgg": (vgg, "block1_conv2", ""),
    "mobilenet": (mobile_net, "block_1_expand", ""),
}


def layer_by_keras(model: keras.Model, path: str) -> np.ndarray:
    made = keras.Model(model.inputs, model.get_layer(path).output).predict(PIXELS / 255.0, verbose=0)
    return np.asarray(made)


@pytest.fixture(autouse=True)
def _seed() -> None:
    keras.utils.set_random_seed(0)


@pytest.mark.parametrize("name", sweep(MODELS, "u-net", "autoencoder", "embedding", "vgg"))
def test_layers_are_those_of_keras(name: str) -> None:
    make, path, _ = MODELS[name]
    model = make()
    probe = cnnviz.wrap(model, scale="0-1")
    last = probe.layers[-1].path
    seen = cnnviz.activations(probe, PIXELS, [path, last])
    np.testing.assert_allclose(seen[path], layer_by_keras(model, path), atol=1e-5)
    np.testing.assert_allclose(seen[last], model.predict(PIXELS / 255.0, verbose=0), atol=1e-5)
    assert seen.probabilities.shape == (6, 0) and seen.model.head == "none"
    every = cnnviz.responses(probe, PIXELS, path)
    np.testing.assert_allclose(every[path].high, seen[path].max(axis=(0, 1, 2)), atol=1e-6)
    assert every[path].profile.shape == (0, seen[path].shape[-1])
    assert len(cnnviz.layer_statistics(probe, PIXELS, path).layers[path].class_means) == 0


@pytest.mark.parametrize("name", sweep(["u-net", "embedding"], "embedding"))
def test_what_needs_no_classes(name: str, tmp_path: Path) -> None:
    make, path, _ = MODELS[name]
    probe = cnnviz.wrap(make(), scale="0-1")
    labeled = cnnviz.open_images((PIXELS, [0, 1, 0, 1, 0, 1]), class_names=["cat", "dog"])
    assert cnnviz.embedding(probe, labeled, methods="pca").reference_names == ("cat", "dog")
    assert cnnviz.embedding(probe, PIXELS, methods="pca").reference_class is None
    by_label = cnnviz.responses(probe, labeled, path)[path]
    values = cnnviz.activations(probe, labeled, path)[path]
    np.testing.assert_allclose(by_label.profile[1], values[1::2].mean(axis=(0, 1, 2)), atol=1e-5)
    assert np.isfinite(cnnviz.similarity(probe, PIXELS).values).any()
    assert len(cnnviz.filters(probe, PIXELS, layer=path))
    assert cnnviz.maximize(probe, path, [0], steps=2, images=PIXELS).rivals is not None
    assert cnnviz.reconstruct(probe, PIXELS, path, channels=[0], count=2).values.shape[1] == 2
    whole = cnnviz.report(probe, labeled, include=())
    assert whole.document()["accuracy"] is None and whole.document()["pictures"][0]["label"] == "cat"
    loaded = cnnviz.Activations.load(cnnviz.activations(probe, labeled, path).save(tmp_path / "a.npz"))
    assert loaded.model.head == "none" and loaded.probabilities.shape == (6, 0)
    for made in (whole, loaded, cnnviz.embedding(probe, PIXELS, methods="pca")):
        assert made._repr_html_() and made.plot() and made.to_html()
        with pytest.raises(UsageError, match="has no class scores"):
            _ = made.predicted if hasattr(made, "predicted") else made.predictions.predicted


@pytest.mark.parametrize(
    "method", sweep(["saliency", "grad-cam", "occlusion", "integrated-gradients", "lrp"], "saliency", "grad-cam")
)
def test_heatmaps_of_a_channel(method: str) -> None:
    model = u_net()
    probe = cnnviz.wrap(model, scale="0-1")
    by_text = cnnviz.attribute(probe, PIXELS, method, "deep/2")
    assert by_text.scores == pytest.approx(layer_by_keras(model, "deep")[..., 2].max(axis=(1, 2)), abs=1e-5)
    np.testing.assert_array_equal(by_text.values, cnnviz.attribute(probe, PIXELS, method, Channel("deep", 2)).values)
    assert not by_text.flat.all() and by_text.classes is None and by_text.how.target == "deep/2"
    if method == "grad-cam":
        assert by_text.how.layers == ("down",)


def test_the_first_maps_have_none_before_them() -> None:
    with pytest.raises(UsageError, match="no maps before down, which Grad-CAM needs; use saliency"):
        cnnviz.attribute(u_net(), PIXELS, "grad-cam", "down/0")


@pytest.mark.parametrize("outputs", [1, 3])
def test_a_regression_has_values_and_no_classes(outputs: int, tmp_path: Path) -> None:
    model = regressor(outputs)
    names = ["age", "x", "y"][:outputs]
    probe = cnnviz.wrap(model, scale="0-1", class_names=names)
    want = model.predict(PIXELS / 255.0, verbose=0)
    said = cnnviz.predict(probe, PIXELS)
    np.testing.assert_allclose(said.outputs, want, atol=1e-5)
    assert said.summary_rows()[0] == ("image", *names) and f"{want[0, 0]:.6g}"[:5] in said.summary_rows()[1][1]
    columns, first = list(said.table_rows())[:2]
    assert columns == ("number", "file", "label", *names) and first[3] == pytest.approx(want[0, 0], abs=1e-5)
    entry = said.top_document()["pictures"][0]["outputs"]
    assert json.dumps(entry) and entry[names[-1]] == pytest.approx(want[0, -1], abs=1e-5)
    np.testing.assert_array_equal(cnnviz.Predictions.load(said.save(tmp_path / "p.npz")).outputs, said.outputs)
    assert b"p(" not in said.to_html() or b"p(age)" not in said.to_html()
    for target in (names[-1], outputs - 1, OneClass(outputs - 1)):
        made = cnnviz.attribute(probe, PIXELS, "grad-cam", target)
        assert made.scores == pytest.approx(want[:, -1], abs=1e-5) and made.classes is None
        assert made.how.target == names[-1]
    if outputs == 1:
        assert cnnviz.attribute(probe, PIXELS, "saliency").how.target == "age"
        assert len(cnnviz.maximize(probe, steps=2).units) == 1
    else:
        with pytest.raises(UsageError, match=r"returns numbers and predicts no class; name the output.*: age, x, y"):
            cnnviz.attribute(probe, PIXELS, "saliency")
        difference = cnnviz.attribute(probe, PIXELS, "saliency", "x", against="y")
        assert difference.scores == pytest.approx(want[:, 1] - want[:, 2], abs=1e-5)
    for asked in ("second", "true"):
        with pytest.raises(UsageError):
            cnnviz.attribute(probe, PIXELS, "saliency", asked)


REFUSED: dict[str, Callable[[cnnviz.Probe], object]] = {
    "predict": lambda p: cnnviz.predict(p, PIXELS),
    "evaluate": lambda p: cnnviz.evaluate(p, PIXELS),
    "compare": lambda p: cnnviz.compare(p, PIXELS, other=p),
    "classes": lambda p: cnnviz.compare_classes(p, PIXELS, 0, 1),
    "confused": lambda p: cnnviz.confused_pairs(p, PIXELS, 0, 1),
    "ablate": lambda p: cnnviz.ablate(p, PIXELS),
    "prune": lambda p: cnnviz.prune(p, PIXELS, share=0.1),
    "probabilities": lambda p: p.probabilities(PIXELS),
    "a class": lambda p: cnnviz.attribute(p, PIXELS, "saliency", "cat"),
    "all": lambda p: cnnviz.heatmaps(p, PIXELS, "saliency", "all"),
    "the first": lambda p: cnnviz.heatmaps(p, PIXELS, "saliency", "top-3"),
    "a judge": lambda p: cnnviz.profile_images((PIXELS, [0, 1, 0, 1, 0, 1]), model=p),
    "a number": lambda p: cnnviz.attribute(p, PIXELS, "saliency", 0),
    "the predicted class": lambda p: cnnviz.attribute(p, PIXELS, "occlusion"),
    "a function": lambda p: cnnviz.attribute(p, PIXELS, "saliency", lambda z: z[:, 0]),
    "logits": lambda p: cnnviz.maximize(p),
    "gradients": lambda p: p.value_and_gradients(PIXELS),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_needs_classes_says_why_not_and_what_works(what: str) -> None:
    probe = cnnviz.wrap(u_net(), scale="0-1")
    with pytest.raises(UsageError, match=r"u_net has no class scores.*map of 32×32×3.*--target classes/0") as caught:
        REFUSED[what](probe)
    assert len(str(caught.value).splitlines()) == 1
