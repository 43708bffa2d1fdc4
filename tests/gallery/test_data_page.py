"""The page of a data report: without a model, with two sets, with odd ones, and as a section of the whole report."""

import json

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

import cnnviz
from cnnviz.data.images import Images

from .looks import each_theme
from .waiting import until

PARTS = ("medians", "noise", "separability", "importance", "duplicates", "odd", "labels", "drift")
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def report():
    """Two parts of the bundled sample; in the second some pictures are also in the first, and one is blank."""
    sample = cnnviz.open_images("sample")
    first, second = sample[:150], sample[600:700]
    pixels = second.pixels.copy()
    pixels[:4] = first.pixels[10:14]
    pixels[9] = 0
    second = Images(pixels, second.labels, second.class_names, "second half")
    return cnnviz.profile_images(first, second, parts=PARTS, model=None)


@pytest.fixture(scope="module")
def page(report):
    return report.to_html()


@pytest.fixture(scope="module")
def hostile():
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (12, 9, 7, 3)).astype(np.uint8)
    images = Images(pixels, np.arange(12) % 3, (HOSTILE, "b" * 300, "$x"), source=HOSTILE)
    return cnnviz.profile_images(images, parts=PARTS)


def violations(tab):
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in Axe().run(tab).response["violations"]]


def test_the_lead_is_of_whole_sentences(visit, page):
    lead = " ".join(visit(page).open().locator(".lead").first.inner_text().split())
    assert lead.endswith("grayscale. 10 classes. Statistics are computed from the pixels alone.")


@each_theme
def test_it_is_accessible_and_quiet(visit, page, dark, screenshot):
    tab = visit(page, dark=dark).open()
    assert tab.locator("h1").inner_text() == "sample and second half" and tab.title().startswith("Data of")
    assert violations(tab) == []
    screenshot(tab, f"data{'-dark' if dark else ''}")


def test_a_narrow_screen_never_scrolls_sideways(visit, page, hostile, screenshot):
    for name, shown in (("data", page), ("data-hostile", hostile.to_html())):
        tab = visit(shown, size=(360, 800)).open("#/data?show=ten&order=cluster")
        assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        screenshot(tab, f"{name}-narrow")


def test_findings_lead_to_their_sections(visit, page, report):
    tab = visit(page).open()
    found = tab.locator(".data-findings li")
    assert found.count() == len(report.highlights)
    assert report.highlights[0]["text"] in found.first.inner_text()
    tab.locator(".data-findings a", has_text="correlation").click()
    assert "at=likeness" in tab.url
    until(tab, "document.activeElement.textContent.startsWith('Which classes look similar')")
    assert abs(tab.locator("#data-likeness").bounding_box()["y"]) < 40


def test_the_matrix_is_the_correlation_in_any_order(visit, page, report):
    tab = visit(page).open("#/data?order=cluster")
    shown = [int(text.replace("−", "-")) for text in tab.locator(".data-matrix td button").all_inner_texts()]
    order = report.order
    expected = 100 * report.first.profile.correlation[np.ix_(order, order)]
    assert np.abs(np.array(shown).reshape(10, 10) - expected).max() <= 0.51
    names = tab.locator(".data-matrix tbody th").all_inner_texts()
    assert names == [report.class_names[k] for k in order]
    tab.locator("#data-likeness").get_by_text("difference", exact=True).click()
    assert "of=difference" in tab.url and "order=cluster" in tab.url
    tab.locator(".data-matrix td button").first.focus()
    tab.keyboard.press("ArrowRight")
    words = tab.locator(".data-side .note").inner_text()
    assert words.startswith(f"{names[0]} and {names[1]}: ")


def test_mean_pictures_are_the_profiles(visit, page, report):
    tab = visit(page).open("#/data?of=second")
    read = (
        "Array.from(document.querySelectorAll('.data-faces canvas')[{}].getContext('2d').getImageData(0,0,28,28).data)"
    )
    seen = np.array(tab.evaluate(read.format(4))).reshape(28, 28, 4)[..., 0]
    assert np.abs(seen - report.second.profile.class_pictures[4, ..., 0]).max() <= 0.51


def test_suspects_are_shown_as_pictures(visit, page, report):
    tab = visit(page).open()
    assert len(report.leaks) >= 4
    assert tab.locator(".data-pair").count() >= 4
    left, right = (
        tab.locator(".data-pair")
        .first.locator("canvas")
        .evaluate_all("all => all.map(one => Array.from(one.getContext('2d').getImageData(0, 0, 28, 28).data))")
    )
    assert left == right
    assert "leak" in tab.locator(".data-findings").inner_text()


def test_what_is_saved_is_what_python_gives(visit, page, report, saved):
    tab = visit(page).open()
    name, content = saved(tab, "CSV")
    assert name.endswith("_data.csv") and content.decode() == report.to_csv()
    _, content = saved(tab, "JSON")
    assert json.loads(content) == json.loads(report.to_json())
    _, content = saved(tab, "PNG")
    assert content.startswith(b"\x89PNG")


def test_names_are_text_and_color_is_shown(visit, hostile):
    tab = visit(hostile.to_html()).open("#/data?show=ten")
    assert HOSTILE in tab.locator("h1").inner_text() and tab.locator("img").count() == 0
    pixel = tab.locator(".data-row canvas").first.evaluate(
        "c => Array.from(c.getContext('2d').getImageData(0,0,1,1).data)"
    )
    assert pixel[:3] == hostile.first.images.pixels[0, 0, 0].tolist()
    assert violations(tab) == []


def test_without_a_model_only_what_there_is_can_be_reached(visit, page):
    tab = visit(page).open("#/")
    assert tab.url.endswith("#/data") and tab.locator("nav[aria-label=Pages]").count() == 0
    tab.keyboard.press("?")
    assert "draw" not in tab.locator("dialog").inner_text()
    tab.keyboard.press("Escape")
    tab.locator("#data-faces").get_by_text("deviation", exact=True).click()
    tab.keyboard.press("Escape")
    assert tab.url.split("#")[1].startswith("/data")


@pytest.mark.slow
def test_sets_of_every_kind_make_a_page(visit):
    rng = np.random.default_rng(1)
    sets = {
        "unlabelled": rng.integers(0, 256, (9, 8, 8)).astype(np.uint8),
        "one": rng.random((1, 8, 8)).astype(np.float32),
        "many": (rng.integers(0, 256, (300, 4, 4)).astype(np.uint8), np.arange(300) % 75),
        "flat": (np.zeros((9, 5, 5), np.uint8), np.arange(9) % 2),
    }
    for name, images in sets.items():
        tab = visit(cnnviz.profile_images(images, parts=("medians", "separability", "duplicates")).to_html()).open()
        assert tab.locator("#data-facts").count() == 1, name
        assert tab.locator("#data-balance").count() == (name in ("many", "flat")), name
        assert violations(tab) == [], name


def test_the_whole_report_has_the_page_too(visit):
    held = cnnviz.report("fmnist-cnn", cnnviz.open_images("sample")[:30], include=())
    tab = visit(held.to_html()).open("#/data")
    assert tab.locator("nav[aria-label=Pages] a[aria-current]").inner_text() == "Data"
    assert tab.locator(".data-one a").first.get_attribute("href").startswith("#/image/")
    assert held.data.first.profile.tally.seen == 30
