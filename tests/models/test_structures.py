"""Every structure of network opens from a file, as today's Keras and as older ones wrote it, and can be looked into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import ModelError
from tests.helpers import old_forms, zoo
from tests.helpers import old_keras as old
from tests.helpers.structures import FIRST, GREY, STRUCTURES, Structure, chain, graph, made
from tests.helpers.sweeps import sweep


def files(folder: Path, model: keras.Model) -> dict[str, Path]:
    """The model as Keras 3, tf.keras 2.12 and tf.keras 2.0 wrote it."""
    model.save(folder / "new.keras")
    model.save(folder / "new.h5")
    return {
        "Keras 3 archive": folder / "new.keras",
        "Keras 3 HDF5": folder / "new.h5",
        "tf.keras 2.12": old_forms.write(folder / "tf212.h5", model, old.TF_2_12),
        "tf.keras 2.0": old_forms.write(folder / "tf20.h5", model, old.TF_2_0),
        "tf.keras 1.15": old_forms.write(folder / "tf115.h5", model, old.TF_1_15),
    }


def expected(probe: cnnviz.Probe, model: keras.Model, images: cnnviz.Images) -> np.ndarray:
    """The probabilities that the intended network stands for."""
    own = np.asarray(model(probe.inputs(images), training=False))
    if own.shape[1] == 1:
        return np.concatenate([1 - own, own], axis=1)
    if probe.runner.head.replace:
        return own
    powers = np.exp(own - own.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("name", sweep(STRUCTURES, *FIRST))
def test_a_structure_opens_from_every_kind_of_file(tmp_path, name: str) -> None:
    structure, model = STRUCTURES[name], made(name)
    for form, path in files(tmp_path, model).items():
        probe = cnnviz.open_model(path, scale="0-1")
        pixels = np.random.default_rng(5).integers(0, 256, (2, *probe.card.input_shape), dtype=np.uint8)
        images = cnnviz.Images(pixels)
        np.testing.assert_allclose(
            probe.probabilities(images), expected(probe, model, images), atol=1e-5, err_msg=f"{name}, {form}"
        )
        assert probe.card.score == structure.score, form
        if form in ("Keras 3 archive", "tf.keras 2.12"):
            look_inside(probe, images, structure)


def look_inside(probe: cnnviz.Probe, images: cnnviz.Images, structure: Structure) -> None:
    paths = [layer.path for layer in probe.layers]
    for path, values in probe.activations(images, paths).items():
        assert values.shape == (len(images), *probe.layer(path).shape), path
        assert np.isfinite(values).all(), path
    middle = structure.middle or paths[len(paths) // 2 - 1]
    gradient = probe.gradients(images, 0, middle)
    assert np.isfinite(gradient).all() and np.abs(gradient).max() > 0, middle


def test_what_older_versions_wrote_differs_from_what_keras_3_writes(tmp_path) -> None:
    """Else the files above would test nothing: each of these repairs is made somewhere among them."""
    repairs = set()
    for name in ("two levels deep", "backbone first", "separable", "attention", "odd activations"):
        path = old_forms.write(tmp_path / "net.h5", made(name), old.TF_2_12)
        repairs |= set(cnnviz.open_model(path).card.repairs)
    assert repairs >= {
        "axis list", "batch_input_shape", "call arguments", "dropped arguments", "lists of one", "nested models",
    }  # fmt: skip


def test_one_of_several_outputs_is_chosen(tmp_path) -> None:
    start = keras.Input(GREY)
    x = layers.Flatten()(layers.Conv2D(3, 5, strides=3, name="conv")(start))
    ends = [layers.Dense(10, activation="softmax", name="kind")(x), layers.Dense(3, name="colour")(x)]
    model = keras.Model(start, ends)
    pixels = cnnviz.Images(np.random.default_rng(0).integers(0, 256, (2, *GREY), dtype=np.uint8))
    for path in (old_forms.write(tmp_path / "old.h5", model), tmp_path / "new.keras"):
        if path.suffix == ".keras":
            model.save(path)
        with pytest.raises(ModelError, match="2 outputs, kind, colour; choose one with --output 'kind'"):
            cnnviz.open_model(path)
        probe = cnnviz.open_model(path, output="colour", scale="0-1")
        np.testing.assert_allclose(probe.logits(pixels), model(probe.inputs(pixels))[1], atol=1e-5)
        assert cnnviz.open_model(path, output=0).card.output == "kind"


def test_several_inputs_are_refused_by_name(tmp_path) -> None:
    start, other = keras.Input(GREY, name="picture"), keras.Input((3,), name="place")
    model = keras.Model([start, other], layers.Dense(4)(layers.Concatenate()([layers.Flatten()(start), other])))
    with pytest.raises(
        ModelError,
        match=r"takes 2 inputs, 'picture' \(28, 28, 1\), 'place' \(3\); give all but the image: --input place=0",
    ):
        cnnviz.open_model(old_forms.write(tmp_path / "old.h5", model))


def test_channels_first_is_refused_with_advice(tmp_path) -> None:
    model = graph(
        (3, 32, 32),
        lambda x: layers.Dense(4)(
            layers.GlobalAveragePooling2D(data_format="channels_first")(
                layers.Conv2D(4, 3, data_format="channels_first")(x)
            )
        ),
    )
    with pytest.raises(ModelError, match=r"channels first.*rebuild it with data_format='channels_last'"):
        cnnviz.open_model(old_forms.write(tmp_path / "old.h5", model))


def test_mixed_precision_opens_as_it_was_trained(tmp_path) -> None:
    stack = [layers.Conv2D(4, 3, activation="relu", dtype="mixed_float16"), layers.Flatten(dtype="mixed_float16")]
    model = chain(GREY, *stack, layers.Dense(10, dtype="mixed_float16"), layers.Activation("softmax", dtype="float32"))
    images = cnnviz.Images(np.random.default_rng(0).integers(0, 256, (2, *GREY), dtype=np.uint8))
    path = old_forms.write(tmp_path / "old.h5", model)
    probe = cnnviz.open_model(path, scale="0-1")
    np.testing.assert_allclose(probe.probabilities(images), model(probe.inputs(images)), atol=1e-5)
    assert "dtype policy" in probe.card.repairs
    assert np.isfinite(probe.gradients(images, 0, probe.layers[0].path)).all()


def test_a_sequential_that_was_saved_unbuilt_and_one_built_by_its_first_batch(tmp_path) -> None:
    model = keras.Sequential([layers.Conv2D(3, 5, strides=3, activation="relu"), layers.Flatten(), layers.Dense(10)])
    with pytest.warns(UserWarning, match="not yet been built"):
        model.save(tmp_path / "unbuilt.keras")
    with pytest.raises(ModelError, match=r"never built.*call it once on a batch"):
        cnnviz.open_model(tmp_path / "unbuilt.keras")
    batch = np.random.default_rng(0).uniform(0, 1, (2, *GREY)).astype(np.float32)
    made = np.asarray(model(batch))
    assert made.shape == (2, 10)
    for name in ("built.keras", "built.h5"):
        model.save(tmp_path / name)
        images = cnnviz.Images((batch * 255).astype(np.uint8))
        probe = cnnviz.open_model(tmp_path / name, scale="0-1")
        np.testing.assert_allclose(probe.logits(images), model(probe.inputs(images)), atol=1e-5)


class Net(keras.Model):
    """A class of the user's own, with layers in its attributes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.conv = layers.Conv2D(3, 5, strides=3, activation="relu", name="conv")
        self.flat = layers.Flatten(name="flat")
        self.head = layers.Dense(10, activation="softmax", name="head")

    def call(self, x: Any) -> Any:
        return self.head(self.flat(self.conv(x)))


def test_a_class_of_the_users_own_opens_when_it_is_given(tmp_path) -> None:
    model = Net()
    batch = np.random.default_rng(0).uniform(0, 1, (2, *GREY)).astype(np.float32)
    model(batch)
    model.save(tmp_path / "net.keras")
    with pytest.raises(ModelError, match="needs 'Net', which is not part of Keras; give it as custom_objects"):
        cnnviz.open_model(tmp_path / "net.keras")
    probe = cnnviz.open_model(tmp_path / "net.keras", custom_objects={"Net": Net}, scale="0-1")
    assert [layer.path for layer in probe.layers] == ["conv", "flat", "head"]
    images = cnnviz.Images((batch * 255).astype(np.uint8))
    np.testing.assert_allclose(probe.probabilities(images), model(probe.inputs(images)), atol=1e-5)
    assert np.abs(probe.gradients(images, 0, "conv")).max() > 0


def test_zoo_files_of_tf_keras_answer_as_the_zoo(tmp_path) -> None:
    for name in zoo.BUILDERS:
        model = zoo.make(name)
        probe = cnnviz.open_model(old_forms.write(tmp_path / f"{name}.h5", model), scale="0-1")
        pixels = np.random.default_rng(1).integers(0, 256, (3, *probe.card.input_shape), dtype=np.uint8)
        images = cnnviz.Images(pixels)
        np.testing.assert_allclose(probe.probabilities(images), model(probe.inputs(images)), atol=1e-5, err_msg=name)
