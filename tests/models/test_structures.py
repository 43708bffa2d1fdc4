"""Every structure of network opens from a file, as today's Keras and as older ones wrote it, and can be looked into."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import ModelError
from tests.models import old_forms, zoo
from tests.models import old_keras as old
from tests.sweeps import sweep

GREY, COLOUR = (28, 28, 1), (32, 32, 3)


def chain(shape: tuple[int, ...], *stack: layers.Layer) -> keras.Model:
    return keras.Sequential([keras.Input(shape), *stack])


def small(*ends: layers.Layer) -> keras.Model:
    return chain(GREY, layers.Conv2D(3, 5, strides=3, activation="relu"), layers.Flatten(), *ends)


def graph(shape: tuple[int, ...], body: Callable[[Any], Any]) -> keras.Model:
    start = keras.Input(shape)
    return keras.Model(start, body(start))


def branches() -> keras.Model:
    def body(x: Any) -> Any:
        left, right = (layers.Conv2D(4, 3, padding="same", activation=end)(x) for end in ("relu", "tanh"))
        x = layers.Concatenate()([layers.Add()([left, right]), layers.Multiply()([left, right]), x])
        x = layers.Concatenate(axis=-1)([layers.Maximum()([x, x]), layers.Average()([x, x])])
        return layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x))

    return graph(GREY, body)


def shared() -> keras.Model:
    twice = layers.Conv2D(4, 3, padding="same", activation="relu")
    return graph(
        GREY,
        lambda x: layers.Dense(10, activation="softmax")(layers.Flatten()(twice(twice(layers.Conv2D(4, 1)(x))))),
    )


def two_deep() -> keras.Model:
    """A head on a backbone that holds a block: a frozen one, as transfer learning leaves it."""
    inner = keras.Sequential(
        [keras.Input((30, 30, 4)), layers.Conv2D(5, 3, name="deep"), layers.BatchNormalization()], name="block"
    )
    start = keras.Input(COLOUR)
    backbone = keras.Model(start, inner(layers.Conv2D(4, 3, activation="relu")(start)), name="backbone")
    backbone.trainable = False
    return graph(COLOUR, lambda x: layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(backbone(x))))


def backbone_first() -> keras.Model:
    body = graph(COLOUR, lambda x: layers.BatchNormalization()(layers.Conv2D(4, 3, activation="relu")(x)))
    return keras.Sequential([keras.Input(COLOUR), body, layers.Flatten(), layers.Dense(5, activation="softmax")])


def augmented() -> keras.Model:
    return chain(
        COLOUR,
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.1),
        layers.RandomZoom(0.1),
        layers.Rescaling(1 / 255),
        layers.Conv2D(4, 3, activation="relu", name="conv"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(5, activation="softmax"),
    )


def normalized() -> keras.Model:
    scaled = layers.Normalization(axis=-1)
    scaled.adapt(np.random.default_rng(0).uniform(0, 255, (20, *COLOUR)).astype(np.float32))
    return chain(COLOUR, scaled, layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(5, activation="softmax"))


def odd_activations() -> keras.Model:
    kinds = [layers.ReLU(6.0), layers.LeakyReLU(0.1), layers.ELU(0.5), layers.PReLU(shared_axes=[1, 2])]
    named = [layers.Conv2D(3, 1, activation=kind) for kind in ("swish", "selu", "softplus", "exponential", "gelu")]
    return chain(GREY, *named, *kinds, layers.Flatten(), layers.Dense(10, activation="softmax"))


def separable() -> keras.Model:
    return chain(
        COLOUR,
        layers.SeparableConv2D(6, 3, activation="relu"),
        layers.SpatialDropout2D(0.2),
        layers.DepthwiseConv2D(3, padding="same"),
        layers.ZeroPadding2D(1),
        layers.LayerNormalization(axis=[1, 2, 3]),
        layers.Permute((2, 1, 3)),
        layers.UpSampling2D(2),
        layers.GlobalMaxPooling2D(),
        layers.RepeatVector(2),
        layers.Reshape((12,)),
        layers.Dense(5, activation="softmax"),
    )


def attention() -> keras.Model:
    def body(x: Any) -> Any:
        x = layers.Dense(8)(x)
        x = layers.Add()([x, layers.MultiHeadAttention(2, 4)(x, value=x)])
        return layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x)))

    return graph((28, 28), body)


class Structure(NamedTuple):
    """What is built, and what must be seen in it: how its scores are had, and a layer in the middle."""

    build: Callable[[], keras.Model]
    score: str = "logits"
    middle: str = ""


STRUCTURES = {
    "sequential": Structure(lambda: small(layers.Dense(10, activation="softmax"))),
    "branches": Structure(branches),
    "shared layer": Structure(shared),
    "two levels deep": Structure(two_deep, middle="backbone/block/deep"),
    "backbone first": Structure(backbone_first),
    "augmentation": Structure(augmented, middle="conv"),
    "normalization": Structure(normalized),
    "odd activations": Structure(odd_activations),
    "separable": Structure(separable),
    "attention": Structure(attention),
    "28×28": Structure(lambda: chain((28, 28), layers.Flatten(), layers.Dense(10, activation="softmax"))),
    "784": Structure(
        lambda: chain((784,), layers.Dense(12, activation="relu"), layers.Dense(10, activation="softmax"))
    ),
    "784 as a picture": Structure(
        lambda: chain((784,), layers.Reshape(GREY), layers.Conv2D(3, 5), layers.Flatten(), layers.Dense(10))
    ),
    "dense before flatten": Structure(
        lambda: chain((28, 28), layers.Dense(6, activation="relu"), layers.Flatten(), layers.Dense(10, "softmax"))
    ),
    "224×224×3": Structure(
        lambda: chain(
            (224, 224, 3), layers.Conv2D(4, 7, strides=4), layers.GlobalAveragePooling2D(), layers.Dense(3, "softmax")
        )
    ),
    "ten sigmoids": Structure(lambda: small(layers.Dense(10, activation="sigmoid"))),
    "one sigmoid": Structure(lambda: small(layers.Dense(1, activation="sigmoid"))),
    "logits": Structure(lambda: small(layers.Dense(10))),
    "softmax layer": Structure(lambda: small(layers.Dense(10), layers.Softmax())),
    "softmax as activation": Structure(lambda: small(layers.Dense(10), layers.Activation("softmax"))),
    "softmax in the middle": Structure(lambda: small(layers.Dense(12, activation="softmax"), layers.Dense(10))),
    "rows of pixels": Structure(lambda: chain((28, 28), layers.LSTM(8), layers.Dense(10, activation="softmax"))),
}


def made(name: str) -> keras.Model:
    keras.utils.set_random_seed(3)
    model = STRUCTURES[name].build()
    for variable in model.weights:
        # Biases and statistics that are not at their neutral start; a Normalization, which Keras numbers, has been
        # adapted already.
        if len(variable.shape) == 1 and "seed" not in variable.path and not variable.path.startswith("normalization"):
            variable.assign(np.random.default_rng(len(variable.shape)).uniform(0.1, 0.6, variable.shape))
    return model


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


#: One of each idea; the others are slow.
FIRST = (
    "sequential",
    "shared layer",
    "two levels deep",
    "odd activations",
    "attention",
    "784",
    "one sigmoid",
    "logits",
)


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
    with pytest.raises(ModelError, match="takes 2 inputs, 'picture', 'place'"):
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
    with pytest.raises(ModelError, match="needs 'Net', which is no part of Keras; give it as custom_objects"):
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
