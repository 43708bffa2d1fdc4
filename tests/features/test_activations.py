"""Activations in Python: raw values, what was done to the pictures, and the forms a result can take."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.features.activations import stream_activations
from tests.helpers import zoo


@pytest.fixture(scope="module")
def probe() -> cnnviz.Probe:
    return cnnviz.open_model("fmnist-cnn")


@pytest.fixture(scope="module")
def sample() -> cnnviz.Images:
    return cnnviz.open_images("sample")


def test_values_equal_keras_predict_on_real_pictures(probe, sample) -> None:
    result = cnnviz.activations(probe, sample[:64])
    x = sample.pixels[:64].astype("float32") / 255
    for path in result:
        layer = probe.model.get_layer(path)
        expected = keras.Model(probe.model.inputs[0], layer.output).predict(x, verbose=0)
        # Sums of up to a thousand products of float32, which a batch of another size may take in another order.
        np.testing.assert_allclose(result[path], expected, rtol=1e-5, atol=1e-5, err_msg=path)


def test_no_layer_means_every_layer_that_changes_its_input(probe, sample) -> None:
    result = cnnviz.activations(probe, sample[:2])
    assert list(result) == ["conv1", "pool1", "conv2", "pool2", "conv3", "dense1", "predictions"]
    np.testing.assert_allclose(result["predictions"], result.probabilities, atol=1e-6)
    assert [layer.path for layer in result.layers] == list(result)


def test_layers_come_in_the_models_order_and_once(probe, sample) -> None:
    assert list(cnnviz.activations(probe, sample[:1], ["conv3", "conv1", "conv3"])) == ["conv1", "conv3"]
    with pytest.raises(UnknownNameError, match="choose from: conv"):
        cnnviz.activations(probe, sample[:1], "conv9")


def test_model_and_pictures_may_be_named(sample) -> None:
    result = cnnviz.activations("fmnist-cnn", "sample", layer="conv3")
    assert result["conv3"].shape == (1000, 3, 3, 128)
    assert result.predicted.shape == (1000,)
    bundled = cnnviz.open_model("fmnist-cnn")
    np.testing.assert_array_equal(result.predicted, bundled.probabilities(sample).argmax(axis=1))
    known = bundled.card.about["test_accuracy"]
    assert (result.predicted == sample.labels).mean() == pytest.approx(known, abs=0.03)


def test_a_plain_array_and_a_keras_model_do() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    result = cnnviz.activations(zoo.make("sequential"), pixels, layer="conv1")
    assert result["conv1"].shape == (3, 26, 26, 6)


def test_pictures_of_another_size_and_colour_are_fitted_and_it_is_said(probe) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 56, 40, 3), dtype=np.uint8)
    result = cnnviz.activations(probe, pixels, layer="conv1")
    assert result.images.shape == (28, 28, 1)
    assert any("28×28" in note for note in result.images.notes)
    assert any("grayscale" in note for note in result.images.notes)


def test_streaming_gives_the_same_values_batch_by_batch(probe, sample) -> None:
    whole = cnnviz.activations(probe, sample[:25], ["conv1", "dense1"])
    parts = list(stream_activations(probe, sample[:25], ["conv1", "dense1"], batch_size=8))
    assert [len(part) for part in parts] == [8, 8, 8, 1]
    for path in whole:
        np.testing.assert_allclose(np.concatenate([part[path] for part in parts]), whole[path], atol=1e-5)
    assert np.concatenate([part.images.indices for part in parts]).tolist() == whole.images.indices.tolist()


def test_progress_is_told(probe, sample) -> None:
    told: list[tuple[int, int]] = []
    cnnviz.activations(probe, sample[:10], "conv3", batch_size=4, progress=lambda *x: told.append(x))
    assert told == [(4, 10), (8, 10), (10, 10)]


def test_no_pictures_give_an_empty_result(probe, sample) -> None:
    result = cnnviz.activations(probe, sample[:0], "conv1")
    assert result["conv1"].shape == (0, 26, 26, 64)


def test_the_figure_shows_every_channel_and_opens_no_window(probe, sample) -> None:
    result = cnnviz.activations(probe, sample[:2])
    figure = result.plot("conv2", image=1)
    image = figure.axes[0].images[0].get_array()
    assert image.shape == (4 * 12 - 1, 16 * 12 - 1)
    top_left = result["conv2"][1, ..., 0]
    span = top_left.max() - top_left.min()
    np.testing.assert_allclose(image[:11, :11], (top_left - top_left.min()) / (span or 1), atol=1e-6)
    assert figure.axes[0].get_title().startswith("conv2 · image")
    assert result.plot("dense1").axes[0].patches
    with pytest.raises(UsageError):
        result.plot("conv2", image=7)


def test_a_flat_channel_is_drawn_flat() -> None:
    from cnnviz.gallery.figures.figure import tile_channels

    maps = np.zeros((3, 3, 2), np.float32)
    maps[..., 0] = 0.7
    maps[1, 1, 1] = 2
    sheet = tile_channels(maps, columns=2)
    assert (sheet[:, :3] == 0).all()
    assert sheet[1, 5] == 1 and np.nansum(sheet) == 1


def test_a_notebook_gets_small_html_and_a_png(probe, sample) -> None:
    result = cnnviz.activations(probe, sample[:10])
    html = result._repr_html_()
    assert len(html.encode()) <= 300_000
    assert "<script" not in html
    assert result._repr_png_().startswith(b"\x89PNG")


def test_the_page_can_be_had_as_bytes_or_as_a_file(probe, sample, tmp_path) -> None:
    result = cnnviz.activations(probe, sample[:2], "conv3")
    page = result.to_html()
    assert page.startswith(b"<!doctype html>") or page.startswith(b"<!DOCTYPE html>")
    assert result.to_html(tmp_path / "page.html").read_bytes() == page
