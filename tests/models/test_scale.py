"""The scale of pixels is found by a scaling layer or by the loss on labelled pictures, and said."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import DataError, UnknownNameError, UsageError
from cnnviz.data.images import Images
from cnnviz.models.input_scale.scale import scale_from
from tests.helpers import zoo


@pytest.fixture(scope="module")
def sample() -> Images:
    return cnnviz.open_images("sample")


def trained_on(scale: str) -> keras.Model:
    """The bundled network, with its first layer changed so that it expects another scale and answers the same."""
    model = cnnviz.open_model("fmnist-cnn").model
    conv = model.get_layer("conv1")
    kernel, bias = conv.get_weights()
    if scale == "0-255":
        conv.set_weights([kernel / 255, bias])
    if scale == "-1-1":
        conv.set_weights([kernel / 2, bias + kernel.sum(axis=(0, 1, 2)) / 2])
    return model


@pytest.mark.parametrize("scale", ["0-1", "0-255", "-1-1"])
def test_labelled_pictures_tell_the_scale(scale: str, sample: Images) -> None:
    probe = cnnviz.wrap(trained_on(scale))
    assert not probe.scale.settled
    settled, _ = probe.align(sample)
    assert settled.scale.name == settled.card.scale == scale
    assert "500 labeled images" in settled.card.scale_reason
    said, own = settled.probabilities(sample), cnnviz.open_model("fmnist-cnn").probabilities(sample)
    np.testing.assert_allclose(said, own, atol=1e-4)


def test_without_labels_the_scale_stays_an_assumption_and_says_so(sample: Images) -> None:
    probe, _ = cnnviz.wrap(trained_on("0-1")).align(Images(sample.pixels))
    assert not probe.scale.settled
    assert "assumed" in probe.card.scale_reason
    (note,) = cnnviz.predict(probe, Images(sample.pixels[:2])).input_notes
    assert note.startswith("pixels: 0-1 assumed: ") and note.endswith(
        "; set --scale, in Python scale=, if this is wrong"
    )
    assert cnnviz.predict("fmnist-cnn", sample[:2]).input_notes == ()
    (note,) = cnnviz.predict("fmnist-cnn", sample.pixels[:2, :14, :14]).input_notes
    assert note.startswith("images: resized")


def test_a_scaling_layer_inside_settles_it() -> None:
    probe = cnnviz.wrap(zoo.make("nested"))
    assert (probe.scale.name, probe.scale.settled) == ("0-255", True)
    assert "rescale" in probe.scale.reason


def test_a_normalization_layer_adapted_to_bytes_settles_it() -> None:
    norm = keras.layers.Normalization(mean=72.9, variance=8000.0, axis=None, name="norm")
    model = keras.Sequential([keras.Input((28, 28, 1)), norm, keras.layers.Flatten(), keras.layers.Dense(10)])
    assert cnnviz.wrap(model).scale.name == "0-255"


@pytest.mark.parametrize(
    ("prepared", "shown"),
    [
        (lambda x: x / 255.0, "0-255"),
        (lambda x: x * (1 / 127.5) - 1.0, "0-255"),
        (lambda x: x[..., ::-1] - np.array([103.9, 116.8, 123.7], "float32"), "0-255"),
        (lambda x: keras.layers.RandomFlip()(x) / 255.0, "0-255"),
        (lambda x: x - 0.5, "0-1"),
        (lambda x: (x - 0.5) / 0.25, "0-1"),
        (lambda x: keras.layers.Conv2D(3, 1)(x) + 3.0, None),
        (lambda x: 255.0 / (x + 1.0), None),
    ],
    ids="divided multiplied means-of-imagenet augmented centred standard after-a-layer divisor".split(),
)
def test_arithmetic_in_the_graph_tells_the_scale(tmp_path, prepared, shown: str | None) -> None:
    start = keras.Input((28, 28, 3))
    model = keras.Model(start, keras.layers.Dense(10)(keras.layers.Flatten()(prepared(start))))
    model.save(tmp_path / "net.keras")
    scale = cnnviz.open_model(tmp_path / "net.keras").scale
    assert (scale.name, scale.settled) == (shown or "0-1", shown is not None)


def test_the_scale_that_is_given_wins(sample: Images) -> None:
    probe, _ = cnnviz.wrap(trained_on("0-1"), scale="0-255").align(sample)
    assert (probe.scale.name, probe.scale.reason) == ("0-255", "given")
    with pytest.raises(UnknownNameError, match="0-255"):
        cnnviz.wrap(trained_on("0-1"), scale="0-254")


def test_a_function_prepares_pixels() -> None:
    probe = cnnviz.wrap(zoo.make("sequential"), scale=lambda pixels: pixels / 127.5 - 1)
    other = cnnviz.wrap(zoo.make("sequential"), scale="-1-1")
    images = Images(np.random.default_rng(0).integers(0, 256, (3, 28, 28, 1), dtype=np.uint8))
    np.testing.assert_allclose(probe.logits(images), other.logits(images), atol=1e-5)


@pytest.mark.exact
def test_inputs_are_the_floats_that_everyone_trains_on(sample: Images) -> None:
    inputs = cnnviz.open_model("fmnist-cnn").inputs(sample[:20])
    assert inputs.tobytes() == (sample.pixels[:20].astype("float32") / 255).tobytes()


def test_floats_of_unit_range_are_read_as_such(sample: Images) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    unit = Images(sample.pixels / 255.0)
    np.testing.assert_allclose(probe.logits(unit[:5]), probe.logits(sample[:5]), atol=1e-5)
    black = Images(np.concatenate([np.zeros((1, 28, 28, 1)), sample.pixels[:1].astype(float)]))
    assert black.peak == black[0].peak == 255


def test_negative_pixels_are_refused_with_advice() -> None:
    with pytest.raises(UsageError, match="already scaled"):
        cnnviz.open_model().logits(Images(np.full((1, 28, 28, 1), -0.5)))


def test_class_names_come_from_a_set_with_as_many(sample: Images) -> None:
    probe = cnnviz.wrap(trained_on("0-1"))
    assert probe.class_names[0] == "class 0"
    assert probe.align(sample)[0].class_names[0] == "T-shirt/top"


def test_labels_are_made_to_count_in_the_models_order(sample: Images) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    alphabetical = sorted(sample.class_names)
    order = np.array([alphabetical.index(name) for name in sample.class_names])
    folder = Images(sample.pixels, order[sample.labels], tuple(name.upper() for name in alphabetical))
    _, aligned = probe.align(folder)
    assert aligned.labels.tolist() == sample.labels.tolist()
    assert aligned.class_names == probe.class_names


def test_a_part_of_the_classes_will_do() -> None:
    few = Images(np.zeros((2, 28, 28, 1), np.uint8), np.array([0, 1]), ("bag", "coat"))
    assert few.in_terms_of(["coat", "dress", "bag"]).labels.tolist() == [2, 0]


def test_other_classes_are_left_alone() -> None:
    animals = Images(np.zeros((2, 28, 28, 1), np.uint8), np.array([0, 1]), ("cat", "dog"))
    assert animals.in_terms_of(["coat", "dress", "bag"]) is animals
    assert animals.in_terms_of(["coat", "dress"]) is animals
    for unnamed in (("0", "1"), ("class 0", "class 1")):
        counted = Images(animals.pixels, animals.labels, unnamed)
        assert counted.in_terms_of(["coat", "dress"]).class_names == ("coat", "dress")
    ten = Images(animals.pixels, animals.labels, tuple("0123456789"))
    for names in (("coat", "dress"), ("0", "1")):
        assert ten.in_terms_of(names).class_names == names and ten.in_terms_of(names).labels.tolist() == [0, 1]
    # A number that a picture has counts.
    assert ten.in_terms_of(["coat"]) is ten
    mixed = Images(np.zeros((2, 28, 28, 1), np.uint8), np.array([0, 1]), ("cat", "bag"))
    assert mixed.in_terms_of(["bag", "dress"]) is mixed


def test_labels_of_other_classes_are_not_held_against_the_model() -> None:
    animals = Images(np.zeros((2, 28, 28, 1), np.uint8), np.array([0, 1]), ("cat", "dog"))
    result = cnnviz.activations("fmnist-cnn", animals, "conv3")
    assert result.truth is None
    page = result.to_html()
    assert b"predictions are not marked right or wrong" in page
    assert b'"labels":null' in page.replace(b" ", b"")


def colour(*pixel: int) -> cnnviz.Images:
    return cnnviz.Images(np.array(pixel, np.uint8).reshape(1, 1, 1, 3).repeat(2, axis=1).repeat(2, axis=2))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("imagenet-torch", [(1 - 0.485) / 0.229, (0.4 - 0.456) / 0.224, (0 - 0.406) / 0.225]),
        ("imagenet-caffe", [0 - 103.939, 102 - 116.779, 255 - 123.68]),
        ("0.5,0.25", [2.0, -0.4, -2.0]),
        ("127.5,127.5", [1.0, -0.2, -1.0]),
        ("0,0,0,1,0.5,0.25", [1.0, 0.8, 0.0]),
    ],
)
def test_scales_by_mean_and_deviation(name: str, expected: list[float]) -> None:
    inputs = scale_from(name)(colour(255, 102, 0))
    np.testing.assert_allclose(inputs[0, 1, 1], expected, rtol=1e-6)
    affine = scale_from(name).affine
    unit = np.array([1, 0.4, 0])[:: -1 if affine.bgr else 1]
    np.testing.assert_allclose(unit * affine.factor + affine.shift, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", ["imagenet-caffe", "imagenet-torch"])
def test_imagenets_scales_are_those_of_keras(name: str) -> None:
    from keras.applications.imagenet_utils import preprocess_input

    pixels = np.random.default_rng(0).integers(0, 256, (3, 5, 4, 3), dtype=np.uint8)
    expected = preprocess_input(pixels.astype("float32"), mode=name.split("-")[1])
    np.testing.assert_allclose(scale_from(name)(cnnviz.Images(pixels)), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["1,2,3", "0.5,0", "a,b", "0.5,-1", "nan,1", "0-2"])
def test_what_is_no_scale(name: str) -> None:
    with pytest.raises(UsageError, match="MEAN,STD"):
        scale_from(name)


def test_a_scale_of_three_channels_needs_three() -> None:
    with pytest.raises(UsageError, match="is for 3 channels and these images have 1"):
        scale_from("imagenet-torch")(cnnviz.Images(np.zeros((1, 4, 4, 1), np.uint8)))


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda pixels: None, r"returns an array of \(\)"),
        (lambda pixels: "no numbers", "returns a str, not an array"),
        (lambda pixels: pixels[:1], "returns an array of .* for 3 images"),
        (lambda pixels: pixels[:, :5], "returns an array of .*; it may not change their size"),
    ],
    ids="nothing text fewer smaller".split(),
)
def test_a_function_that_makes_no_inputs(function, says: str) -> None:
    images = Images(np.zeros((3, 28, 28, 1), np.uint8))
    with pytest.raises(UsageError, match=f"the scale function {says}"):
        cnnviz.wrap(zoo.make("sequential"), scale=function).probabilities(images)


def test_a_function_takes_pixels_of_any_range() -> None:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
    pixels = np.random.default_rng(0).uniform(0, 5000, (4, 8, 8, 1)).astype(np.float32)
    probe = cnnviz.wrap(model, scale=lambda given: given / 5000)
    made = cnnviz.attribute(probe, pixels, "saliency")
    np.testing.assert_allclose(made.probabilities, model.predict(pixels / 5000, verbose=0), atol=1e-6)
    assert any("scaled by the given function" in note for note in made.images.notes)
    for scale in ("auto", "0-1"):
        with pytest.raises(DataError, match=r"no usual range; .* function that scales them"):
            cnnviz.attribute(cnnviz.wrap(model, scale=scale), pixels, "saliency")


@pytest.mark.parametrize("scale", ["0-1,bgr", "0-1,rgb", "0-1,rgb,inverted"])
def test_gray_images_have_no_order_of_colors(scale: str) -> None:
    with pytest.raises(UsageError, match=r"orders colors, but the model takes gray images; leave out ,(bgr|rgb)$"):
        cnnviz.open_model("fmnist-cnn", scale=scale)


@pytest.mark.parametrize("scale", ["0-1,bgr,bgr", "0-255,bgr,rgb", "0-1,bgr,inverted,bgr"])
def test_an_order_is_given_once(scale: str) -> None:
    with pytest.raises(UsageError, match="orders the channels more than once; give ,bgr or ,rgb once"):
        scale_from(scale)
