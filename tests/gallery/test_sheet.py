import io

import numpy as np
import pytest
from PIL import Image

from cnnviz.core.errors import UnknownNameError
from cnnviz.gallery import activations_sheet, summary_html, to_png
from cnnviz.gallery.color import viridis
from cnnviz.gallery.sheets.channels_sheet import SCALES, ends

from .nets import HOSTILE


def test_tiles_are_the_maps_enlarged_without_smoothing(conv2):
    sheet = np.asarray(activations_sheet(conv2, "conv2"))
    tile = sheet[88 : 88 + 44, 160 : 160 + 44][::4, ::4]
    values = conv2["conv2"][0, :, :, 0]
    expected = viridis()[np.floor(values / values.max() * 255 + 0.5).astype(int)]
    assert np.array_equal(tile, expected)


def test_a_dead_channel_is_flat_and_struck_through(conv2):
    sheet = np.asarray(activations_sheet(conv2, "conv2"))
    tile = sheet[88 : 88 + 44, 160 + 11 * 48 : 160 + 11 * 48 + 44]
    assert len(np.unique(tile.reshape(-1, 3), axis=0)) == 2


@pytest.mark.parametrize("scale", list(SCALES))
@pytest.mark.parametrize("layer", ["conv1", "conv3", "dense1"])
def test_every_scale_and_kind_of_layer_draws(result, layer, scale):
    image = activations_sheet(result, layer, scale)
    assert image.width < 1400 and Image.open(io.BytesIO(to_png(image))).size == image.size


def test_scales_are_what_they_say():
    values = np.array([[[[1.0, 2]], [[3, 0]]], [[[5.0, 0]], [[4, 1]]]])
    high = {scale: np.broadcast_to(ends(values, scale)[1], (2, 1, 1, 2))[:, 0, 0].tolist() for scale in SCALES}
    assert high == {
        "channel": [[3, 2], [5, 1]],
        "picture": [[3, 3], [5, 5]],
        "layer": [[5, 5], [5, 5]],
        "shared": [[5, 2], [5, 2]],
    }
    low, high = ends(values - 2, "layer")
    assert (low == -3).all() and (high == 3).all()


def test_unknown_names_are_refused(conv2):
    with pytest.raises(UnknownNameError, match="conv2"):
        activations_sheet(conv2, "conv9")
    with pytest.raises(UnknownNameError, match="channel"):
        activations_sheet(conv2, "conv2", "chanel")


def test_a_summary_is_small_static_and_escaped(result, hostile, mlp):
    for shown in (result, hostile, mlp):
        html = summary_html(shown)
        assert len(html) <= 300_000 and "<script" not in html and HOSTILE not in html
        assert "data:image/png;base64," in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in summary_html(hostile)
    assert len(summary_html(result, limit=20_000)) <= 20_000
