"""The page of all pictures: every filter and order against NumPy, and every view an address."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from cnnviz.features.predictions import Predictions
from tests.helpers.pages import violations

from .looks import each_look
from .picture_sets import TALL, by_number, losses, numbers, page_of, shown, truth
from .waiting import until

pytestmark = pytest.mark.browser

FILTERS: dict[str, Callable[[Predictions], np.ndarray]] = {
    "": lambda p: np.ones(len(p), bool),
    "true=6": lambda p: truth(p) == 6,
    "pred=3": lambda p: p.predicted == 3,
    "true=1&pred=4": lambda p: (truth(p) == 1) & (p.predicted == 4),
    "right=1": lambda p: p.predicted == truth(p),
    "right=0": lambda p: p.predicted != truth(p),
    "conf=0.5-0.8": lambda p: (p.confidence >= 0.5) & (p.confidence <= 0.8),
    "conf=0.9-1": lambda p: p.confidence >= 0.9,
    "find=older%203": lambda p: np.array(["older 3" in name.lower() for name in p.images.names]),
    "find=12": lambda p: np.array(
        [str(i).startswith("12") or "12" in name for i, name in zip(by_number(p), p.images.names, strict=True)]
    ),
    "true=2&right=0&conf=0.4-1&find=.PNG": lambda p: (truth(p) == 2) & (p.predicted != 2) & (p.confidence >= 0.4),
    "true=10&right=yes&conf=high&sort=nonsense": lambda p: np.ones(len(p), bool),
}
SORTS: dict[str, Callable[[Predictions], tuple[np.ndarray, ...]]] = {
    "number": lambda p: (by_number(p),),
    "sure": lambda p: (-p.confidence,),
    "unsure": lambda p: (p.confidence,),
    "loss": lambda p: (-losses(p),),
    "class": lambda p: (truth(p), p.predicted),
}


@pytest.mark.parametrize("width", [1280, 360])
def test_the_true_class_of_a_mistake_is_not_cut_off(visit, hundred_bytes, width):
    page = visit(hundred_bytes, size=(width, 2400)).open("#/images?right=0")
    boxes = page.eval_on_selector_all(
        ".wall .below",
        "all => all.map((b) => [b.textContent, b.scrollWidth - b.clientWidth, b.scrollHeight - b.clientHeight])",
    )
    assert len(boxes) > 9 and "actually Ankle boot" in {text for text, _, _ in boxes}
    assert [box for box in boxes if box[1] > 0 or box[2] > 1] == []


def test_every_filter_leaves_what_numpy_leaves(visit, hundred, hundred_bytes):
    watched = visit(hundred_bytes, size=TALL)
    for query, wanted in FILTERS.items():
        page = watched.open(f"#/images?{query}")
        left = wanted(hundred)
        assert shown(page) == numbers(hundred, left, by_number(hundred)), query
        said = f"{left.sum()} of 100 images" if left.sum() < 100 else "100 images"
        assert page.inner_text(".count b") == said, query
    assert 0 < FILTERS["true=1&pred=4"](hundred).sum() < 100
    assert FILTERS["true=2&right=0&conf=0.4-1&find=.PNG"](hundred).sum() > 0


def test_every_order_is_numpys(visit, hundred, hundred_bytes):
    watched = visit(hundred_bytes, size=TALL)
    for name, keys in SORTS.items():
        page = watched.open(f"#/images?sort={name}")
        assert shown(page) == numbers(hundred, np.ones(100, bool), *keys(hundred)), name
        page = watched.open(f"#/images?sort={name}&right=0")
        assert shown(page) == numbers(hundred, FILTERS["right=0"](hundred), *keys(hundred)), name


def test_controls_write_the_address_and_the_address_sets_the_controls(visit, hundred, hundred_bytes):
    watched = visit(hundred_bytes, size=TALL)
    page = watched.open("#/images")
    page.select_option(".pick:has-text('True class') select", "1")
    page.select_option(".pick:has-text('Predicted') select", "4")
    page.click("label:has-text('wrong')")
    page.select_option(".pick:has-text('Sort by') select", "loss")
    assert page.evaluate("location.hash") == "#/images?true=1&pred=4&right=0&sort=loss"
    page.locator("input[type=range] >> nth=0").fill("0.3")
    page.fill("input[type=search]", "folder ")
    until(page, "location.hash.includes('find')")
    wanted = "#/images?true=1&pred=4&right=0&conf=0.3-1&find=folder%20&sort=loss"
    assert page.evaluate("location.hash") == wanted
    left = (truth(hundred) == 1) & (hundred.predicted == 4) & (hundred.confidence >= 0.3)
    assert left.sum() and shown(page) == numbers(hundred, left, -losses(hundred))
    page.reload()
    page.wait_for_selector(".wall a")
    watched.settle()
    assert shown(page) == numbers(hundred, left, -losses(hundred))
    fields = ".filters select, .filters [type=range], .filters [type=search], .found select"
    assert page.eval_on_selector_all(fields, "all => all.map(field => field.value)") == [
        "1",
        "4",
        "0.3",
        "1",
        "folder ",
        "loss",
    ]
    assert page.inner_text(".choice input:checked + label") == "wrong"
    # Typing and sliding leave no steps behind them, choices do.
    page.go_back()
    until(page, "location.hash === '#/images?true=1&pred=4&right=0'")
    watched.settle()
    wrong = (truth(hundred) == 1) & (hundred.predicted == 4)
    assert shown(page) == numbers(hundred, wrong, by_number(hundred))
    page.go_back()
    page.go_back()
    until(page, "location.hash === '#/images?true=1'")
    watched.settle()
    assert shown(page) == numbers(hundred, truth(hundred) == 1, by_number(hundred))
    page.go_forward()
    until(page, "location.hash === '#/images?true=1&pred=4'")
    page.click("text=Show all")
    until(page, "location.hash === '#/images'")
    watched.settle()
    assert len(shown(page)) == 100


def test_a_change_that_goes_on_is_kept_before_the_next_step(visit, hundred_bytes):
    watched = visit(hundred_bytes)
    page = watched.open("#/images")
    page.fill("input[type=search]", "12")
    page.click("label:has-text('wrong')")
    assert page.evaluate("location.hash") == "#/images?right=0&find=12"
    page.go_back()
    until(page, "location.hash === '#/images?find=12'")
    assert page.input_value("input[type=search]") == "12"


def test_the_handles_never_cross(visit, hundred_bytes):
    page = visit(hundred_bytes).open("#/images?conf=0.4-0.6")
    low, high = (page.locator(f"input[type=range] >> nth={i}") for i in (0, 1))
    low.fill("0.9")
    assert (low.input_value(), high.input_value()) == ("0.6", "0.6")
    high.fill("0.1")
    assert high.input_value() == "0.6" and page.inner_text(".between-words") == "60–60\u202f%"
    assert low.get_attribute("aria-valuetext") == "60\u202f%"
    until(page, "location.hash === '#/images?conf=0.6-0.6'")


def test_the_count_is_told(visit, hundred, hundred_bytes):
    page = visit(hundred_bytes).open("#/images")
    assert page.text_content("#status") == ""
    page.click("label:has-text('right')")
    right = int((hundred.predicted == truth(hundred)).sum())
    until(page, f"document.getElementById('status').textContent === '{right} of 100 images'")
    assert page.inner_text(".count .muted") == "all right"


def test_nothing_left_says_so_and_can_be_undone(visit, hundred_bytes):
    page = visit(hundred_bytes).open("#/images?find=no+such")
    assert page.inner_text(".count b") == "0 of 100 images"
    assert page.is_visible(".nothing")
    page.click("text=Show all")
    page.wait_for_selector(".wall a")
    assert not page.is_visible(".nothing")
    assert violations(page) == []


def test_slash_leads_to_the_filter_from_anywhere(visit, hundred_bytes):
    page = visit(hundred_bytes).open("#/about")
    page.keyboard.press("/")
    page.wait_for_selector(".page-images")
    until(page, "document.activeElement.type === 'search'")
    assert page.input_value("input[type=search]") == ""
    page.keyboard.type("folder 3")
    until(page, "location.hash === '#/images?find=folder%203'")
    page.keyboard.press("Escape")
    assert page.input_value("input[type=search]") == ""
    assert page.evaluate("document.activeElement.type") == "search"
    until(page, "location.hash === '#/images'")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.closest('.wall') !== null")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert "filter the images" in page.inner_text("dialog")


def test_the_menu_leads_to_all_pictures_and_keeps_the_one(visit, hundred, hundred_bytes):
    page = visit(hundred_bytes).open("#/")
    number = int(by_number(hundred)[40])
    page.goto(page.url.split("#")[0] + f"#/image/{number}")
    page.wait_for_selector(".page-image")
    page.click("nav a:has-text('Images')")
    page.wait_for_selector(".page-images")
    assert page.evaluate("location.hash") == f"#/images?image={number}"
    assert page.get_attribute("nav a:has-text('Images')", "aria-current") == "page"


def test_one_picture_has_its_own_page_in_the_menu(visit, hundred):
    page = visit(page_of(hundred.take([5]))).open("#/")
    page.click("nav a:has-text('Image')")
    page.wait_for_selector(".page-image")
    assert page.get_attribute("nav a:has-text('Image')", "aria-current") == "page"


@each_look(1280, 360)
def test_pages_are_accessible_at_any_width(visit, hundred_bytes, width, dark, screenshot):
    watched = visit(hundred_bytes, dark=dark, size=(width, 800))
    for name, route in {"images": "#/images", "pair": "#/images?true=1&pred=4", "matrix": "#/"}.items():
        page = watched.open(route)
        assert violations(page) == [], (width, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, name)
        screenshot(page, f"{name}-{width}-{'dark' if dark else 'light'}")
