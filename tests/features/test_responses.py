"""What channels answer to a whole set: held against NumPy on the activations themselves."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.features.histograms import BINS
from cnnviz.features.responses import Responses, responses
from tests.helpers import zoo


def signed_net() -> keras.Model:
    """Values of both signs, and units that read them."""
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(5, 5, strides=3, activation="tanh", name="conv"),
            keras.layers.BatchNormalization(name="norm"),
            keras.layers.Flatten(name="flat"),
            keras.layers.Dense(7, name="dense"),
            keras.layers.Dense(10, activation="softmax", name="head"),
        ]
    )


@pytest.fixture(scope="module")
def sample() -> cnnviz.Images:
    return cnnviz.open_images("sample")[:90]


def check(seen: Responses, stored: cnnviz.Activations, classes: np.ndarray) -> None:
    """Hold every figure against the values themselves, by other means than the code."""
    assert list(seen.layers) == list(stored)
    for path, held in seen.layers.items():
        values = stored[path]
        maps = values.reshape(len(values), -1, values.shape[-1]) if values.ndim == 4 else values[:, None, :]
        peaks = maps.max(axis=1)
        for ranked, sign in ((held.top, -1), (held.bottom, 1)):
            order = np.argsort(sign * peaks, axis=0, kind="stable")[:9].T
            np.testing.assert_array_equal(ranked.positions, order, err_msg=path)
            np.testing.assert_array_equal(ranked.values, np.take_along_axis(peaks.T, order, axis=1), err_msg=path)
            # The first of the highest cells, counted row by row.
            np.testing.assert_array_equal(ranked.cells, np.take_along_axis(maps.argmax(axis=1).T, order, axis=1))
        np.testing.assert_array_equal(held.least, peaks.min(axis=0))
        np.testing.assert_array_equal(held.least_ties, (peaks == peaks.min(axis=0)).sum(axis=0))
        np.testing.assert_array_equal(held.high_ties, (peaks == peaks.max(axis=0)).sum(axis=0))
        for channel, (start, width) in enumerate(zip(held.histogram.start, held.histogram.width, strict=True)):
            if np.ptp(peaks[:, channel]) == 0:  # of one value bins are narrower than any number tells
                assert start == peaks[0, channel] and held.histogram.counts[channel].tolist() == [len(maps)] + 31 * [0]
                continue
            edges = start + width * np.arange(BINS + 1)
            counts = np.histogram(peaks[:, channel].astype(np.float64), np.append(edges[:-1], np.inf))[0]
            np.testing.assert_array_equal(held.histogram.counts[channel], counts)
            assert (
                start <= peaks[:, channel].min() and peaks[:, channel].max() < edges[-1] and counts.sum() == len(maps)
            )
        still = (maps == maps[:, :1]).all(axis=1) if maps.shape[1] > 1 else maps[:, 0] == 0
        np.testing.assert_array_equal(held.flat, still.mean(axis=0).astype(np.float32))
        np.testing.assert_array_equal(held.low, maps.min(axis=(0, 1)))
        np.testing.assert_array_equal(held.high, maps.max(axis=(0, 1)))
        np.testing.assert_allclose(held.active, (maps != 0).mean(axis=(0, 1)), rtol=1e-6)
        flat = (maps == maps[:1, :1]).all(axis=(0, 1))
        np.testing.assert_array_equal(held.dead, flat if maps.shape[1] > 1 else (maps == 0).all(axis=(0, 1)))
        assert held.profile.shape == (10, maps.shape[2])
        for label in range(10):
            if (classes == label).any():
                mean = maps[classes == label].mean(axis=(0, 1), dtype=np.float64)
                np.testing.assert_allclose(held.profile[label], mean, rtol=1e-5, atol=1e-7)
            else:
                assert np.isnan(held.profile[label]).all()


def test_figures_are_those_of_the_stored_activations(sample) -> None:
    seen = responses("fmnist-cnn", sample, batch_size=32)
    stored = cnnviz.activations("fmnist-cnn", sample, batch_size=32)
    check(seen, stored, sample.labels)
    np.testing.assert_allclose(seen.probabilities, stored.probabilities, atol=1e-6)
    assert repr(seen).startswith("Responses(90 images of")


def test_signed_layers_and_unlabelled_pictures_go_by_what_is_predicted(sample) -> None:
    bare = cnnviz.Images(sample.pixels)
    probe = cnnviz.wrap(signed_net(), scale="0-1")
    seen = responses(probe, bare, batch_size=90)
    stored = cnnviz.activations(probe, bare, batch_size=90)
    assert seen.truth is None and (seen["norm"].low < 0).all() and len(np.unique(seen.predicted)) > 1
    check(seen, stored, stored.predicted)


def test_what_has_neither_maps_nor_a_row_of_units_is_taken_as_one_row(sample) -> None:
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Reshape((28, 28), name="rows"),
            keras.layers.Dense(3, name="words"),
            keras.layers.Flatten(),
            keras.layers.Dense(10, name="head"),
        ]
    )
    probe = cnnviz.wrap(model, scale="0-1")
    seen = responses(probe, sample[:5])
    values = cnnviz.activations(probe, sample[:5])["words"].reshape(5, -1)
    assert seen["words"].top.values.shape == (84, 5)
    np.testing.assert_allclose(seen["words"].top.values, -np.sort(-values, axis=0).T, atol=1e-6)


@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_batches_make_no_difference(sample, batch_size) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    whole = responses(probe, sample, ["conv2", "dense1"], batch_size=90)
    parts = responses(probe, sample, ["conv2", "dense1"], batch_size=batch_size)
    for path in whole.layers:
        for name in ("least", "low", "high", "profile", "active"):
            # Active may differ where rounding moves a value across zero, in a cell of thousands.
            close = 1e-3 if name == "active" else 1e-5
            np.testing.assert_allclose(getattr(parts[path], name), getattr(whole[path], name), atol=close, err_msg=name)
        np.testing.assert_array_equal(parts[path].dead, whole[path].dead)


def test_top_is_in_order_equals_keep_theirs_and_what_was_not_kept_is_refused(sample) -> None:
    told: list[tuple[int, int]] = []
    seen = responses("fmnist-cnn", sample, "conv3", count=12, progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (90, 90) and [done for done, _ in told] == sorted(done for done, _ in told)
    held = seen["conv3"]
    peaks = cnnviz.activations("fmnist-cnn", sample, "conv3")["conv3"].max(axis=(1, 2))
    channel = int(np.flatnonzero(((peaks == 0).sum(axis=0) >= 3) & ~held.dead)[0])
    top = seen.top("conv3", channel, 5)
    assert [value for _, _, value in top] == sorted(peaks[:, channel].tolist(), reverse=True)[:5]
    assert [position for position, _, _ in seen.top("conv3", channel, 3, lowest=True)] == np.flatnonzero(
        peaks[:, channel] == 0
    )[:3].tolist()
    with pytest.raises(cnnviz.UsageError, match="12 images of each channel were kept; call responses with count=13"):
        seen.top("conv3", channel, 13)
    few = responses("fmnist-cnn", sample[:4], "conv3", count=50)
    assert len(few.top("conv3", channel, 9)) == len(few.top("conv3", channel, 9, lowest=True)) == 4


@pytest.mark.parametrize("weight", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_are_refused(sample, weight) -> None:
    model = zoo.make("sequential", seed=1)
    kernel, bias = model.get_layer("conv2").get_weights()
    kernel[0, 0, 0, 0] = weight
    model.get_layer("conv2").set_weights([kernel, bias])
    with pytest.raises(cnnviz.CnnvizError, match="layer conv2 returned NaN or infinity"):
        responses(cnnviz.wrap(model, scale="0-1"), sample[:8], ["conv1", "conv2"])


def test_a_dead_channel_is_known_by_its_maps(sample) -> None:
    model = zoo.make("sequential")
    kernel, bias = model.get_layer("conv1").get_weights()
    kernel[..., 2], bias[2] = 0, -1
    model.get_layer("conv1").set_weights([kernel, bias])
    held = responses(cnnviz.wrap(model, scale="0-1"), sample[:8], "conv1")["conv1"]
    assert held.dead.tolist() == [False, False, True, False, False, False]
    assert (held.active[2], held.high[2], held.flat[2], held.top.cells[2].max()) == (0, 0, 1, 0)
