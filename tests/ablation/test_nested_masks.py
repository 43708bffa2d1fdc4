"""Masks that grow, against each mask by itself."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

import cnnviz
from cnnviz.ablation.removal_orders import gone_after
from cnnviz.models.channel_masking import MaskedLayer, MaskedNetwork
from cnnviz.models.filter_layers import filter_layers
from cnnviz.models.nested_masks import NestedMasks, are_nested


def network(branch: bool) -> keras.Model:
    """Return normalization, "same" padding, strides and a pool between masked layers; or a layer that two read."""
    keras.utils.set_random_seed(3)
    image = keras.Input((12, 12, 1))
    x = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(6, 3, name="first")(image)))
    x = layers.MaxPooling2D()(x)
    y = layers.Conv2D(5, 3, strides=2, padding="same", activation="relu", name="second")(x)
    if branch:
        y = layers.Concatenate()([y, layers.MaxPooling2D(2, padding="same")(x)])
    y = layers.Conv2D(4, 2, use_bias=False, name="third")(y)
    y = layers.Dense(7, activation="relu", name="units")(layers.Flatten()(layers.Activation("relu")(y)))
    return keras.Model(image, layers.Dense(3, activation="softmax")(y))


def test_growing_masks_give_what_each_gives_alone() -> None:
    probe = cnnviz.wrap(network(branch=False), scale="0-1")
    random = np.random.default_rng(0)
    inputs = random.random((9, 12, 12, 1), np.float32)
    found = {layer.path: layer for layer in filter_layers(probe.runner)}
    total = sum(layer.count for layer in found.values())
    masks = gone_after(random.permutation(total), [0, 3, 3, 9, 20, total])
    ends = np.cumsum([layer.count for layer in found.values()])[:-1]
    gone = dict(zip((layer.site for layer in found.values()), np.split(masks, ends, axis=1), strict=True))
    nested = NestedMasks(probe.runner, tuple(gone))
    assert nested.possible and are_nested(masks) and not are_nested(masks[::-1])
    made = np.zeros((len(masks), len(inputs), 3), np.float32)
    for rows, part, logits in nested.logits(inputs, gone):
        made[rows, part] = logits
    network_of_all = MaskedNetwork(probe.runner, tuple(gone))
    for mask, logits in enumerate(made):
        alone = network_of_all.logits(inputs, {site: ~rows[mask] for site, rows in gone.items()})
        np.testing.assert_allclose(logits, alone, atol=2e-6)
    first = found["first"].site
    one, plain = NestedMasks(probe.runner, (first,)), MaskedLayer(probe.runner, first)
    parts = zip(one.logits(inputs, {first: gone[first]}), range(len(masks))[::-1], strict=True)
    expected = np.zeros_like(made)
    for rows, part, logits in plain.logits(inputs, ~gone[first], np.zeros(gone[first].shape)):
        expected[rows, part] = logits
    for (rows, part, logits), row in parts:
        assert rows == slice(row, row + 1)
        np.testing.assert_allclose(logits, expected[rows, part], atol=2e-6)


def test_a_layer_that_two_read_is_masked_in_the_plain_way() -> None:
    probe = cnnviz.wrap(network(branch=True), scale="0-1")
    sites = {layer.path: layer.site for layer in filter_layers(probe.runner)}
    assert not NestedMasks(probe.runner, (sites["first"],)).possible
    # The first of these comes after the second.
    assert not NestedMasks(probe.runner, (sites["second"], sites["first"])).possible
