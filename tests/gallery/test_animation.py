"""Animated sheets: colors of cells, frames, delay, and the same bytes each time."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageSequence

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.gallery import activations_gif
from cnnviz.gallery.color import diverging, shortened, viridis


def frames(content: bytes) -> list[np.ndarray]:
    with Image.open(io.BytesIO(content)) as image:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]


def test_each_frame_shows_its_picture_in_the_ramps_own_colors(conv2):
    content = activations_gif(conv2, "conv2")
    shown = frames(content)
    assert len(shown) == 10
    ramp = shortened(viridis(), 128)
    for i, frame in enumerate(shown):
        for channel in np.flatnonzero(conv2["conv2"][i].any(axis=(0, 1))):
            y, x = 88 + channel // 16 * 48, 160 + channel % 16 * 48
            tile = frame[y : y + 44, x : x + 44]
            values = conv2["conv2"][i, :, :, channel]
            expected = ramp[np.floor(values / values.max() * 127 + 0.5).astype(int)]
            assert np.array_equal(tile, expected.repeat(4, axis=0).repeat(4, axis=1))
        thumb = frame[88 : 88 + 112, 24 : 24 + 112][::4, ::4, 0].astype(int)
        assert np.abs(thumb - conv2.images.pixels[i, :, :, 0]).max() <= 2


def test_it_plays_twice_at_a_second_a_picture_and_is_the_same_each_time(conv2):
    content = activations_gif(conv2, "conv2")
    with Image.open(io.BytesIO(content)) as image:
        assert image.info["loop"] == 1
        assert {frame.info["duration"] for frame in ImageSequence.Iterator(image)} == {1000}
    assert activations_gif(conv2, "conv2") == content


def test_scales_speak_of_all_pictures(conv2):
    (first, *_) = frames(activations_gif(conv2, "conv2", "layer"))
    values, ramp = conv2["conv2"], shortened(viridis(), 128)
    expected = ramp[np.floor(values[0, :, :, 3] / values.max() * 127 + 0.5).astype(int)]
    assert np.array_equal(first[88 : 88 + 44, 160 + 3 * 48 : 160 + 3 * 48 + 44][::4, ::4], expected)


def test_color_and_signed_maps(hostile):
    layer = hostile.layers[0].path
    (frame,) = frames(activations_gif(hostile, layer))
    values = hostile[layer][0, :, :, 0]
    reach = np.abs(values).max()
    expected = shortened(diverging(), 128)[np.floor((values / reach + 1) / 2 * 126 + 0.5).astype(int)]
    assert np.array_equal(frame[88 : 88 + 35, 160 : 160 + 45][::5, ::5], expected)
    thumb = frame[88 : 88 + 80, 24 : 24 + 100][::5, ::5].astype(int)
    # 91 colors for 320 at random: each is near.
    assert np.abs(thumb - hostile.images.pixels[0]).mean() < 16


def test_a_shortened_ramp_keeps_its_ends_and_its_middle():
    for ramp, count in ((viridis(), 128), (diverging(), 127)):
        short = shortened(ramp, 128)
        assert len(short) == count and (short[0] == ramp[0]).all() and (short[-1] == ramp[-1]).all()
        assert {tuple(color) for color in short.tolist()} <= {tuple(color) for color in ramp.tolist()}
    assert (shortened(diverging(), 64)[31] == diverging()[127]).all()
    assert np.array_equal(shortened(viridis(), 256), viridis())


def test_what_cannot_be_shown_is_refused(conv2):
    with pytest.raises(UnknownNameError, match="conv2"):
        activations_gif(conv2, "conv9")
    many = np.zeros(201, int)
    values = {"conv2": conv2["conv2"][many]}
    crowd = replace(conv2, images=conv2.images.take(many), probabilities=conv2.probabilities[many], values=values)
    with pytest.raises(UsageError, match="at most 200"):
        activations_gif(crowd, "conv2")
