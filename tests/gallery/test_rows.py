"""The page of pictures laid out in rows: every heatmap beside its picture, as Python draws it, under one head."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from cnnviz.attribution.heatmaps import Heatmaps
from cnnviz.core.render import show
from cnnviz.features.predictions import Predictions
from cnnviz.gallery.build import build_page
from cnnviz.gallery.color import diverging, viridis
from cnnviz.gallery.content import Content
from cnnviz.gallery.overlay import overlaid
from tests.helpers.pages import violations
from tests.helpers.sweeps import slow

from .heats import made_up
from .picture_sets import losses

pytestmark = pytest.mark.browser

#: High enough for ten rows to be in sight.
TALL = (1280, 3400)
#: The pixels of a canvas in a row: which row by the picture's position, which of its canvases.
CANVAS = """([position, which]) => {
  const row = document.querySelector(`.rows-body a[data-position='${position}']`).closest(".row-line");
  const canvas = row.querySelectorAll("canvas")[which];
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
  copy.drawImage(canvas, 0, 0);
  return [canvas.height, canvas.width, ...copy.getImageData(0, 0, canvas.width, canvas.height).data];
}"""


@pytest.fixture(scope="module")
def heats(result) -> Heatmaps:
    return made_up(result)


@pytest.fixture(scope="module")
def page_bytes(heats) -> bytes:
    return show(heats, "page").single()


@pytest.fixture(scope="module")
def ids(result) -> list[int]:
    return [int(i) for i in result.images.indices]


def many(result: Predictions, count: int, methods: int = 1, labelled: bool = True) -> Heatmaps:
    """So many pictures and heatmaps, made of the ten."""
    some = result.take(np.arange(max(count, 2)) % 10)
    images = replace(some.images, indices=np.arange(len(some)))
    if not labelled:
        images = replace(images, labels=None)
    made = made_up(Predictions(images, some.model, some.probabilities))
    return replace(made, attributions=tuple(made.attributions[i % 3] for i in range(methods))).take(range(count))


def canvas(page, position: int, which: int) -> np.ndarray:
    held = page.evaluate(CANVAS, [position, which])
    return np.array(held[2:]).reshape(held[0], held[1], 4)[..., :3]


def words(place) -> list[str]:
    """The lines of a place that are not empty."""
    return [text for text in place.inner_text().split("\n") if text.strip()]


def line(page, position: int):
    return page.locator(f".rows-body .row-line:has(a[data-position='{position}'])")


def shown(page) -> list[int]:
    return page.eval_on_selector_all(
        ".rows-body a", "all => all.map(a => parseInt(a.getAttribute('href').split('/')[2]))"
    )


@pytest.mark.parametrize(("count", "rows"), [(1, True), (60, True), (61, False)])
def test_a_page_of_up_to_sixty_pictures_begins_with_rows(visit, result, count, rows):
    watched = visit(show(many(result, count), "page").single())
    page = watched.open("#/images")
    assert page.locator(".rows").count() == rows and page.locator(".wall").count() == (not rows)
    if count == 1:
        return
    other, word = ("grid", "wall") if rows else ("rows", "rows")
    page.click(f".heat-choice label:text-is('{other}')")
    watched.settle()
    assert page.locator(f".{word}").count() == 1
    assert page.evaluate("location.hash") == f"#/images?layout={other}"
    page.reload()
    page.wait_for_selector(f".{word}")
    page.click(f".heat-choice label:text-is('{'rows' if rows else 'grid'}')")
    watched.settle()
    assert page.evaluate("location.hash") == "#/images"


def test_a_page_about_something_else_begins_with_the_grid(visit, result, heats):
    watched = visit(build_page(Content(result, results=(heats.take([7, 2]),))).single(), size=TALL)
    assert watched.open("#/images").locator(".wall").count() == 1
    page = watched.open("#/images?layout=rows")
    assert line(page, 7).locator(".row-map canvas:visible").count() == 3
    assert line(page, 3).locator(".row-under").all_inner_texts() == ["not computed"] * 3


def test_maps_are_those_that_python_draws(visit, heats, page_bytes):
    page = visit(page_bytes, size=TALL).open("#/images")
    picture = heats.images.pixels[1].repeat(3, axis=2)
    np.testing.assert_array_equal(canvas(page, 1, 0), picture)
    coarse, fine = heats[0].maps[1], heats[1].maps[1]
    np.testing.assert_allclose(canvas(page, 1, 1), overlaid(picture, coarse, 7, False, viridis()), atol=2)
    wanted = overlaid(picture, fine, float(np.abs(fine).max()), True, diverging())
    # Stored in 256 steps: a value may take the next color.
    assert np.abs(canvas(page, 1, 2) - wanted.astype(int)).mean() < 1


def test_smooth_lies_between_the_cells(visit, heats, page_bytes):
    watched = visit(page_bytes, size=TALL)
    page = watched.open("#/images")
    page.click(".heat-choice label:text-is('smooth')")
    watched.settle()
    assert page.evaluate("location.hash") == "#/images?maps=smooth"
    assert "which adds no detail" in page.inner_text(".rows-about")
    values = heats[0].maps[1]
    y = np.clip((np.arange(28) + 0.5) * 3 / 28 - 0.5, 0, 2)
    x = np.clip((np.arange(28) + 0.5) * 4 / 28 - 0.5, 0, 3)
    down = np.stack([np.interp(y, np.arange(3), values[:, c]) for c in range(4)], axis=1)
    smooth = np.stack([np.interp(x, np.arange(4), row) for row in down])
    wanted = overlaid(heats.images.pixels[1].repeat(3, axis=2), smooth, 7, False, viridis())
    assert np.abs(canvas(page, 1, 1) - wanted.astype(int)).mean() < 1


def test_scales_say_what_they_hold_for(visit, heats, page_bytes):
    watched = visit(page_bytes, size=TALL)
    page = watched.open("#/images")
    ends = page.locator(".rows-head .ends")
    assert [text.split("\n") for text in ends.all_inner_texts()] == [
        ["0", "maximum"],
        ["−", "0", "+"],
        ["0", "maximum"],
    ]
    under = [words(place) for place in line(page, 1).locator(".row-under").all()]
    assert under[0] == [f"score {heats[0].scores[1]:.3f}", "0 to 7.00"]
    assert under[1][1] == f"±{np.abs(heats[1].maps[1]).max():.2f}"
    page.click(".heat-choice label:text-is('all images')")
    watched.settle()
    reach = np.abs(heats[1].maps).max()
    assert ends.all_inner_texts()[1].split() == [f"−{reach:.2f}", "0", f"{reach:.2f}"]
    assert page.locator(".rows-head .legend").count() == 3
    assert "all 10 images" in page.inner_text(".rows-about")
    peak = heats[1].maps[2].ravel()[np.abs(heats[1].maps[2]).argmax()]
    assert words(line(page, 2).locator(".row-under").nth(1))[1] == f"peak {peak:.2f}".replace("-", "−")
    wanted = overlaid(heats.images.pixels[2].repeat(3, axis=2), heats[0].maps[2], 7, False, viridis())
    np.testing.assert_allclose(canvas(page, 2, 1), wanted, atol=2)
    # Of one unit, the first and the third share the higher end.
    page = watched.open("#/images?scale=unit")
    shared = f"0 to {max(heats[0].maps[3].max(), heats[2].maps[3].max()):.2f}"
    texts = [words(place) for place in line(page, 3).locator(".row-under").all()]
    assert texts[0][1] == texts[2][1] == shared


def test_a_flat_map_is_flat_and_says_so(visit, heats, page_bytes):
    page = visit(page_bytes, size=TALL).open("#/images")
    assert line(page, 0).locator(".row-under").nth(0).locator(".state").inner_text() == "flat"
    np.testing.assert_array_equal(canvas(page, 0, 1), heats.images.pixels[0].repeat(3, axis=2))
    assert line(page, 0).locator("canvas[role=img]").nth(0).get_attribute("aria-label").endswith("the same everywhere")


def test_a_row_says_who_it_is_and_what_the_model_thinks(visit, result, page_bytes, ids):
    page = visit(page_bytes, size=TALL).open("#/images")
    row = line(page, 6)
    assert words(row.locator(".row-words"))[:3] == ["T-shirt/top", "wrong: actually Shirt", f"image {ids[6]}"]
    top = np.argsort(-result.probabilities[6], kind="stable")[:3]
    names = result.model.class_names
    assert row.locator(".row-class").all_inner_texts() == [
        names[i] + (", its true class" if i == 6 else "") for i in top
    ]
    widths = row.locator(".bar").evaluate_all("all => all.map((bar) => parseFloat(bar.style.width))")
    np.testing.assert_allclose(widths, 100 * result.probabilities[6][top], rtol=1e-3)
    assert row.locator("a").get_attribute("href") == f"#/image/{ids[6]}"
    label = row.locator("canvas[role=img]").nth(0).get_attribute("aria-label")
    assert label.startswith("Grad-CAM for \u2068predicted class\u2069, strongest ")
    assert row.locator("a").get_attribute("aria-label").endswith(", wrong")


def test_without_labels_nothing_is_right_or_wrong(visit, result):
    page = visit(show(many(result, 10, 2, labelled=False), "page").single()).open("#/images")
    text = page.inner_text(".rows")
    assert "wrong" not in text and "right" not in text
    assert violations(page) == []


def test_filters_and_orders_hold_for_rows(visit, heats, page_bytes, ids):
    watched = visit(page_bytes, size=TALL)
    page = watched.open("#/images?sort=loss")
    assert shown(page) == [ids[i] for i in np.argsort(-losses(heats), kind="stable")]
    page.click(".filters label:text-is('wrong')")
    watched.settle()
    assert shown(page) == [ids[i] for i in np.argsort(-losses(heats), kind="stable") if i in (4, 6)]
    assert page.evaluate("location.hash") == "#/images?right=0&sort=loss"
    page = watched.open("#/images?pred=3&conf=0-0.001")
    assert page.is_visible(".nothing") and not page.is_visible(".rows")
    page.click(".count a")
    watched.settle()
    assert len(shown(page)) == 10


def test_rows_are_built_where_they_are_looked_at_under_a_head_that_stays(visit, result):
    watched = visit(show(many(result, 60, 2), "page").single())
    page = watched.open("#/images")
    assert shown(page)[0] == 0 and len(shown(page)) < 20
    assert page.get_attribute(".rows", "aria-rowcount") == "62"
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    watched.settle()
    assert 0 not in shown(page) and 30 in shown(page)
    box = page.locator(".rows-head").bounding_box()
    assert box["y"] == 0 and box["height"] < 120
    lefts = [
        [box["x"] for one in page.locator(selector).all() if (box := one.bounding_box())]
        for selector in (".rows-head .row-map", ".rows-body .row-line >> nth=0 >> .row-map")
    ]
    assert lefts[0] == lefts[1]
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert shown(page) == list(range(60))
    page.evaluate("dispatchEvent(new Event('afterprint'))")


def test_keys_lead_from_row_to_row_and_to_the_maps_at_the_side(visit, result, ids):
    watched = visit(show(many(result, 60, 8), "page").single(), size=(500, 700))
    page = watched.open("#/images")
    assert page.locator(".rows-body a[tabindex='0']").count() == 1
    page.focus(".rows-body a[data-position='0']")
    for key in ("End", "ArrowUp", "ArrowUp", "PageUp"):
        page.keyboard.press(key)
        watched.settle()
        row = page.evaluate("document.activeElement.closest('.row-line').getBoundingClientRect().top")
        head = page.locator(".rows-head").bounding_box()
        assert row >= head["y"] + head["height"] - 1
    assert int(page.evaluate("document.activeElement.dataset.position")) < 57
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    watched.settle()
    moved = page.evaluate(
        "['.rows-head', '.rows-about', '.rows-body'].map((s) => document.querySelector(s).scrollLeft)"
    )
    assert moved == [240] * 3
    page.keyboard.press("Enter")
    page.wait_for_url("**#/image/*")
    page.go_back()
    page.wait_for_selector(".rows-body a[aria-current]")


def test_going_back_before_the_picture_has_opened_marks_it_all_the_same(visit, page_bytes):
    page = visit(page_bytes).open("#/images")
    page.evaluate("document.querySelector(\".rows-body a[data-position='4']\").click(); history.back()")
    page.wait_for_selector(".rows-body a[data-position='4'][aria-current]")
    assert page.evaluate("location.hash").startswith("#/images?image=")


def test_the_sheet_has_the_rows_as_they_are_seen(visit, saved, heats, page_bytes):
    page = visit(page_bytes).open("#/images?right=0&scale=pictures")
    name, content = saved(page, "PNG")
    assert name == "fmnist-cnn_2-pictures_heatmaps.png"
    sheet = np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)
    # Side 140 units of 2 pixels, so 10 pixels each; the picture, 272 units of words, then the maps.
    top, left = 2 * (104 + 124), 2 * (32 + 140 + 22 + 272 + 22)
    for k, position in enumerate((4, 6)):
        start = top + 2 * k * (140 + 2 * 17 + 26)
        if int(heats.images.indices[4]) > int(heats.images.indices[6]):
            position = 10 - position
        picture = heats.images.pixels[position].repeat(3, axis=2)
        np.testing.assert_array_equal(sheet[start + 5 : start + 280 : 10, 64 + 5 : 64 + 280 : 10], picture)
        wanted = overlaid(picture, heats[0].maps[position], 7, False, viridis())
        found = sheet[start + 5 : start + 280 : 10, left + 5 : left + 280 : 10]
        np.testing.assert_allclose(found, wanted, atol=2)
    assert saved(page, "CSV")[0].endswith(".csv") and saved(page, "JSON")[0].endswith(".json")


@pytest.mark.parametrize("methods", [2, 8, *slow(1, 4)])
@pytest.mark.parametrize("width", [1280, 360, *slow(900)])
def test_it_is_accessible_and_never_wider_than_the_screen(visit, result, screenshot, methods, width):
    watched = visit(
        show(many(result, 10, methods), "page").single(),
        dark=methods % 4 == 2,
        size=(width, 900),
        has_touch=width < 500,
    )
    page = watched.open("#/images")
    assert page.locator(".rows-head .row-map").count() == methods
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    screenshot(page, f"rows-{methods}-{width}")
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.querySelector('.rows-head')).position") == "static"
