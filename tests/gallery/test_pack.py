import base64
import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnnviz.core.errors import ModelError, UsageError
from cnnviz.gallery.quantize import Blobs, largest_error, pack_maps, quantize, restore

rows = arrays(
    np.float32,
    st.tuples(st.integers(1, 5), st.integers(1, 30)),
    elements=st.floats(-(2.0**100), 2.0**100, width=32, allow_subnormal=False),
)


@given(rows)
@settings(deadline=None)
def test_restored_values_are_within_a_step_and_zeros_and_ends_are_exact(values):
    codes, low, high = quantize(values)
    back = restore(codes, low, high)
    assert np.array_equal(low, values.min(axis=1)) and np.array_equal(high, values.max(axis=1))
    assert (back[values == 0] == 0).all()
    worst = largest_error(values[:, :, None, None].transpose(0, 2, 1, 3))
    assert (np.abs(back - values) <= worst * (1 + 1e-6)).all()
    assert worst <= (high.astype(float) - low).max() / 255 * 1.52
    assert (back[values != 0] != 0).all()
    assert (np.abs(back - values)[np.abs(values) >= worst] <= worst / 2 * (1 + 1e-6)).all()
    one_sided = (low >= 0) | (high <= 0)
    assert (back.min(axis=1) == low)[one_sided].all()
    assert (back.max(axis=1) == high)[one_sided].all()


def test_a_flat_row_comes_back_flat_and_exact():
    values = np.array([[3.25] * 4, [0] * 4, [-1.5] * 4], np.float32)
    codes, low, high = quantize(values)
    assert np.array_equal(restore(codes, low, high), values)


def test_a_map_is_one_contiguous_piece_of_the_blob():
    values = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
    raw = pack_maps(values, "x")
    low = np.frombuffer(raw[:40], "<f4")
    codes = np.frombuffer(raw[80:], np.uint8).reshape(2, 5, 12)
    high = np.frombuffer(raw[40:80], "<f4")
    back = restore(codes.reshape(10, 12), low, high).reshape(2, 5, 3, 4)
    assert np.abs(back - values.transpose(0, 3, 1, 2)).max() < 0.12


def test_minus_zero_and_zero_give_the_same_bytes():
    assert pack_maps(np.array([[-0.0, 1]], np.float32), "x") == pack_maps(np.array([[0.0, 1]], np.float32), "x")


def test_infinite_values_are_refused_by_the_layers_name():
    with pytest.raises(ModelError, match="conv9"):
        pack_maps(np.array([[np.inf]], np.float32), "layer conv9")


def test_blobs_are_gzip_in_base64_and_too_much_is_refused():
    blobs = Blobs(most=4000)
    assert blobs.add(b"abc" * 1000) == 0
    assert gzip.decompress(base64.b64decode(blobs.texts[0])) == b"abc" * 1000
    with pytest.raises(UsageError, match="fewer images"):
        blobs.add(np.random.default_rng(0).bytes(4000))
