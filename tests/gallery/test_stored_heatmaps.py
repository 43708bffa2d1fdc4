"""Heatmaps that Python made: as packed, on a picture's page, over the grid, and in comparisons."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.heatmaps import heatmaps
from cnnviz.core.errors import UsageError
from cnnviz.core.render import show
from cnnviz.features.predictions import Predictions
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content
from cnnviz.gallery.positions import places
from cnnviz.gallery.quantize import quantize, restore
from tests.helpers.page_data import blob, data_of
from tests.helpers.pages import violations

from .heats import made_up, paired
from .looks import each_theme
from .nets import HOSTILE

PIXEL = """([selector, x, y, w = 1, h = 1]) => {
  // Through a copy: reading a canvas of the page twice would be complained of.
  const copy = new OffscreenCanvas(w, h).getContext("2d");
  copy.drawImage(document.querySelector(selector), x, y, w, h, 0, 0, w, h);
  return [...copy.getImageData(0, 0, w, h).data];
}"""


@pytest.fixture(scope="module")
def heats(result):
    return made_up(result)


@pytest.fixture(scope="module")
def page_bytes(heats) -> bytes:
    return show(heats, "page").single()


@pytest.fixture(scope="module")
def pairs_bytes(result) -> bytes:
    return show(paired(result), "page").single()


@pytest.fixture(scope="module")
def ids(result) -> list[int]:
    return [int(i) for i in result.images.indices]


def test_maps_scores_and_classes_come_back_as_they_were(heats, page_bytes):
    entry = data_of(page_bytes)["sections"]["heatmaps"]
    assert entry["shown"] is True and entry["pictures"] is None
    assert [one["key"] for one in entry["made"]] == ["grad-cam", "guided-backprop", "grad-cam-2"]
    for one, made in zip(heats.attributions, entry["made"], strict=True):
        n = len(heats)
        assert (made["height"], made["width"]) == one.maps.shape[1:]
        raw = blob(page_bytes, made["blob"])
        ends = np.frombuffer(raw[: 8 * n], "<f4").reshape(2, n)
        codes = np.frombuffer(raw[8 * n :], np.uint8).reshape(n, -1)
        flat = one.maps.reshape(n, -1)
        np.testing.assert_array_equal(ends, [flat.min(axis=1), flat.max(axis=1)])
        np.testing.assert_array_equal(restore(codes, *ends), restore(*quantize(flat)))
        assert np.abs(restore(codes, *ends) - flat).max() <= np.ptp(flat, axis=1).max() / 127
        answers = blob(page_bytes, made["answers"])
        np.testing.assert_array_equal(np.frombuffer(answers[: 4 * n], "<f4"), one.scores)
        assert made["classes"] == (one.classes is not None)
        if one.classes is not None:
            np.testing.assert_array_equal(np.frombuffer(answers[4 * n :], "<u4"), one.classes)
        assert made["parameters"] == {"samples": "5"}


def test_heatmaps_of_some_pictures_find_their_places(result, heats):
    some = heats.take([7, 2])
    page = build_page(Content(result, results=(some,))).single()
    entry = data_of(page)["sections"]["heatmaps"]
    assert entry["pictures"] == [7, 2] and entry["shown"] is False
    np.testing.assert_array_equal(places(some, result.images), [-1, -1, 1, -1, -1, -1, -1, 0, -1, -1])


def test_other_pictures_of_the_same_numbers_are_refused(result, heats):
    others = replace(result.images, pixels=255 - result.images.pixels)
    with pytest.raises(UsageError, match="not those of this page"):
        places(result, others)
    twice = heats.take([1, 1])
    with pytest.raises(UsageError, match="not those of this page"):
        places(twice, heats.images)


@pytest.mark.slow
def test_ten_thousand_pictures_with_coarse_maps_stay_below_ten_megabytes(result):
    many = result.take(np.arange(10_000) % 10)
    random = np.random.default_rng(1)
    images = replace(many.images, pixels=random.permuted(many.images.pixels, axis=0), indices=np.arange(10_000))
    made = made_up(Predictions(images, many.model, many.probabilities))
    page = show(replace(made, attributions=made.attributions[:1]), "page")
    assert not page.pieces
    assert len(page.html) <= 10_000_000


@pytest.mark.browser
class TestPicture:
    def test_stored_maps_stand_side_by_side_with_target_score_and_notes(self, visit, heats, page_bytes, ids):
        page = visit(page_bytes).open(f"#/image/{ids[1]}")
        figures = page.locator("figure.heat:visible")
        assert figures.count() == 3
        assert figures.nth(0).locator("h3").inner_text() == "Grad-CAM"
        words = figures.nth(0).inner_text()
        assert "for predicted class, " in words
        assert f"score {heats[0].scores[1]:.3f}" in words
        assert "3×4 cells of conv3, not smoothed" in words
        assert "Strongest at the lower left, 7." in words
        assert HOSTILE in figures.nth(1).inner_text()
        assert "Gradients modified at 4 ReLU activations" in figures.nth(1).inner_text()
        assert "for Shirt − T-shirt/top" in figures.nth(2).inner_text()
        label = figures.nth(0).locator(".overlaid").get_attribute("aria-label")
        assert label == f"Image {ids[1]} with Grad-CAM for \u2068predicted class\u2069, strongest at the lower left"

    def test_a_flat_map_says_that_there_is_no_signal_and_is_drawn_flat(self, visit, page_bytes, ids):
        page = visit(page_bytes).open(f"#/image/{ids[0]}?as=map")
        first = page.locator("figure.heat").nth(0)
        assert first.locator(".state").is_visible()
        assert first.locator(".ends").inner_text().split() == ["0", "0", "(flat)"]
        drawn = page.evaluate(PIXEL, ["figure.heat .veil", 0, 0, 4, 3])
        assert drawn == [0x44, 0x01, 0x54, 255] * 12

    def test_scales_are_numbers_that_hold_for_what_they_say(self, visit, heats, page_bytes, ids):
        watched = visit(page_bytes)
        page = watched.open(f"#/image/{ids[2]}")
        own = float(page.locator("figure.heat .ends >> nth=0").inner_text().split()[-1])
        assert own == pytest.approx(heats[0].maps[2].max(), abs=0.006)
        page = watched.open(f"#/image/{ids[2]}?scale=pictures")
        assert float(page.locator("figure.heat .ends >> nth=0").inner_text().split()[-1]) == 7
        assert "all 10 images" in page.locator("figure.heat .legend >> nth=0").inner_text()
        page = watched.open(f"#/image/{ids[2]}?scale=unit")
        shared = max(heats[0].maps[2].max(), heats[2].maps[2].max())
        for k in (0, 2):
            text = page.locator("figure.heat").nth(k).locator(".ends").inner_text()
            assert float(text.split()[-1]) == pytest.approx(shared, abs=0.006)

    def test_the_choices_are_in_the_address_and_go_along(self, visit, page_bytes, ids):
        watched = visit(page_bytes)
        page = watched.open(f"#/image/{ids[1]}")
        for words in ("smooth", "map alone", "all images"):
            page.click(f".heat-intro label:text-is('{words}')")
        watched.settle()
        assert page.evaluate("location.hash") == f"#/image/{ids[1]}?maps=smooth&as=map&scale=pictures"
        assert "adds no detail" in page.locator("figure.heat").nth(0).inner_text()
        assert page.evaluate("document.querySelector('figure.heat .veil').width") == 28
        page.click("a[rel=next]")
        watched.settle()
        assert page.evaluate("location.hash") == f"#/image/{ids[2]}?maps=smooth&as=map&scale=pictures"

    def test_the_numbers_of_a_map_stand_in_a_table(self, visit, page_bytes, ids):
        page = visit(page_bytes).open(f"#/image/{ids[1]}")
        page.click("summary:has-text('Grad-CAM values') >> nth=0")
        page.wait_for_selector("figure.heat >> nth=0 >> tbody tr")
        cells = page.locator("figure.heat >> nth=0").locator("tbody tr:nth-child(3) td").all_inner_texts()
        assert len(cells) == 4 and cells[0] == "7"

    def test_the_same_grad_cam_is_not_shown_twice(self, visit, pictures):
        probe = cnnviz.open_model("fmnist-cnn")
        page_bytes = show(heatmaps(probe, pictures, ["grad-cam", "saliency"]), "page").single()
        watched = visit(page_bytes)
        one = int(pictures.indices[6])
        page = watched.open(f"#/image/{one}")
        titles = (
            "[...document.querySelectorAll('figure.heat')].filter((f) => !f.hidden)"
            ".map((f) => f.querySelector('h3').textContent)"
        )
        assert page.evaluate(titles) == ["Grad-CAM", "Saliency", "Gradient", "Occlusion"]
        for other in ("layer=conv2", "class=3"):
            page = watched.open(f"#/image/{one}?{other}")
            assert page.evaluate(titles) == ["Grad-CAM", "Saliency", "Grad-CAM, live", "Gradient", "Occlusion"]

    def test_what_is_computed_live_says_so_beside_its_like(self, visit, pictures):
        made = heatmaps(cnnviz.open_model("fmnist-cnn"), pictures.take([0, 1]), ["occlusion"])
        page = visit(show(made, "page").single()).open(f"#/image/{pictures.indices[1]}")
        page.wait_for_selector("summary:text-is('Occlusion, live values')")
        assert page.locator("figure.heat h3").all_inner_texts() == [
            "Occlusion",
            "Grad-CAM",
            "Gradient",
            "Occlusion, live",
        ]

    def test_everything_can_be_saved(self, visit, saved, heats, page_bytes, ids):
        page = visit(page_bytes).open(f"#/image/{ids[1]}")
        name, content = saved(page, "CSV", 1)
        assert name == f"fmnist-cnn_picture-{ids[1]}_heatmaps.csv"
        rows = content.decode().splitlines()
        assert len(rows) == 1 + 2 * 12 + 28 * 28
        assert rows[9] == "grad-cam,predicted class,conv3,2,0,7"
        found = json.loads(saved(page, "JSON", 1)[1])
        assert [one["target"] for one in found["heatmaps"]] == ["predicted class", HOSTILE, "Shirt − T-shirt/top"]
        np.testing.assert_allclose(
            found["heatmaps"][1]["values"], heats[1].maps[1], atol=np.ptp(heats[1].maps[1]) / 250
        )
        assert saved(page, "PNG", 1)[1].startswith(b"\x89PNG")


@pytest.mark.browser
class TestGrid:
    def test_maps_lie_over_every_picture_where_the_page_is_about_them(self, visit, heats, page_bytes, ids):
        watched = visit(page_bytes)
        page = watched.open("#/images?layout=grid")
        # Nearest cell, blended as documented: the strongest cell hides three quarters of the image.
        pixel = page.evaluate(PIXEL, [".wall a[data-position='1'] canvas", 2, 26])
        below = float(heats.images.pixels[1, 26, 2, 0])
        assert pixel[:3] == pytest.approx([below + 0.75 * (end - below) for end in (0xFD, 0xE7, 0x24)], abs=1.01)
        label = page.get_attribute(".wall a[data-position='1']", "aria-label")
        assert label.endswith("; Grad-CAM strongest at the lower left")
        page.select_option(".heat-choice select", "none")
        watched.settle()
        assert page.evaluate("location.hash") == "#/images?layout=grid&heat=none"
        assert page.evaluate(PIXEL, [".wall a[data-position='1'] canvas", 2, 26])[:3] == [below] * 3
        assert not page.is_visible(".heat-key")

    def test_one_scale_for_all_pictures_has_its_numbers(self, visit, page_bytes):
        page = visit(page_bytes).open("#/images?layout=grid&heat=grad-cam-2&scale=pictures")
        assert page.locator(".heat-key .ends").inner_text().split() == ["0", "7.00"]
        assert "all 10 images" in page.inner_text(".heat-key")

    def test_a_page_about_something_else_begins_without(self, visit, result, heats):
        page = visit(build_page(Content(result, results=(heats,))).single()).open("#/images")
        assert page.input_value(".heat-choice select") == "none"


@pytest.mark.browser
class TestCompare:
    def test_two_maps_of_one_unit_share_a_scale_and_have_a_difference(self, visit, heats, page_bytes, ids):
        page = visit(page_bytes).open(f"#/compare?of=methods&image={ids[3]}&a=grad-cam&b=grad-cam-2")
        a, b = heats[0].maps[3], heats[2].maps[3]
        texts = page.locator(".methods .legend:visible .ends").all_inner_texts()
        for text in texts[:2]:
            assert float(text.split()[-1]) == pytest.approx(max(a.max(), b.max()), abs=0.006)
        page.click("summary:has-text('Difference values')")
        page.wait_for_selector("figure.heat >> nth=3 >> tbody tr")
        rows = page.locator("figure.heat >> nth=3").locator("tbody tr").all()
        found = [[float(cell.replace("−", "-")) for cell in row.locator("td").all_inner_texts()] for row in rows]
        np.testing.assert_allclose(found, a - b, atol=2 * max(np.ptp(a), np.ptp(b)) / 255)

    def test_other_units_keep_scales_of_their_own(self, visit, page_bytes, ids):
        page = visit(page_bytes).open(f"#/compare?of=methods&image={ids[3]}&a=grad-cam&b=guided-backprop")
        assert not page.locator("figure.heat >> nth=3").is_visible()
        assert "Their units differ" in page.inner_text(".lead")
        page.keyboard.press("x")
        page.wait_for_url("**a=guided-backprop&b=grad-cam")

    def test_two_pictures_share_the_scale_of_a_map(self, visit, page_bytes, ids):
        page = visit(page_bytes).open(f"#/compare?a={ids[1]}&b={ids[2]}")
        texts = page.locator(".compare-heats .legend:visible .ends").all_inner_texts()
        assert [text.split()[-1] for text in texts] == ["7.00", "7.00"]

    def test_pairs_stand_in_rows_with_both_maps_and_the_difference(self, visit, result, pairs_bytes, ids):
        page = visit(pairs_bytes).open("")
        assert page.evaluate("location.hash") == "#/compare?of=pairs"
        cards = page.locator(".confused-card")
        assert cards.count() == 8
        assert "No more images." in cards.nth(7).inner_text()
        assert cards.nth(0).locator("canvas").count() == 4
        assert cards.nth(1).locator("a").get_attribute("href") == f"#/image/{ids[1]}"
        label = cards.nth(1).locator("a").get_attribute("aria-label")
        assert "For Shirt strongest at the lower left" in label
        page.click(".confused label:text-is('all images')")
        page.wait_for_url("**scale=pictures")
        assert page.locator(".confused-keys .ends").nth(0).inner_text().split()[0] == "0"

    def test_a_page_without_pairs_or_heatmaps_says_how_to_get_them(self, visit, conv2):
        page = visit(build_page(Content(conv2.take(range(10)), results=(object(),))).single()).open(
            "#/compare?of=pairs"
        )
        assert "cnnviz heatmap --compare A,B" in page.inner_text("main")


ROUTES = {
    "heat-image": "#/image/ID",
    "heat-image-map": "#/image/ID?as=map&maps=smooth&scale=unit",
    "heat-images": "#/images?layout=grid",
    "heat-rows": "#/images",
    "heat-images-scale": "#/images?layout=grid&heat=guided-backprop&scale=pictures",
    "heat-methods": "#/compare?of=methods&image=ID&a=grad-cam&b=grad-cam-2",
    "heat-pictures": "#/compare",
    "heat-about": "#/about",
}


@pytest.mark.slow
@pytest.mark.browser
@each_theme
def test_every_route_is_accessible_and_quiet(visit, page_bytes, pairs_bytes, ids, dark, screenshot):
    faults = {}
    watched = visit(page_bytes, dark=dark)
    for name, route in ROUTES.items():
        page = watched.open(route.replace("ID", str(ids[1])))
        faults[name] = violations(page)
        screenshot(page, f"{name}-{'dark' if dark else 'light'}")
    page = visit(pairs_bytes, dark=dark).open("#/compare?of=pairs")
    faults["pairs"] = violations(page)
    assert faults == {name: [] for name in (*ROUTES, "pairs")}


@pytest.mark.browser
def test_a_narrow_screen_never_scrolls_sideways(visit, page_bytes, pairs_bytes, ids, screenshot):
    for content, routes in ((page_bytes, ROUTES), (pairs_bytes, {"heat-pairs": "#/compare?of=pairs"})):
        watched = visit(content, size=(360, 800), has_touch=True)
        for name, route in routes.items():
            page = watched.open(route.replace("ID", str(ids[1])))
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
            screenshot(page, f"{name}-360")
