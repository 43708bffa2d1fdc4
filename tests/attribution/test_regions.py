"""Pixels and regions of a segmentation: the sum of a class's logits over them, as in Seg-Grad-CAM."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import cnnviz
from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.targets import Channel, Region

PIXELS = np.random.default_rng(0).integers(0, 256, (3, 12, 16, 3), dtype=np.uint8)
INPUTS = np.float32(PIXELS / 255)
BOX = np.zeros((12, 16), bool)
BOX[2:7, 3:9] = True


def segmenter(activation: str | None = "softmax", apart: bool = False) -> keras.Model:
    keras.utils.set_random_seed(0)
    start = keras.Input((12, 16, 3))
    maps = layers.Conv2D(5, 3, padding="same", activation="relu", name="maps")(start)
    deep = layers.Conv2D(6, 3, padding="same", activation="tanh", name="deep")(maps)
    out = layers.Conv2D(4, 1, activation=None if apart else activation, name="out")(deep)
    return keras.Model(start, layers.Activation(activation, name="end")(out) if apart else out, name="segmenter")


def by_hand(model: keras.Model, weigh: np.ndarray, index: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the weighted sum of a class's logits, from the kernel of the last convolution, and its input gradient."""
    deep = keras.Model(model.inputs, model.get_layer("deep").output)
    kernel, bias = model.get_layer("out").get_weights()
    inputs = tf.constant(INPUTS)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        logits = tf.linalg.matmul(deep(inputs), kernel[0, 0]) + bias
        scores = tf.reduce_sum(logits[..., index] * weigh.astype(np.float32), axis=(1, 2))
    return scores.numpy(), tape.gradient(scores, inputs).numpy()


@pytest.mark.parametrize(
    ("activation", "apart"),
    [(None, False), ("softmax", False), ("softmax", True), pytest.param("sigmoid", True, marks=pytest.mark.slow)],
)
def test_a_box_is_the_sum_of_its_logits(activation: str | None, apart: bool) -> None:
    model = segmenter(activation, apart)
    probe = cnnviz.wrap(model, scale="0-1")
    scores, gradient = by_hand(model, BOX, 2)
    last = "end" if apart else "out"
    for target in ("2@2,3-7,9", f"{last}/2@2,3-7,9", Region(last, 2, BOX)):
        made = cnnviz.attribute(probe, PIXELS, "saliency", target)
        np.testing.assert_allclose(made.scores, scores, rtol=1e-4)
        np.testing.assert_allclose(made.values, np.abs(gradient).max(axis=3), atol=1e-5)
    # The layer itself is untouched.
    seen = cnnviz.activations(probe, PIXELS, last)[last]
    np.testing.assert_allclose(seen, model.predict(INPUTS, verbose=0), atol=1e-5)


def test_one_pixel_and_all_of_a_class() -> None:
    model = segmenter()
    probe = cnnviz.wrap(model, scale="0-1")
    one = np.zeros((12, 16))
    one[4, 11] = 1
    for text, mask in (("3@4,11", one), ("3@all", np.ones((12, 16)))):
        scores, gradient = by_hand(model, mask, 3)
        made = cnnviz.attribute(probe, PIXELS, "saliency", text)
        np.testing.assert_allclose(made.scores, scores, rtol=1e-4)
        np.testing.assert_allclose(made.values, np.abs(gradient).max(axis=3), atol=1e-5)
    mean = cnnviz.attribute(probe, PIXELS, "saliency", Region("out", 3, mean=True))
    np.testing.assert_allclose(mean.scores, scores / 192, rtol=1e-4)
    np.testing.assert_array_equal(
        cnnviz.attribute(probe, PIXELS, "saliency", "3@4,11").values,
        cnnviz.attribute(probe, PIXELS, "saliency", Channel("out", 3, (4, 11))).values,
    )


def test_grad_cam_of_a_region_is_that_of_the_paper() -> None:
    model = segmenter()
    made = cnnviz.attribute(cnnviz.wrap(model, scale="0-1"), PIXELS, "grad-cam", Region("out", 1, BOX))
    # L = ReLU(Σ_k α_k A^k), α_k the mean over all cells of ∂(Σ_M y)/∂A^k; through a 1×1 kernel that is its weight.
    maps = keras.Model(model.inputs, model.get_layer("deep").output).predict(INPUTS, verbose=0)
    alpha = model.get_layer("out").get_weights()[0][0, 0, :, 1] * BOX.sum() / BOX.size
    np.testing.assert_allclose(made.values, np.maximum(maps @ alpha, 0), atol=1e-5)
    assert made.how.layers == ("deep",) and made.how.target == "out/1 over a region"


@pytest.mark.parametrize("method", ["smoothgrad", "occlusion", "integrated-gradients"])
def test_masks_of_each_image_belong_to_it(method: str) -> None:
    probe = cnnviz.wrap(segmenter(), scale="0-1")
    masks = np.random.default_rng(1).random((3, 12, 16)) > 0.5
    together = cnnviz.attribute(probe, PIXELS, method, Region("out", 2, masks))
    for i in range(3):
        alone = cnnviz.attribute(probe, PIXELS[i : i + 1], method, Region("out", 2, masks[i]))
        np.testing.assert_allclose(together.scores[i], alone.scores[0], rtol=1e-4)
        if method != "smoothgrad":  # its noise is drawn for all images
            np.testing.assert_allclose(together.values[i], alone.values[0], atol=1e-4)


def test_a_class_by_its_name() -> None:
    probe = cnnviz.wrap(segmenter(), scale="0-1", class_names=["road", "sky", "person", "car"])
    assert probe.card.head == "none" and probe.class_names == ()
    by_name = cnnviz.attribute(probe, PIXELS, "saliency", "person@2,3-7,9")
    np.testing.assert_array_equal(by_name.values, cnnviz.attribute(probe, PIXELS, "saliency", "2@2,3-7,9").values)
    assert by_name.how.target == "out/2 over cells 2,3-7,9"


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("2@12,0", r"no cell \(12, 0\) in out: its maps have 12×16"),
        ("2@0,0-13,4", "its maps have 12×16 cells"),
        ("2@5,5-5,9", "there is no box 5,5-5,9"),
        ("2@here", "'here' is no place in a map; write row,column"),
        ("4@1,1", "no channel 4 in out: it has 4"),
        ("out/9", "no channel 9 in out"),
        ("lorry@1,1", "has no class scores"),
        (Region("out", 1, np.ones((3, 3))), "the mask is 3×3, but the maps of out have 12×16 cells"),
        (Region("out", 1, np.zeros((12, 16))), "the mask has no cells"),
        (Region("out", 1, np.full((12, 16), np.nan)), "with finite weights"),
    ],
)
def test_places_that_are_not_there(target: object, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        cnnviz.attribute(cnnviz.wrap(segmenter(), scale="0-1"), PIXELS, "saliency", target)  # type: ignore[arg-type]


def test_a_class_is_named_before_a_channel() -> None:
    ends = [layers.Conv2D(3, 3, name="c"), layers.Flatten(), layers.Dense(2, "softmax")]
    model = keras.Sequential([keras.Input((8, 8, 1)), *ends])
    probe = cnnviz.wrap(model, class_names=["c/1", "d"])
    pixels = PIXELS[:, :8, :8, :1]
    assert cnnviz.attribute(probe, pixels, "saliency", "c/1").how.target == "c/1"
    assert cnnviz.attribute(probe, pixels, "saliency", "c/1").classes is not None
    assert cnnviz.attribute(probe, pixels, "saliency", "c/2").classes is None
    with pytest.raises(UnknownNameError):
        cnnviz.attribute(probe, pixels, "saliency", "nothing/2")


def test_a_channel_needs_no_choice_among_several_outputs_of_class_scores() -> None:
    keras.utils.set_random_seed(0)
    start = keras.Input((12, 16, 3))
    maps = layers.Conv2D(5, 3, activation="relu", name="maps")(start)
    pooled = layers.GlobalAveragePooling2D()(maps)
    heads = [layers.Dense(3, activation="softmax", name=name)(pooled) for name in ("kind", "age")]
    model = keras.Model(start, heads)
    kind = cnnviz.attribute(cnnviz.wrap(model, output="kind"), PIXELS, "saliency", "maps/2")
    np.testing.assert_allclose(cnnviz.attribute(model, PIXELS, "saliency", "maps/2").maps, kind.maps, atol=1e-6)
    found = cnnviz.heatmaps(model, PIXELS, "saliency", ["maps/2", Channel("maps", 3)])
    assert len(found) == len(PIXELS)
    with pytest.raises(cnnviz.ModelError, match="has 2 outputs"):
        cnnviz.heatmaps(model, PIXELS, "saliency", ["maps/2", "0"])
