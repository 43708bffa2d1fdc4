"""Where relevance starts, what has no rule, other number formats, and that the model stays as it is."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.attribution.lrp import LRP, LRPEpsilon, LRPZPlus, conservation
from cnnviz.attribution.lrp.propagation import Propagation
from cnnviz.core.errors import ModelError, UsageError
from cnnviz.core.targets import PREDICTED, Channel, OneClass
from tests.helpers.sweeps import slow
from tests.helpers.zoo_probes import pictures_for, zoo_probe

from .lrp_nets import by_hand, check, drawn, each_method, ended, rectified


@each_method
def test_the_forward_pass_stays_what_it_is_to_the_last_bit(method: Propagation) -> None:
    for net in ("fmnist-cnn", "residual", "nested", "shared"):
        probe = zoo_probe(net)
        images = pictures_for(probe, 5)
        plain, ours = (probe.value_and_gradients(images, OneClass(3), rule=rule) for rule in (None, method.rule(probe)))
        assert plain.scores.tobytes() == ours.scores.tobytes()
        assert plain.logits is not None and ours.logits is not None
        assert plain.logits.tobytes() == ours.logits.tobytes()


@pytest.mark.parametrize("cell", [(1, 2), *slow(None)])
def test_a_channel_starts_with_its_own_value(cell: tuple[int, int] | None) -> None:
    probe = zoo_probe("residual")
    images = pictures_for(probe, 3)
    for method in (LRPEpsilon(), LRPZPlus(), LRP()):
        check(probe, images, method, Channel("out", 2, cell))


def test_what_comes_after_a_channel_needs_no_rule() -> None:
    """The net has a layer normalisation, but behind the layer that is asked about."""
    probe = zoo_probe("colour")
    images = pictures_for(probe, 2)
    assert np.abs(LRP()(probe, images, Channel("depth", 1)).values).max() > 0
    with pytest.raises(ModelError, match=r"norm \(LayerNormalization\)"):
        LRP()(probe, images, PREDICTED)


REFUSED = {
    "LayerNormalization": lambda x: layers.LayerNormalization(name="odd")(x),
    "Multiply": lambda x: layers.Multiply(name="odd")([x, layers.Conv2D(6, 1)(x)]),
    "Activation with softmax": lambda x: layers.Activation("softmax", name="odd")(x),
    "Softmax": lambda x: layers.Softmax(name="odd")(x),
    "Conv2D with softmax": lambda x: layers.Conv2D(3, 1, activation="softmax", name="odd")(x),
    "Attention": lambda x: layers.Attention(name="odd")([layers.Reshape((64, 6))(x), layers.Reshape((64, 6))(x)]),
    "LSTM": lambda x: layers.LSTM(3, name="odd")(layers.Reshape((64, 6))(x)),
}


@pytest.mark.parametrize("kind", list(REFUSED))
def test_a_layer_without_a_rule_is_refused_by_name(kind: str) -> None:
    start = keras.Input((10, 10, 3))
    probe = drawn(ended(REFUSED[kind](layers.Conv2D(6, 3)(start)), start))
    with pytest.raises(ModelError, match=r"no rule for odd \(" + kind + r"\); use integrated-gradients"):
        cnnviz.attribute(probe, pictures_for(probe, 1), "lrp")


def test_a_negative_epsilon_is_refused() -> None:
    for cls in (LRPEpsilon, LRP):
        with pytest.raises(UsageError, match="epsilon of at least 0"):
            cls(epsilon=-1.0)


def test_a_scale_of_the_users_own_is_told() -> None:
    assert any("no first-layer rule" in note for note in LRP().notes(by_hand()))
    assert not any("first-layer" in note for note in LRP().notes(by_hand("0-1")))


def test_training_shows_through() -> None:
    """Weights are read when relevance is computed, and not when the way back is compiled."""
    probe = rectified(True)
    images = pictures_for(probe, 2)
    methods = (LRPEpsilon(), LRPZPlus(), LRP())
    before = [method(probe, images, OneClass(0)).values for method in methods]
    for variable in probe.model.weights:
        variable.assign(variable * 1.5 + 0.01)
    fresh = cnnviz.wrap(probe.model, scale="0-1")
    for method, old in zip(methods, before, strict=True):
        made = method(probe, images, OneClass(0)).values
        assert not np.allclose(made, old)
        np.testing.assert_allclose(made, method(fresh, images, OneClass(0)).values, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("policy", "tolerance"),
    [
        ("float64", 1e-4),
        pytest.param("mixed_float16", 0.05, marks=pytest.mark.slow),
        pytest.param("mixed_bfloat16", 0.3, marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("method", [LRP(), *slow(LRPEpsilon(), LRPZPlus())], ids=str)
def test_other_number_formats_give_the_same_but_for_rounding(
    policy: str, tolerance: float, method: Propagation
) -> None:
    def made(name: str) -> np.ndarray:
        keras.config.set_dtype_policy(name)
        try:
            start = keras.Input((12, 12, 1))
            x = layers.Conv2D(4, 3, padding="same", activation="relu")(layers.Rescaling(2.0, -1.0)(start))
            y = layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same")(x))
            x = layers.MaxPooling2D()(layers.ReLU()(layers.Add()([x, y])))
            x = layers.AveragePooling2D(2)(layers.SeparableConv2D(5, 3, padding="same", activation="relu")(x))
            probe = drawn(ended(x, start))
        finally:
            keras.config.set_dtype_policy("float32")
        images = pictures_for(probe, 2)
        for entry in conservation(probe, images, OneClass(1), method):
            share = {"mixed_float16": 0.05, "mixed_bfloat16": 0.1}.get(name, 1e-3)
            assert np.all(np.abs(entry.missing) <= share * np.abs(entry.arrived) + 1e-4 * np.abs(entry.biases) + 1e-4)
        return cnnviz.attribute(probe, images, method, 1).values

    exact, other = made("float32"), made(policy)
    assert np.abs(other - exact).mean() <= tolerance * np.abs(exact).mean()
