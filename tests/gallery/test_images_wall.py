"""Ten thousand pictures on one page: few of them exist, and keys lead through all."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.features.activations import Activations
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content

from .nets import fmnist_card
from .picture_sets import by_number, losses, numbers, set_of, shown, truth
from .waiting import until

pytestmark = pytest.mark.browser


def test_ten_thousand_pictures_stand_in_a_window(visit, many, many_bytes):
    watched = visit(many_bytes)
    page = watched.open("#/images?sort=unsure")
    assert page.inner_text(".count b") == "10,000 images"
    order = numbers(many, np.ones(10_000, bool), many.confidence)
    first = shown(page)
    assert first == order[: len(first)] and len(first) < 150
    page.click("label:has-text('wrong')")
    wrong = many.predicted != truth(many)
    assert page.inner_text(".count b") == f"{wrong.sum():,} of 10,000 images"
    order = numbers(many, wrong, many.confidence)
    height = page.evaluate("document.querySelector('.wall').offsetHeight")
    columns = page.evaluate("getComputedStyle(document.querySelector('.wall')).gridTemplateColumns.split(' ').length")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    watched.settle()
    last = shown(page)
    assert last == order[-len(last) :] and len(last) < 150
    assert page.evaluate("document.querySelector('.wall').offsetHeight") == pytest.approx(height, abs=1)
    page.evaluate(f"scrollTo(0, {height // 2})")
    watched.settle()
    middle = shown(page)
    at = order.index(middle[0])
    assert at % columns == 0 and middle == order[at : at + len(middle)] and 0 < at < len(order) - 200
    tops = page.eval_on_selector_all(
        ".wall li", "all => all.map(li => li.getBoundingClientRect()).map(b => [b.top, b.bottom])"
    )
    assert min(top for top, _ in tops) < 0 and max(bottom for _, bottom in tops) > 900
    cell = page.query_selector(".wall li")
    assert cell.get_attribute("aria-posinset") == str(at + 1) and cell.get_attribute("aria-setsize") == str(len(order))
    assert page.evaluate("document.querySelectorAll('*').length") < 2000


def test_tiles_show_the_pixels_of_their_pictures(visit, many, many_bytes):
    page = visit(many_bytes).open("#/images?sort=sure")
    page.evaluate("scrollTo(0, 20000)")
    page.wait_for_timeout(100)
    number, pixels = page.evaluate("""(() => {
      const link = [...document.querySelectorAll(".wall a")][7];
      const canvas = link.querySelector("canvas");
      const pen = new OffscreenCanvas(28, 28).getContext("2d");
      pen.drawImage(canvas, 0, 0);
      return [parseInt(link.getAttribute("href").split("/")[2]), [...pen.getImageData(0, 0, 28, 28).data]];
    })()""")
    position = int(np.flatnonzero(by_number(many) == number)[0])
    assert pixels[::4] == many.images.pixels[position].ravel().tolist()


def test_keys_move_through_all_pictures_and_open_one(visit, many, many_bytes):
    watched = visit(many_bytes)
    page = watched.open("#/images")
    order = numbers(many, np.ones(10_000, bool), by_number(many))
    columns = page.evaluate("getComputedStyle(document.querySelector('.wall')).gridTemplateColumns.split(' ').length")

    def here() -> int:
        return order.index(page.evaluate("parseInt(document.activeElement.getAttribute('href').split('/')[2])"))

    def press(*keys: str) -> int:
        for key in keys:
            page.keyboard.press(key)
        return here()

    page.focus(".wall a[tabindex='0']")
    assert here() == 0
    assert press("ArrowRight", "ArrowRight", "ArrowDown") == 2 + columns
    assert press("ArrowLeft", "ArrowUp") == 1
    assert press("End") == 9_999
    assert press("ArrowDown") == 9_999 and press("ArrowUp") == 9_999 - columns
    watched.settle()
    box = page.evaluate("(({top, bottom}) => [top, bottom])(document.activeElement.getBoundingClientRect())")
    assert box[0] >= 0 and box[1] <= 900
    assert page.eval_on_selector_all(".wall a[tabindex='0']", "all => all.length") == 1
    # What leaves the window does not take the arrows' place with it.
    page.evaluate("scrollTo(0, 0)")
    watched.settle()
    assert press("ArrowLeft") == 9_998 - columns
    assert press("Home") == 0
    place = press("PageDown", "PageDown", "ArrowRight")
    assert place > columns and place % columns == 1
    page.keyboard.press("Enter")
    page.wait_for_selector(".page-image")
    assert page.evaluate("location.hash") == f"#/image/{order[place]}"
    assert page.get_attribute("nav a:has-text('Images')", "aria-current") == "true"
    page.keyboard.press("Escape")
    page.wait_for_selector(".page-images")
    until(page, "document.activeElement.tagName === 'A'")
    assert here() == place
    assert page.evaluate("location.hash") == f"#/images?image={order[place]}"
    assert page.get_attribute(".wall a[aria-current]", "href") == f"#/image/{order[place]}"


def test_going_back_leads_to_where_one_was(visit, many, many_bytes):
    watched = visit(many_bytes)
    page = watched.open("#/images?sort=loss")
    page.evaluate("scrollTo(0, 60000)")
    watched.settle()
    link = page.locator(".wall a >> nth=35")
    target = link.get_attribute("href")
    link.click()
    page.wait_for_selector(".page-image")
    assert page.evaluate("location.hash") == target
    page.go_back()
    page.wait_for_selector(".page-images")
    until(page, "scrollY > 50000")
    watched.settle()
    box = page.locator(f".wall a[href='{target}']").bounding_box()
    assert 0 <= box["y"] <= 900


def test_a_pictures_page_steps_through_the_filtered_ones(visit, hundred, hundred_bytes):
    watched = visit(hundred_bytes)
    page = watched.open("#/images?right=0&sort=loss")
    order = numbers(hundred, hundred.predicted != truth(hundred), -losses(hundred))
    page.click(f".wall a[href^='#/image/{order[1]}?']")
    page.wait_for_selector(".page-image")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("location.hash") == f"#/image/{order[2]}?right=0&sort=loss"
    assert page.inner_text(".stepper .muted") == f"3 of {len(order)} chosen"
    page.click("a[rel=next]")
    until(page, f"location.hash.startsWith('#/image/{order[3]}?')")
    strip = page.eval_on_selector_all(".filmstrip button", "all => all.map(b => Number(b.dataset.position))")
    assert [int(by_number(hundred)[i]) for i in strip] == order[: len(strip)]
    page.click(".stepper >> text=chosen")
    page.wait_for_selector(".page-images")
    assert page.evaluate("location.hash") == "#/images?right=0&sort=loss"
    # A filter that leaves the picture out is none.
    right = numbers(hundred, hundred.predicted == truth(hundred), by_number(hundred))[0]
    page = watched.open(f"#/image/{right}?right=0")
    assert page.inner_text(".stepper .muted").endswith("of 100")


def test_print_has_the_first_pictures_and_no_controls(visit, many_bytes):
    page = visit(many_bytes).open("#/images")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(shown(page)) == 120 and page.is_visible(".on-paper") and not page.is_visible(".filters")
    assert page.evaluate("getComputedStyle(document.querySelector('.wall')).paddingBottom") == "0px"
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_timeout(100)
    assert len(shown(page)) < 120 and page.is_visible(".filters")


def test_a_strip_of_a_thousand_pictures_holds_few(visit, pictures):
    some = set_of(1000, seed=5)
    random = np.random.default_rng(5)
    card = fmnist_card()
    maps = Activations(
        some.images, card, some.probabilities, values={"conv3": random.random((1000, 3, 3, 128), np.float32)}
    )
    watched = visit(build_page(Content(maps, maps=maps)).single())
    page = watched.open(f"#/layer/conv3?image={by_number(some)[500]}")
    place = "[...document.querySelectorAll('.filmstrip button')].map(b => Number(b.dataset.position))"
    held = page.evaluate(place)
    assert 500 in held and len(held) < 60 and held == list(range(held[0], held[-1] + 1))
    box = page.locator(".filmstrip [aria-checked='true']").bounding_box()
    assert 500 < box["x"] + box["width"] / 2 < 780
    page.evaluate("document.querySelector('.filmstrip').scrollLeft = 1e9")
    watched.settle()
    held = page.evaluate(place)
    assert held[-1] == 999 and len(held) < 60
    page.click(".filmstrip [data-position='995']")
    until(page, f"location.hash.includes('image={by_number(some)[995]}')")
    assert page.get_attribute(".filmstrip [data-position='995']", "aria-checked") == "true"
    page.focus(".filmstrip [data-position='995']")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.position") == "996"
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.dataset.position") == "0"
    assert f"image={by_number(some)[0]}" in page.evaluate("location.hash")
    assert page.eval_on_selector_all(".filmstrip [tabindex='0']", "all => all.length") == 1
