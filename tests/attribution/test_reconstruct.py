"""What excites a channel, led back to pixels."""

from __future__ import annotations

import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.attribution.reconstruct import reconstruct
from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.targets import Channel
from cnnviz.data.images import Images
from tests.helpers.zoo_probes import pictures_for, zoo_probe


def test_places_peaks_and_values_are_those_of_the_channel_itself() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:60]
    made = reconstruct(probe, images, "conv2", [17, 3], count=4, batch_size=5)
    assert made.channels.tolist() == [17, 3] and made.pictures.shape == (2, 4) and made.values.shape == (2, 4, 8, 8, 1)
    maps = probe.activations(images, ["conv2"])["conv2"]
    for k, channel in enumerate(made.channels):
        highest = maps[..., channel].max(axis=(1, 2))
        np.testing.assert_allclose(made.peaks[k], np.sort(highest)[::-1][:4], rtol=1e-5)
        for rank in range(4):
            picture, (row, column) = made.pictures[k, rank], made.cells[k, rank]
            assert maps[picture, row, column, channel] == pytest.approx(made.peaks[k, rank], rel=1e-5)
            top, left, bottom, right = made.boxes[k, rank]
            assert (bottom - top, right - left) == (8, 8) and (top, left) == (2 * row, 2 * column)
            whole = attribute(probe, images[picture], "deconvnet", Channel("conv2", int(channel), (row, column)))
            np.testing.assert_allclose(made.crop(k, rank), whole.values[0, top:bottom, left:right], atol=1e-5)
            # All that the cell was made from lies in its box.
            assert np.abs(whole.values).sum() == pytest.approx(np.abs(made.crop(k, rank)).sum(), rel=1e-4)
            np.testing.assert_array_equal(made.patch(k, rank), images.pixels[picture, top:bottom, left:right])
    assert made.how.notes[0] == "gradients modified at 2 ReLU activations: conv1, conv2"


def test_the_lowest_pictures_are_led_back_where_there_is_an_answer() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:60]
    maps = probe.activations(images, ["conv2"])["conv2"].max(axis=(1, 2))
    # One that all pictures excite, and one that three at least do not.
    least = np.sort(maps, axis=0)[:3]
    channels = [int(np.flatnonzero(least[0] > 0)[0]), int(np.flatnonzero(least[2] == 0)[0])]
    made = reconstruct(probe, images, "conv2", channels, count=3, extremes="bottom")
    np.testing.assert_allclose(made.peaks, least.T[channels], rtol=1e-5)
    assert "3 lowest images" in repr(made) and not made.values[1].any()
    for rank in range(3):
        picture, (row, column) = made.pictures[0, rank], made.cells[0, rank]
        top, left, bottom, right = made.boxes[0, rank]
        whole = attribute(probe, images[picture], "deconvnet", Channel("conv2", channels[0], (row, column))).values[0]
        assert whole.any()
        np.testing.assert_allclose(made.crop(0, rank), whole[top:bottom, left:right], atol=1e-5)
    with pytest.raises(UnknownNameError, match="there is no end of the answers 'middle'"):
        reconstruct(probe, images, "conv2", channels, extremes="middle")  # type: ignore[arg-type]


def test_padding_cuts_the_box_and_units_have_the_whole_picture() -> None:
    probe = zoo_probe("residual")
    made = reconstruct(probe, pictures_for(probe, 12), "b", count=3)
    assert made.values.shape[:2] == (8, 3)
    sizes = made.boxes[..., 2:] - made.boxes[..., :2]
    assert sizes.max() <= 7 and sizes.min() >= 4
    units = reconstruct("fmnist-cnn", cnnviz.open_images("sample")[:12], "dense1", [5], count=2)
    assert units.values.shape == (1, 2, 28, 28, 1) and units.cells.tolist() == [[[0, 0], [0, 0]]]


def test_other_methods_and_what_cannot_be_done() -> None:
    images = cnnviz.open_images("sample")[:8]
    guided = reconstruct("fmnist-cnn", images, "conv1", [0], count=1, method="guided-backprop")
    assert guided.how.method == "guided-backprop"
    for arguments, message in (
        ({"channels": [64]}, "there is no channel 64 in conv2: it has 64, numbered 0 to 63"),
        ({"channels": []}, "at least one channel"),
        ({"count": 0}, "at least one channel and one image"),
        ({"method": "grad-cam:layer=conv1", "channels": [0]}, "no value per pixel"),
    ):
        with pytest.raises(UsageError, match=message):
            reconstruct("fmnist-cnn", images, "conv2", **arguments)


def test_methods_of_changed_copies_lead_every_place_back() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:40]
    made = reconstruct(probe, images, "conv2", [17, 3], count=3, method="integrated-gradients:steps=200")
    blank = probe.activations(Images(np.zeros((1, 28, 28, 1), np.uint8)), ["conv2"])["conv2"][0]
    for k, channel in enumerate(made.channels):
        for rank in range(3):
            row, column = made.cells[k, rank]
            change = made.peaks[k, rank] - blank[row, column, channel]
            assert made.crop(k, rank).sum() == pytest.approx(change, rel=0.01)


def test_methods_with_one_value_a_pixel() -> None:
    probe = zoo_probe("colour")
    images = pictures_for(probe, 6)
    layer = next(info.path for info in probe.layers if info.spatial)
    made = reconstruct(probe, images, layer, [0], count=2, method="saliency")
    assert made.values.shape[4] == 1 and images.shape[2] == 3
    row, column = (int(at) for at in made.cells[0, 0])
    whole = attribute(probe, images[made.pictures[0, 0]], "saliency", Channel(layer, 0, (row, column))).values[0]
    top, left, bottom, right = made.boxes[0, 0]
    np.testing.assert_allclose(made.crop(0, 0)[..., 0], whole[top:bottom, left:right], rtol=1e-4, atol=1e-6)
