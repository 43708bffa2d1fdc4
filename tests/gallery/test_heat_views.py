"""Heatmaps outside of the page: overlay, sheet, film, figure, notebook."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from cnnviz.core.errors import UsageError
from cnnviz.core.render import show
from cnnviz.gallery.color import diverging, viridis
from cnnviz.gallery.overlay import colored, overlaid, reach
from cnnviz.gallery.sheets.heatmap_sheet import HeatSheets

from .heats import made_up
from .nets import HOSTILE


@pytest.fixture(scope="module")
def heats(result):
    return made_up(result)


def test_an_overlay_hides_as_much_as_the_map_says():
    picture = np.full((4, 4, 3), 100, np.uint8)
    drawn = overlaid(picture, np.array([[0, 1], [2, 4]], np.float32), 4, False, viridis())
    np.testing.assert_array_equal(drawn[0, 0], [100] * 3)
    np.testing.assert_array_equal(drawn[3, 3], np.rint(100 + 0.75 * (viridis()[255].astype(float) - 100)))
    np.testing.assert_array_equal(drawn[0, 3], np.rint(100 + 0.1875 * (viridis()[64].astype(float) - 100)))
    # Each cell covers a quarter.
    assert (drawn[:2, :2] == drawn[0, 0]).all() and (drawn[2:, 2:] == drawn[3, 3]).all()


def test_of_a_map_with_a_sign_the_middle_is_zero():
    colors, hidden = colored(np.array([[-2.0, 0, 1]]), 2, True, diverging())
    np.testing.assert_array_equal(colors[0], diverging()[[0, 127, 191]])
    np.testing.assert_allclose(hidden[0], [0.75, 0.45, 0.45 + 0.3 * np.sqrt(0.5)])


def test_a_flat_map_gets_the_quietest_color():
    assert reach(np.full((3, 3), 5.0)) == 0
    colors, hidden = colored(np.full((1, 1), 5.0), 0, False, viridis())
    assert hidden[0, 0] == 0 and (colors[0, 0] == viridis()[0]).all()


def test_the_sheet_has_a_row_a_picture_and_a_column_a_map(heats):
    sheets = HeatSheets(heats)
    sheet = np.asarray(sheets.draw([1, 2]))
    deep, across = sheets.size
    picture = heats.images.pixels[1].repeat(3, axis=2)
    zoom = deep // 28
    np.testing.assert_array_equal(sheet[132 : 132 + deep : zoom, 24 : 24 + across : zoom], picture)
    left = 24 + 160
    wanted = overlaid(picture.repeat(zoom, 0).repeat(zoom, 1), heats[0].maps[1], 7, False, viridis())
    np.testing.assert_array_equal(sheet[132 : 132 + deep, left : left + across], wanted)


def test_a_sheet_that_would_be_too_large_is_refused(heats):
    with pytest.raises(UsageError, match="too large"):
        HeatSheets(heats).draw([0] * 20_000)


def test_the_film_has_a_frame_a_picture_and_the_same_bytes_each_time(heats):
    content = show(heats, "gif")
    assert content == show(heats, "gif")
    film = Image.open(io.BytesIO(content))
    assert film.n_frames == len(heats) and film.info["loop"] == 1
    film.seek(1)
    sheet = np.asarray(HeatSheets(heats).draw([1])).astype(int)
    assert np.abs(np.asarray(film.convert("RGB")) - sheet).mean() < 4


def test_figures_show_picture_map_and_overlay_with_units(heats):
    from matplotlib.figure import Figure

    figure = heats[0].plot(1)
    assert isinstance(figure, Figure)
    picture, raw, over, bar = figure.axes
    np.testing.assert_array_equal(picture.images[0].get_array(), heats.images.pixels[1].repeat(3, axis=2))
    np.testing.assert_array_equal(raw.images[0].get_array(), heats[0].maps[1])
    assert raw.images[0].get_clim() == (0, 7)
    assert over.images[0].get_array().shape[:2] == (280, 280)
    assert bar.get_ylabel() == "units of Grad-CAM"
    assert "conv3" in figure.get_suptitle()
    assert heats[1].plot(0).axes[1].images[0].get_clim()[0] < 0
    assert ", flat" in heats[0].plot(0).axes[3].get_ylabel()
    with pytest.raises(UsageError, match="no image 10"):
        heats[0].plot(10)


@pytest.mark.parametrize("many", [1, 10])
def test_notebooks_get_light_html_without_script_or_markup_of_the_users(heats, many):
    for shown in (heats.take(range(many)), heats[1].take(range(many))):
        html = shown._repr_html_()
        assert len(html) <= 300_000
        assert HOSTILE not in html and "<script" not in html
        assert "&lt;img src=x" in html and 'alt="' in html
        assert shown._repr_png_().startswith(b"\x89PNG")
