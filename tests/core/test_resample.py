"""Bilinear resizing: by hand, against TensorFlow, and what may never happen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.core.resize_maps import upsample


def test_by_hand() -> None:
    made = upsample(np.array([[[0.0, 4.0]]], np.float32), (1, 4))
    # Cell centres lie at 1 and 3 of 4 pixels, pixel centres at 0.5, 1.5, 2.5, 3.5.
    assert made.tolist() == [[[0, 1, 3, 4]]]


@pytest.mark.parametrize(
    ("own", "size"), [((3, 3), (28, 28)), ((7, 5), (224, 96)), ((1, 4), (9, 9)), ((11, 11), (28, 28))]
)
def test_equals_tensorflow(own: tuple[int, int], size: tuple[int, int]) -> None:
    import tensorflow as tf

    maps = np.random.default_rng(0).normal(size=(4, *own)).astype(np.float32)
    expected = tf.image.resize(maps[..., None], size, "bilinear").numpy()[..., 0]
    np.testing.assert_allclose(upsample(maps, size), expected, atol=1e-5)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(9, 40), st.integers(9, 40), st.integers(0, 2**32 - 1))
def test_a_ramp_stays_a_ramp_and_nothing_leaves_the_range(h: int, w: int, tall: int, wide: int, seed: int) -> None:
    ramp = np.sort(np.random.default_rng(seed).normal(size=w)).astype(np.float32)
    made = upsample(np.broadcast_to(ramp, (1, h, w)), (tall, wide))
    assert (np.diff(made, axis=2) >= -1e-6).all()
    assert made.min() >= ramp.min() - 1e-6 and made.max() <= ramp.max() + 1e-6


def test_the_same_size_is_left_alone() -> None:
    maps = np.ones((2, 4, 4), np.float32)
    assert upsample(maps, (4, 4)) is maps
