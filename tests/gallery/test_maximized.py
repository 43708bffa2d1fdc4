"""Maximised pictures on the pages of a layer and of a channel, as a sheet, a film and in a notebook."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from cnnviz.core.errors import UsageError
from cnnviz.core.render import show
from cnnviz.data.images import Images
from cnnviz.features.predictions import Predictions
from cnnviz.maximization.result import MaximizationProvenance, Maximized
from cnnviz.maximization.settings import MaximizationSettings
from tests.helpers.page_data import blob, data_of
from tests.helpers.pages import violations

from .looks import each_theme
from .nets import fmnist_card, maps_of

COLORS = """(selector) => {
  const canvas = document.querySelector(selector);
  return { size: [canvas.height, canvas.width],
           data: [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data] };
}"""


def made_for(pictures: Images, layer: str | None = "conv2", units: int = 64, frames: int = 0) -> Maximized:
    random = np.random.default_rng(7)
    restarts, count = 2, units * 2
    pixels = random.random((count, 28, 28, 1), np.float32)
    reached = -np.sort(-random.random((units, restarts)).astype(np.float32), axis=1).ravel()
    _, probabilities = maps_of(pictures)
    rivals = Predictions(pictures, fmnist_card(), probabilities).take(np.arange(units) % len(pictures))
    return Maximized(
        Images(pixels, source="maximised", peak=1.0),
        fmnist_card(),
        np.full((count, 10), 0.1, np.float32),
        unit=np.repeat(np.arange(units), restarts),
        reached=reached,
        started=reached / 9,
        dead=np.repeat(np.arange(units) == 5, restarts),
        best=np.full(count, 0.5, np.float32),
        rivals=rivals,
        from_best=np.arange(count) == 8,
        values=np.zeros((count, 0), np.float32),
        frames=random.random((count, frames, 28, 28, 1), np.float32),
        how=MaximizationProvenance(
            layer, "mean", "mean of the map", MaximizationSettings().facts(), 0, restarts, among=10, source="sample"
        ),
    )


@pytest.fixture(scope="module")
def made(pictures) -> Maximized:
    return made_for(pictures)


@pytest.fixture(scope="module")
def page_bytes(made, result) -> bytes:
    from cnnviz.gallery.build import build_page
    from cnnviz.gallery.content import Content

    return build_page(Content(result, maps=result, results=(made,)), start="#/layer/conv2?show=maximised").single()


def test_pixels_and_numbers_come_back(made, page_bytes):
    entry = data_of(page_bytes)["sections"]["maximized"]["layers"][0]
    raw = np.frombuffer(blob(page_bytes, entry["pixels"]), np.uint8).reshape(made.pictures.shape)
    np.testing.assert_array_equal(raw, np.rint(made.pictures * 255))
    np.testing.assert_array_equal(np.float32(entry["reached"]), made.reached)
    assert entry["rivals"][:12] == [*range(10), 0, 1] and entry["dead"].index(True) == 5


def test_logits_stand_with_the_last_layer(pictures):
    data = data_of(show(made_for(pictures, None, 10), "page").single())
    assert data["sections"]["maximized"]["layers"][0]["path"] == fmnist_card().layers[-1].path


@pytest.mark.browser
class TestPage:
    def test_a_picture_begun_with_the_best_of_the_data_says_so(self, visit, page_bytes):
        page = visit(page_bytes).open("#/layer/conv2/4")
        page.wait_for_selector(".maximised figcaption:has-text('from the best image')")
        assert "because noise scored lower" in page.inner_text(".maximised .note")

    def test_the_grid_has_every_channel_and_leads_to_it(self, visit, made, page_bytes):
        page = visit(page_bytes).open("")
        assert page.locator(".maximised-tile").count() == 64
        # Reading the canvas again and again would be complained of.
        page.wait_for_timeout(300)
        drawn = page.evaluate(COLORS, ".maximised-tile canvas")
        gray = np.array(drawn["data"]).reshape(28, 28, 4)[..., 0]
        np.testing.assert_array_equal(gray, np.rint(made[0][0, ..., 0] * 255))
        ahead = int(made.ahead.sum())
        assert f"{ahead} of 63 live channels exceed it. 1 channel is dead" in page.inner_text(".maximised-all .note")
        assert "dead" in page.inner_text(".maximised-grid li:nth-child(6)")
        assert "1 image, marked *, was restarted from the best image" in page.inner_text(".maximised-all .note")
        assert page.locator(".maximised-name:has-text('*')").all_inner_texts() == ["4*"]
        assert not page.is_visible(".tiles, .scale-words")
        page.click("label:text-is('maps of the image')")
        assert page.is_hidden(".maximised-grid")
        page.go_back()
        page.click(".maximised-grid li:nth-child(4) a")
        page.wait_for_selector(".maximised")
        assert page.evaluate("location.hash").startswith("#/layer/conv2/3")

    def test_it_takes_the_width_and_keeps_to_its_address(self, visit, page_bytes):
        page = visit(page_bytes).open("")
        assert page.locator(".maximised-grid").bounding_box()["width"] > 1100
        assert page.is_hidden(".heroes") and page.is_hidden(".filmstrip")
        page.reload()
        page.wait_for_selector(".maximised-tile")
        page.click("label:text-is('maps of the image')")
        page.wait_for_selector(".heroes", state="visible")
        assert page.locator(".filmstrip canvas").first.is_visible()
        page.go_back()
        page.wait_for_selector(".maximised-grid", state="visible")

    def test_the_sheet_that_is_saved_has_the_pictures_and_strikes_the_dead(self, visit, made, page_bytes, saved):
        name, content = saved(visit(page_bytes).open(""), "PNG")
        assert name == "fmnist-cnn_conv2_maximised.png"
        sheet = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        # Two pixels a unit, and tiles of whole pixels: the first row begins under the heading.
        row = (sheet[2 * 104 : 2 * 104 + 8] != 255).any(axis=(0, 2))
        starts = np.flatnonzero(row & ~np.roll(row, 1))
        zoom = (np.flatnonzero(~row & np.roll(row, 1))[0] - starts[0]) // 28
        step = starts[1] - starts[0]
        assert starts[0] == 64 and zoom >= 4
        for unit in range(4):
            tile = sheet[208:, 64 + unit * step :][: 28 * zoom : zoom, : 28 * zoom : zoom, 0]
            np.testing.assert_array_equal(tile, np.rint(made[unit][0, ..., 0] * 255))
        assert len(np.unique(sheet[208:, 64 + 5 * step :][: 28 * zoom, : 28 * zoom].reshape(-1, 3), axis=0)) == 2

    def test_the_channels_block_says_how_far_it_got(self, visit, made, page_bytes):
        page = visit(page_bytes).open("#/layer/conv2/3")
        words = page.inner_text(".maximised > .note")
        assert "the highest of 10 images" in words
        assert page.locator(".maximised figure").count() == 3
        page = visit(page_bytes).open("#/layer/conv2/5")
        assert "Dead: 2 random starts could not activate this channel" in page.inner_text(".maximised > .note")

    @each_theme
    def test_it_is_accessible(self, visit, page_bytes, dark, screenshot):
        watched = visit(page_bytes, dark=dark)
        for route in ("", "#/layer/conv2/3"):
            page = watched.open(route)
            screenshot(page, f"maximised-{'channel' if route else 'layer'}-{'dark' if dark else 'light'}")
            assert violations(page) == []

    def test_a_narrow_screen_never_scrolls_sideways(self, visit, page_bytes):
        watched = visit(page_bytes, size=(360, 800), has_touch=True)
        for route in ("", "#/layer/conv2/3"):
            assert watched.open(route).evaluate("document.documentElement.scrollWidth") <= 360


def test_the_sheet_shows_the_best_of_each(made):
    sheet = np.asarray(Image.open(io.BytesIO(made._repr_png_())))
    # Three screen pixels a pixel.
    np.testing.assert_array_equal(sheet[96 : 96 + 84 : 3, 24 : 24 + 84 : 3, 0], np.rint(made[0][0, ..., 0] * 255))


def test_the_film_needs_frames(pictures, made):
    with pytest.raises(UsageError, match="no frames"):
        show(made, "gif")
    film = Image.open(io.BytesIO(show(made_for(pictures, units=3, frames=4), "gif")))
    assert film.n_frames == 4


def test_the_notebook_view_is_light_and_escaped(made):
    html = made._repr_html_()
    assert len(html) <= 300_000 and "<script" not in html
    assert len(made.plot().axes) == 64
