"""The gradient of max-pooling by whole arrays is TensorFlow's own to the last bit, also where that is compiled."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnnviz
from cnnviz.models.import_tensorflow import tensorflow
from cnnviz.models.max_pool_gradient import _by_arrays, max_pool_gradient, max_pools


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    size=st.tuples(st.integers(3, 9), st.integers(3, 9)),
    window=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    values=st.sampled_from([1, 3, 100]),
)
def test_the_gradient_is_tensorflows_also_where_cells_are_equal(seed, size, window, values):
    tf = tensorflow()
    rng = np.random.default_rng(seed)
    x = tf.constant(rng.integers(0, values, (2, *size, 3)).astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(x)
        highest = tf.nn.max_pool2d(x, window, window, "VALID")
    gradient = tf.constant(rng.standard_normal(highest.shape).astype(np.float32))
    own = tape.gradient(highest, x, gradient).numpy()
    np.testing.assert_array_equal(max_pool_gradient(x, highest, gradient, *window).numpy(), own)


def test_the_first_of_equal_cells_gets_all_by_hand():
    x = np.array([[2, 5, 1, 1], [5, 0, 1, 1], [0, 0, 3, 4]], np.float32).reshape(1, 3, 4, 1)
    highest = np.array([[5, 1]], np.float32).reshape(1, 1, 2, 1)
    gradient = np.array([[-7, 0.5]], np.float32).reshape(1, 1, 2, 1)
    made = max_pool_gradient(tensorflow().constant(x), highest, gradient, 2, 2).numpy()[0, ..., 0]
    np.testing.assert_array_equal(made, [[0, -7, 0.5, 0], [0, 0, 0, 0], [0, 0, 0, 0]])


def _network(**pooling):
    return keras.Sequential(
        [keras.Input((10, 10, 1)), keras.layers.MaxPooling2D(**pooling), keras.layers.Flatten(), keras.layers.Dense(3)]
    )


@pytest.mark.parametrize(
    ("pooling", "taken"),
    [
        ({"pool_size": 2}, True),
        ({"pool_size": (3, 2)}, True),
        ({"pool_size": 3, "strides": 2}, False),
        ({"pool_size": 3, "padding": "same"}, False),
        ({"pool_size": 5}, False),
    ],
)
def test_only_windows_side_by_side_are_taken_over(pooling, taken, monkeypatch):
    monkeypatch.setenv("CNNVIZ_TUNE", "max-pool-gradient=arrays")
    probe = cnnviz.wrap(_network(**pooling))
    assert bool(max_pools(probe.runner.graph)) is taken


def test_the_default_is_tensorflows_own(monkeypatch):
    monkeypatch.setenv("CNNVIZ_TUNE", "off")
    assert not max_pools(cnnviz.wrap(_network(pool_size=2)).runner.graph)


@pytest.mark.parametrize("shape", [(8, 26, 26, 64), (64, 10, 10, 8), (3, 9, 7, 3)])
@pytest.mark.parametrize("values", [2, 1000])
def test_both_compiled_gradients_have_the_same_bits(shape, values):
    # Compiled, TensorFlow may take another kernel than the eager one above.
    tf = tensorflow()
    rng = np.random.default_rng(0)
    x = tf.nn.relu(tf.constant(rng.integers(-values, values, shape).astype(np.float32)))
    upstream = tf.constant(rng.standard_normal((shape[0], shape[1] // 2, shape[2] // 2, shape[3])).astype(np.float32))

    def gradient(pooled):
        def run(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                made = pooled(x)
            return tape.gradient(made, x, output_gradients=upstream)

        return tf.function(run, autograph=False)(x).numpy()

    own = gradient(lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID"))
    np.testing.assert_array_equal(gradient(_by_arrays(2, 2)), own)


@pytest.mark.exact
@pytest.mark.parametrize("way", ["tensorflow", "arrays"])
def test_a_probes_gradient_is_that_of_the_model(way, monkeypatch):
    monkeypatch.setenv("CNNVIZ_TUNE", f"max-pool-gradient={way}")
    tf = tensorflow()
    keras.utils.set_random_seed(0)
    model = _network(pool_size=3)
    inputs = np.random.default_rng(1).integers(0, 4, (5, 10, 10, 1)).astype(np.float32)
    with tf.GradientTape() as tape:
        x = tf.constant(inputs)
        tape.watch(x)
        score = tf.reduce_max(model(x), axis=1)
    np.testing.assert_array_equal(
        cnnviz.wrap(model).value_and_gradients(inputs).gradients[0], tape.gradient(score, x).numpy()
    )
