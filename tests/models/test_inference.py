"""The lists of layers that hand their numbers on are held against Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from cnnviz.models.inactive_layers import INACTIVE, RESHAPING
from tests.helpers.zoo import plainly

PICTURES = np.random.default_rng(0).random((2, 9, 7, 3)).astype(np.float32)


@pytest.mark.parametrize("kind", sorted(INACTIVE))
def test_they_do_nothing_in_inference(kind: str) -> None:
    if not hasattr(keras.layers, kind):
        pytest.skip(f"not for this platform: Keras {keras.__version__} has no {kind}")
    layer = plainly(kind)
    assert tuple(layer(keras.Input((9, 7, 3))).shape) == (None, 9, 7, 3)
    np.testing.assert_array_equal(layer(PICTURES, training=False), PICTURES)


def test_they_keep_numbers_and_order() -> None:
    made = [keras.layers.Flatten()(PICTURES), keras.layers.Reshape((3, 63))(PICTURES)]
    made += [keras.ops.expand_dims(PICTURES, 1), keras.ops.squeeze(keras.ops.expand_dims(PICTURES, 1), 1)]
    for values in made:
        np.testing.assert_array_equal(np.ravel(values), PICTURES.ravel())
    shapes = keras.ops.squeeze(keras.ops.expand_dims(keras.Input((9, 7, 3)), 1), 1)
    assert {"Flatten", "Reshape"} < RESHAPING and tuple(shapes.shape) == (None, 9, 7, 3)
