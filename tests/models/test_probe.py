"""The probe's answers are the model's own, for every build of network, and the model stays as it was."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import ModelError, UnknownNameError, UsageError
from cnnviz.data.images import Images
from tests.helpers import zoo


def pictures_for(probe: cnnviz.Probe, n: int = 64) -> Images:
    h, w, c = probe.card.input_shape
    pixels = np.random.default_rng(1).integers(0, 256, (n, h, w, c), dtype=np.uint8)
    return Images(pixels, np.arange(n) % len(probe.class_names), probe.class_names)


@pytest.fixture(params=[*zoo.BUILDERS, "fmnist-cnn"])
def probe(request: pytest.FixtureRequest) -> cnnviz.Probe:
    if request.param == "fmnist-cnn":
        return cnnviz.open_model("fmnist-cnn")
    return cnnviz.wrap(zoo.make(request.param), scale="0-1")


def keras_output(probe: cnnviz.Probe, path: str, inputs: np.ndarray) -> np.ndarray:
    """What Keras itself computes for a layer, by a sub-model; two hops for a layer of a nested model."""
    model, x = probe.model, inputs
    *outer, name = path.split("/")
    for part in outer:
        inner = model.get_layer(part)
        before = model.layers[: model.layers.index(inner)]
        x = keras.Model(model.inputs[0], before[-1].output).predict(x, verbose=0) if len(before) > 1 else x
        model = inner
    if "@" in name:
        name, call = name.split("@")
        tensor = model.get_layer(name)._inbound_nodes[int(call) - 1].outputs[0]
    else:
        tensor = model.get_layer(name)._inbound_nodes[0].outputs[0]
    return np.asarray(keras.Model(model.inputs[0], tensor)(x))


def test_every_layer_equals_keras(probe: cnnviz.Probe) -> None:
    images = pictures_for(probe, 8)
    paths = [layer.path for layer in probe.layers]
    held = probe.activations(images, paths)
    inputs = probe.inputs(images)
    assert list(held) == paths
    for path in paths:
        # Sums of up to a thousand products of float32, which a batch of another size may take in another order.
        np.testing.assert_allclose(held[path], keras_output(probe, path, inputs), rtol=1e-5, atol=1e-5, err_msg=path)
        assert held[path].shape[1:] == probe.layer(path).shape


def test_probabilities_equal_the_models_own_answer(probe: cnnviz.Probe) -> None:
    images = pictures_for(probe, 8)
    own = probe.model.predict(probe.inputs(images), verbose=0)
    np.testing.assert_allclose(probe.probabilities(images), own, atol=1e-6)


def test_sixty_four_at_once_equal_one_at_a_time(probe: cnnviz.Probe) -> None:
    images = pictures_for(probe)
    paths = [layer.path for layer in probe.layers]
    at_once = probe.activations(images, paths, batch_size=64)
    one_by_one = probe.activations(images, paths, batch_size=1)
    for path in paths:
        np.testing.assert_allclose(at_once[path], one_by_one[path], rtol=1e-5, atol=1e-5, err_msg=path)


def test_the_model_is_left_as_it_was_also_by_calls_that_fail(probe: cnnviz.Probe) -> None:
    model = probe.model
    config = model.get_config()
    weights = [np.array(w) for w in model.get_weights()]
    nodes = [len(layer._inbound_nodes) for layer in model._flatten_layers()]
    images = pictures_for(probe, 4)
    paths = [layer.path for layer in probe.layers]

    probe.activations(images, paths)
    probe.gradients(images)
    probe.gradients(images, target=0, layer=paths[0])
    with pytest.raises(UnknownNameError):
        probe.activations(images, ["no such layer"])
    with pytest.raises(UsageError):
        probe.logits(Images(np.zeros((1, 5, 5, 1), np.uint8)))

    def breaks(logits: object) -> object:
        raise RuntimeError("broken target")

    with pytest.raises(RuntimeError):
        probe.gradients(images, target=breaks)

    assert model.get_config() == config
    for before, after in zip(weights, model.get_weights(), strict=True):
        assert before.tobytes() == after.tobytes()
    assert [len(layer._inbound_nodes) for layer in model._flatten_layers()] == nodes
    assert not model.losses


def test_gradients_equal_keras_own(probe: cnnviz.Probe) -> None:
    """Against a sub-model of Keras's that ends before the head, with the head's sums written out."""
    import tensorflow as tf

    images = pictures_for(probe, 4)
    last = next(layer for layer in reversed(probe.model.layers) if layer.get_weights())
    before = keras.Model(probe.model.inputs[0], last.input)
    x = tf.constant(probe.inputs(images))
    with tf.GradientTape() as tape:
        tape.watch(x)
        score = (before(x) @ last.kernel + last.bias)[:, 1]
    expected = tape.gradient(score, x).numpy().reshape(images.pixels.shape)
    np.testing.assert_allclose(probe.gradients(images, target=1), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.exact
def test_gradients_of_a_linear_net_by_hand() -> None:
    model = keras.Sequential(
        [keras.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")]
    )
    model.layers[-1].set_weights([np.float32([[1, 5], [2, 6], [3, 7], [4, 8]]), np.float32([0, 100])])
    probe = cnnviz.wrap(model, scale="0-1")
    images = Images(np.full((1, 2, 2, 1), 255, np.uint8))
    assert probe.logits(images).tolist() == [[10, 126]]
    assert probe.gradients(images, target=0)[0, ..., 0].tolist() == [[1, 2], [3, 4]]
    assert probe.gradients(images)[0, ..., 0].tolist() == [[5, 6], [7, 8]]
    contrast = probe.gradients(images, target=lambda logits: logits[:, 1] - logits[:, 0])
    assert contrast[0, ..., 0].tolist() == [[4, 4], [4, 4]]


def test_a_gradient_at_a_layer_has_its_shape_and_is_alive(probe: cnnviz.Probe) -> None:
    images = pictures_for(probe, 3)
    for layer in probe.layers:
        if layer.path in ("head", "softmax", "predictions"):
            continue  # the logits leave the last activation out, so what comes after it has no gradient
        gradient = probe.gradients(images, layer=layer.path)
        assert gradient.shape == (3, *layer.shape)
        assert np.isfinite(gradient).all()
        assert np.abs(gradient).max() > 0, layer.path


def test_a_model_that_learns_on_shows_through() -> None:
    model = zoo.make("sequential")
    probe = cnnviz.wrap(model, scale="0-1")
    images = pictures_for(probe, 2)
    before = probe.logits(images)
    model.layers[-1].bias.assign(model.layers[-1].bias + 1.0)
    np.testing.assert_allclose(probe.logits(images), before + 1, atol=1e-5)


def test_layers_of_nested_models_are_found_by_path_and_by_a_unique_ending() -> None:
    probe = cnnviz.wrap(zoo.make("nested"))
    assert [layer.path for layer in probe.layers] == [
        "rescale",
        "backbone/conv1",
        "backbone/block/conv2",
        "backbone/block/pool2",
        "flatten",
        "head",
    ]
    assert probe.layer("conv2").path == "backbone/block/conv2"
    assert probe.layer("backbone/block/conv2").shape == (24, 24, 5)
    with pytest.raises(UnknownNameError, match="backbone/block/conv2"):
        probe.layer("convv2")


def test_a_shared_layer_has_one_path_a_call_and_counts_its_weights_once() -> None:
    probe = cnnviz.wrap(zoo.make("shared"))
    assert [layer.path for layer in probe.layers][:2] == ["twice", "twice@2"]
    assert [layer.parameters for layer in probe.layers][:2] == [10, 0]
    assert [layer.path for layer in probe.card.layers_once] == ["twice", "flatten", "head"]


def test_layers_of_a_model_that_is_used_twice_count_once_however_they_are_reached() -> None:
    inside = [keras.layers.Conv2D(1, 3, padding="same", name="conv"), keras.layers.ReLU(name="relu")]
    inner = keras.Sequential([keras.Input((28, 28, 1)), *inside], name="block")
    x = start = keras.Input((28, 28, 1))
    x = inner(inner(x))
    x = keras.layers.Flatten(name="flat")(inner.get_layer("conv")(x))
    model = keras.Model(start, keras.layers.Dense(3, name="out")(x))
    probe = cnnviz.wrap(model)
    assert [(layer.path, layer.parameters, layer.again) for layer in probe.layers] == [
        ("block/conv", 10, False),
        ("block/relu", 0, False),
        ("block@2/conv", 0, True),
        ("block@2/relu", 0, True),
        ("conv", 0, True),
        ("flat", 0, False),
        ("out", 2355, False),
    ]
    assert sum(layer.parameters for layer in probe.layers) == probe.card.parameters == model.count_params()


def test_a_loaded_sequential_has_live_gradients_everywhere(tmp_path) -> None:
    zoo.make("sequential").save(tmp_path / "m.keras")
    probe = cnnviz.open_model(tmp_path / "m.keras")
    for layer in ("conv1", "conv2"):
        assert np.abs(probe.gradients(pictures_for(probe, 2), layer=layer)).max() > 0


def test_a_sequential_that_was_never_called_is_refused_with_advice() -> None:
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])
    with pytest.raises(ModelError, match="call it once"):
        cnnviz.wrap(model)


def test_open_extents_need_a_size() -> None:
    start = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(4, 3, name="conv")(start)
    model = keras.Model(start, keras.layers.Dense(5)(keras.layers.GlobalAveragePooling2D()(x)))
    with pytest.raises(ModelError, match="input_size"):
        cnnviz.wrap(model)
    probe = cnnviz.wrap(model, input_size=(20, 30))
    assert probe.card.input_shape == (20, 30, 3)
    assert probe.layer("conv").shape == (18, 28, 4)
