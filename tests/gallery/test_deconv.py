"""Reconstructions: as packed, as rows of which only those near the screen exist, and on a channel's page."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from cnnviz.core.render import show
from cnnviz.data.images import Images
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content
from cnnviz.gallery.overlay import ramp_of
from cnnviz.gallery.sections import deconv as section
from cnnviz.gallery.sheets.deconv_sheet import reconstructions_sheet
from tests.helpers.page_data import blob, data_of
from tests.helpers.pages import violations

from .heats import rebuilt
from .looks import each_theme
from .waiting import until

SHOWN = "document.querySelectorAll('.deconv-row').length"
COLORS = """(which) => {
  const canvas = document.querySelectorAll(".deconv-row:first-child .deconv-pair:first-child canvas")[which];
  return { size: [canvas.height, canvas.width],
           data: [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data] };
}"""


@pytest.fixture(scope="module")
def found(pictures):
    return rebuilt(pictures)


@pytest.fixture(scope="module")
def page_bytes(found) -> bytes:
    return show(found, "page").single()


def rgb(answer: dict) -> np.ndarray:
    return np.array(answer["data"]).reshape(*answer["size"], 4)[..., :3]


def test_places_and_values_come_back(found, page_bytes, monkeypatch):
    entry = data_of(page_bytes)["sections"]["deconv"]["layers"][0]
    raw = blob(page_bytes, entry["places"])
    k, t = found.pictures.shape
    peaks, rest = np.frombuffer(raw[: 4 * k * t], "<f4"), np.frombuffer(raw[4 * k * t :], "<u4").reshape(6, k, t)
    np.testing.assert_array_equal(peaks.reshape(k, t), found.peaks)
    np.testing.assert_array_equal(rest[0], found.pictures)
    np.testing.assert_array_equal(rest[1], found.cells[..., 0] * 11 + found.cells[..., 1])
    np.testing.assert_array_equal(rest[2:].transpose(1, 2, 0), found.boxes)
    assert entry["reach"] == pytest.approx(float(np.abs(found.values).max()))
    # In pieces, none of which holds more than it may.
    monkeypatch.setattr(section, "PIECE", 8 * 8 * 3 * 10)
    pieces = data_of(show(found, "page").single())["sections"]["deconv"]["layers"][0]
    assert (pieces["each"], len(pieces["pieces"])) == (10, 7)


def test_of_a_large_set_only_pictures_that_are_shown_are_held(pictures, monkeypatch):
    from cnnviz.gallery import pages

    monkeypatch.setattr(pages, "MOST_PICTURES", 5)
    found = rebuilt(pictures, channels=2, kept=2, silent=-1)
    data = data_of(show(found, "page").single())
    shown = sorted({int(i) for i in found.pictures.ravel()})
    assert data["pictures"]["ids"] == [int(pictures.indices[i]) for i in shown]
    assert "of 10 images: those that maximally activate a channel" in data["pictures"]["notes"][-1]


@pytest.mark.browser
class TestPage:
    def test_a_patch_stands_next_to_its_reconstruction(self, visit, found, page_bytes):
        page = visit(page_bytes).open("")
        assert page.evaluate("location.hash") == "#/deconv/conv2"
        patch, drawn = rgb(page.evaluate(COLORS, 0)), rgb(page.evaluate(COLORS, 1))
        np.testing.assert_array_equal(patch, found.patch(0, 0).repeat(3, axis=2))
        values = found.crop(0, 0)[..., 0]
        step = np.abs(values).max()
        wanted = ramp_of(True)[np.floor((values + step) / (2 * step) * 254 + 0.5).astype(int)].astype(int)
        # Eight bits move a value by at most one step of 255, so a color by at most one of the ramp and its rounding.
        assert np.abs(drawn - wanted).max() <= 8

    def test_one_scale_for_the_layer_has_its_numbers(self, visit, found, page_bytes):
        page = visit(page_bytes).open("#/deconv/conv2?scale=layer&n=1")
        reach = float(np.abs(found.values).max())
        low, zero, high = (float(t.replace("−", "-")) for t in page.inner_text(".deconv-key .ends").split())
        assert (low, zero, high) == pytest.approx((-reach, 0, reach), abs=0.006)
        assert page.locator(".deconv-row:first-child .deconv-pair").count() == 1

    def test_a_dead_channel_says_so_and_links_lead_on(self, visit, found, page_bytes, pictures):
        page = visit(page_bytes).open("")
        assert "1 of 64 channels is dead." in page.inner_text(".deconv-how")
        assert "Dead: 0 on all 10 images." in page.inner_text(".deconv-row:has(a[href='#/layer/conv2/5'])")
        first = page.locator(".deconv-pair").nth(0)
        row, column = found.cells[0, 0]
        number = pictures.indices[found.pictures[0, 0]]
        assert first.get_attribute("href") == f"#/image/{number}?layer=conv2&cell={row},{column}"
        first.click()
        page.wait_for_selector(".sight:not([hidden])")
        top, left, bottom, right = found.boxes[0, 0]
        words = page.inner_text(".portrait .note:visible")
        place = f"rows {top}–{bottom - 1}, columns {left}–{right - 1}"
        assert f"{place}, the receptive field of cell {row}, {column} of conv2." in words

    def test_the_strongest_come_first_on_demand(self, visit, found, page_bytes):
        watched = visit(page_bytes)
        page = watched.open("#/deconv/conv2?sort=peak")
        order = np.argsort(-found.peaks[:, 0], kind="stable")
        titles = page.locator(".deconv-row h2").all_inner_texts()
        assert titles[:5] == [f"channel {c}" for c in order[:5]]

    def test_the_channels_page_has_its_own(self, visit, found, page_bytes):
        watched = visit(page_bytes)
        page = watched.open("#/layer/conv2/3")
        if page.locator(".reconstructions").count():
            assert page.locator(".reconstructions .deconv-pair").count() == 3
        page = watched.open("#/layer/conv2/5")
        assert page.locator("h1").count() == 1

    def test_the_lowest_stand_below_and_where_there_is_no_answer_it_says_so(self, visit, found, result):
        lowest = found.peaks[:, ::-1].copy()
        lowest[3, :2], lowest[4] = 0, 0
        both = replace(found, peaks=lowest, extremes="bottom")
        content = Content(result, maps=result, results=(found, both))
        page = visit(build_page(content).single()).open("#/layer/conv2/3")
        block = page.locator(".lowest-reconstructions")
        block.locator(".deconv-pair").wait_for()
        assert block.locator(".deconv-pair").count() == 1 and page.locator(".reconstructions").count() == 2
        assert "For 2 of the 3 lowest the activation is 0, so there is nothing to project back." in block.inner_text()
        picture = found.images.indices[found.pictures[3, 2]]
        assert f"#/image/{picture}?" in str(block.locator(".deconv-pair").get_attribute("href"))
        page.evaluate("location.hash = '#/layer/conv2/4'")
        page.wait_for_selector(".lowest-reconstructions :text('so there is nothing to project back')")
        assert not block.locator("canvas:visible").count()
        page.evaluate("location.hash = '#/layer/conv2/9'")
        until(page, "document.querySelectorAll('.lowest-reconstructions .deconv-pair').length === 3")

    def test_the_lowest_alone_have_the_page(self, visit, found):
        lowest = found.peaks.copy()
        lowest[0, :2] = 0
        alone = show(replace(found, peaks=lowest, extremes="bottom"), "page").single()
        page = visit(alone).open("")
        assert "activate each channel least" in page.inner_text(".lead")
        assert "so there is nothing to project back" in page.inner_text(".deconv-row:has(a[href='#/layer/conv2/5'])")
        first = page.locator(".deconv-row:first-child .deconv-pair")
        number = found.images.indices[found.pictures[0, 2]]
        assert first.count() == 1 and f"#/image/{number}?" in str(first.get_attribute("href"))

    def test_it_can_be_saved(self, visit, saved, found, page_bytes):
        page = visit(page_bytes).open("")
        rows = saved(page, "CSV")[1].decode().splitlines()
        assert len(rows) == 1 + 63 * 3
        top, left, bottom, right = found.boxes[0, 0]
        assert rows[1].endswith(f",{found.cells[0, 0, 0]},{found.cells[0, 0, 1]},{top},{left},{bottom},{right}")
        assert json.loads(saved(page, "JSON")[1])["silent"] == [5]
        assert saved(page, "PNG")[1].startswith(b"\x89PNG")

    def test_an_unknown_layer_says_which_there_are(self, visit, page_bytes):
        page = visit(page_bytes).open("#/deconv/conv9")
        assert "Layers with reconstructions: conv2" in page.inner_text("main")

    def test_of_ten_thousand_channels_few_exist(self, visit, pictures):
        many = rebuilt(pictures, channels=10_000, kept=2)
        watched = visit(show(many, "page").single())
        page = watched.open("")
        assert 3 <= page.evaluate(SHOWN) <= 40
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        page.wait_for_selector(".deconv-row:has(a[href='#/layer/conv2/9999'])")
        assert page.evaluate(SHOWN) <= 40
        assert page.get_attribute(".deconv-row:last-child", "aria-posinset") == "10000"

    def test_the_arrows_go_from_row_to_row(self, visit, page_bytes):
        page = visit(page_bytes).open("")
        page.focus(".deconv-row:first-child h2 a")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.textContent") == "channel 1"
        page.keyboard.press("ArrowUp")
        assert page.evaluate("document.activeElement.textContent") == "channel 0"

    def test_color_is_drawn_about_mid_grey_and_says_so(self, visit):
        random = np.random.default_rng(3)
        pictures = Images(random.integers(0, 256, (6, 28, 28, 3), np.uint8))
        found = rebuilt(pictures, channels=3, kept=2, silent=-1)
        page = visit(show(found, "page").single()).open("")
        assert "gray is zero" in page.inner_text(".deconv-key")
        values = found.crop(0, 0)
        drawn = rgb(page.evaluate(COLORS, 1))
        assert np.abs(drawn - (127.5 + 127.5 * values / np.abs(values).max())).max() <= 2

    @each_theme
    def test_it_is_accessible(self, visit, page_bytes, dark, screenshot):
        page = visit(page_bytes, dark=dark).open("")
        screenshot(page, f"deconv-{'dark' if dark else 'light'}")
        assert violations(page) == []

    def test_a_narrow_screen_never_scrolls_sideways(self, visit, page_bytes, screenshot):
        page = visit(page_bytes, size=(360, 800), has_touch=True).open("")
        screenshot(page, "deconv-360")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_sheet_has_patches_and_reconstructions(found):
    sheet = np.asarray(reconstructions_sheet(found, rows=2))
    patch = found.patch(0, 0).repeat(3, axis=2)
    np.testing.assert_array_equal(sheet[96 : 96 + 72 : 9, 120 : 120 + 72 : 9], patch[:8, :8])


def test_the_notebook_view_is_light_and_escaped(found):
    html = found._repr_html_()
    assert len(html) <= 300_000 and "<script" not in html
    assert found._repr_png_().startswith(b"\x89PNG")
