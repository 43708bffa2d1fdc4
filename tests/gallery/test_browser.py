"""The page in a real browser: nothing leaves it, nothing complains, every view is an address, keys work."""

import json
from dataclasses import replace
from html import escape

import pytest
from playwright.sync_api import expect

from cnnviz.features.activations import Activations
from cnnviz.gallery import activations_page
from tests.helpers.pages import unfold, violations
from tests.helpers.sweeps import slow

from .looks import each_size, each_theme
from .nets import HOSTILE

pytestmark = pytest.mark.browser

ROUTES = {
    "overview": "#/",
    "images": "#/images?image=ID",
    "image": "#/image/ID",
    "conv2": "#/layer/conv2?image=ID&channel=11&cell=4,5",
    "conv1": "#/layer/conv1?scale=shared&sort=max",
    "dense1": "#/layer/dense1",
    "about": "#/about",
    "nowhere": "#/nowhere",
}


@pytest.fixture(scope="module")
def page_bytes(result: Activations) -> bytes:
    return activations_page(result)


@pytest.fixture(scope="module")
def ids(result: Activations) -> list[int]:
    return [int(i) for i in result.images.indices]


@each_theme
def test_every_route_is_accessible_and_quiet(visit, page_bytes, ids, dark, screenshot):
    watched = visit(page_bytes, dark=dark)
    faults = {}
    for name, route in ROUTES.items():
        page = watched.open(route.replace("ID", str(ids[6])))
        faults[name] = violations(page)
        screenshot(page, f"{name}-{'dark' if dark else 'light'}")
    assert faults == {name: [] for name in ROUTES}


def test_a_narrow_screen_never_scrolls_sideways(visit, page_bytes, ids, screenshot):
    watched = visit(page_bytes, size=(360, 800), has_touch=True)
    for name, route in ROUTES.items():
        page = watched.open(route.replace("ID", str(ids[6])))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        screenshot(page, f"{name}-360")


@pytest.mark.parametrize("name", ["hostile", *slow("mlp")])
@each_size
def test_odd_results_look_right_too(visit, request, name, size, screenshot):
    result = request.getfixturevalue(name)
    watched = visit(activations_page(result), size=size)
    page = watched.open()
    routes = [a.get_attribute("href") for a in page.query_selector_all("a[data-layer], .pictures a")]
    assert len(routes) == len(result) + len(result.layers)
    for i, route in enumerate(["#/", *routes]):
        page = watched.open(route)
        assert page.title() and not page.query_selector("text=could not be shown"), route
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], route
        assert violations(page) == []
        screenshot(page, f"{name}-{i}-{size[0]}")


def test_a_hostile_name_is_shown_as_text(visit, hostile):
    page = visit(activations_page(hostile)).open()
    assert page.inner_text("h1") == HOSTILE
    assert page.query_selector("img") is None
    page = visit(activations_page(hostile)).open("#/image/0")
    assert page.inner_text("h1") == HOSTILE


def test_it_opens_where_it_was_told(visit, conv2):
    page = visit(activations_page(conv2, start="#/layer/conv2")).open()
    assert page.evaluate("location.hash") == "#/layer/conv2"
    assert page.inner_text("h1") == "conv2"


def test_the_selection_lives_in_the_address(visit, page_bytes, ids):
    watched = visit(page_bytes)
    page = watched.open("#/layer/conv2")
    page.click("[data-channel='17']")
    page.click("label:has-text('per layer')")
    page.click("label:has-text('mean')")
    page.click(".filmstrip button >> nth=3")
    page.click(".big-map", position={"x": 30, "y": 60})
    wanted = f"#/layer/conv2?image={ids[3]}&channel=17&cell=2,1&scale=layer&sort=mean"
    assert page.evaluate("location.hash") == wanted
    shown = "document.querySelector('main').innerText"
    before = page.evaluate(shown)
    page.reload()
    page.wait_for_selector("main .page")
    watched.settle()
    assert page.evaluate(shown) == before
    page.go_back()
    assert "sort=mean" in page.evaluate("location.hash") and f"image={ids[3]}" not in page.evaluate("location.hash")
    page.go_back()
    page.go_back()
    assert page.evaluate("location.hash").endswith("channel=17")
    page.wait_for_selector("[data-channel='17'][aria-checked=true]")
    page.go_forward()
    assert page.evaluate("location.hash").endswith("scale=layer")


def test_the_models_card_is_in_words_with_units(visit, result):
    about = {
        "train_hash": "b286a306991ad504", "seconds": 612, "batch_size": 128, "validation_accuracy": 0.9276, "seed": 20,
        "optimizer": "Adam", "my_note": HOSTILE,
        "recipe": {"batch_size": 32, "schedule": 120 * "s", "changes": ["flip", "shift:pixels=2"], "also": []},
    }  # fmt: skip
    light = replace(result, model=replace(result.model, about=about), values={"dense1": result["dense1"]})
    page = visit(activations_page(light)).open("#/")
    rows = [text.split("\n") for text in page.locator(".two .pairs >> nth=0 >> div").all_inner_texts()]
    found = dict(list(filter(None, row)) for row in rows)
    assert found["training time"] == "10\u202fmin 12\u202fs" and found["batch size"] == "128 images"
    assert found["validation accuracy"] == "92.8\u202f%" and found["training images (hash)"] == "b286a306991ad504"
    assert found["optimizer"] == "Adam" and found["random seed"] == "20" and found["my note"] == HOSTILE
    # A recipe is told whole.
    assert found["recipe"].startswith("batch size 32, schedule ss")
    assert found["recipe"].endswith("ss, changes flip, shift:pixels=2, also none")
    assert not {"seconds", "train hash"} & set(found)


def test_the_about_page_knows_how_many_pictures_there_are(visit, result, page_bytes):
    assert "none of the 10 images here shows" in visit(page_bytes).open("#/about").inner_text("main")
    one = visit(activations_page(result.take([3]))).open("#/about").inner_text("main")
    assert "the one image here does not show" in one and "Ten images" not in one


def test_the_menu_keeps_the_selected_picture(visit, page_bytes, ids):
    page = visit(page_bytes).open(f"#/image/{ids[4]}")
    page.click("nav a:has-text('Layers')")
    page.wait_for_selector(".page-layer")
    assert f"image={ids[4]}" in page.evaluate("location.hash")
    page.click("nav a:has-text('Overview')")
    page.wait_for_selector(".page-overview")
    page.click("a[data-layer='conv3']")
    page.wait_for_selector("h1:has-text('conv3')")
    assert f"image={ids[4]}" in page.evaluate("location.hash")
    page.click("nav a:has-text('Images')")
    page.wait_for_selector(".page-images")
    assert page.evaluate("location.hash") == f"#/images?image={ids[4]}"


def test_tables_beside_charts_open_and_stay_open(visit, page_bytes, ids):
    watched = visit(page_bytes)
    page = watched.open("#/layer/conv2?channel=3")
    unfold(page)
    cells = page.eval_on_selector_all("details td:last-child", "all => all.map(td => Number(td.textContent))")
    assert sum(cells) == 121
    assert violations(page) == []
    page.click("[data-channel='4']")
    page.wait_for_selector("details[open] td")
    page = watched.open("#/")
    unfold(page)
    assert page.inner_text("details tr >> nth=1").startswith("1\t0.650\t0.820\t0.900")
    assert violations(page) == []
    page = watched.open(f"#/image/{ids[0]}")
    unfold(page)
    assert len(page.query_selector_all("details tbody tr")) == 10


def test_faults_are_noticed(chromium, visit, page_bytes):
    """The checks of this file find what they look for."""
    page = visit(page_bytes).open()
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert any(fault.startswith("image-alt") for fault in violations(page))


def test_arrows_choose_enter_opens_and_escape_leads_back(visit, page_bytes, ids):
    page = visit(page_bytes).open("#/layer/conv2?channel=0")
    page.focus("[data-channel='0']")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    columns = int(page.evaluate("getComputedStyle(document.querySelector('.tiles')).getPropertyValue('--columns')"))
    assert page.evaluate("document.activeElement.dataset.channel") == str(1 + columns)
    assert f"channel={1 + columns}" in page.evaluate("location.hash")
    assert page.eval_on_selector_all(".tiles button[tabindex='0']", "all => all.length") == 1
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "big-map"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("location.hash").endswith("cell=5,4")
    assert page.is_visible(".sight") and "row 5, column 4" in page.inner_text(".readout")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.channel") == str(1 + columns)
    page.keyboard.press("]")
    page.wait_for_selector("h1:has-text('pool2')")
    page.keyboard.press("[")
    page.wait_for_selector("h1:has-text('conv2')")
    page.keyboard.press(">")
    assert f"image={ids[1]}" in page.evaluate("location.hash")
    page.keyboard.press("?")
    assert page.is_visible("dialog")
    page.keyboard.press("Escape")
    assert not page.is_visible("dialog")
    page.keyboard.press("Escape")
    page.wait_for_selector("h1:has-text('pool2')")


def test_escape_never_leads_out_of_the_page(visit, page_bytes, ids):
    watched = visit(page_bytes)
    for lead in ("link", "choice"):
        page = watched.open("#/images")
        if lead == "link":
            page.click("nav a:has-text('About')")
            page.wait_for_selector(".page-about")
        else:
            page.select_option("select >> nth=0", "1")
        for _ in range(3):
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")
        assert page.url.startswith("file:")
        page.wait_for_selector(".page-overview")


@pytest.mark.parametrize("sandbox", ["", "sandbox='allow-scripts'"])
def test_it_works_in_a_frame_that_has_no_address_of_its_own(visit, page_bytes, sandbox):
    """As notebooks show it: a bare "#/images" would be of the page around it."""
    text = escape(page_bytes.decode("utf-8"))
    around = visit(f"<!doctype html><iframe {sandbox} width=1200 height=800 srcdoc='{text}'></iframe>".encode())
    around.page.goto(around.url)
    frame = around.page.frame_locator("iframe")
    frame.locator("nav a:has-text('Images')").click()
    pictures = frame.locator(".page-images .wall a")
    expect(pictures).to_have_count(10, timeout=30_000)
    frame.locator("select").first.select_option("1")
    expect(pictures).to_have_count(1, timeout=30_000)
    frame.locator("a:text-is('Show all')").click()
    expect(pictures).to_have_count(10, timeout=30_000)
    around.page.evaluate("history.back()")
    expect(pictures).to_have_count(1, timeout=30_000)


def test_the_value_under_the_pointer_is_the_networks(visit, result, page_bytes, ids):
    page = visit(page_bytes).open(f"#/layer/conv2?image={ids[2]}&channel=20")
    box = page.locator(".big-map canvas").bounding_box()
    values = result["conv2"][2, :, :, 20]
    row, column = divmod(int(values.argmax()), 11)
    cell = box["width"] / 11
    page.mouse.move(box["x"] + (column + 0.5) * cell, box["y"] + (row + 0.5) * cell)
    shown = page.inner_text(".readout")
    assert abs(float(shown.split()[0]) - values.max()) < 1e-3
    top, left, bottom, right = result.model.layer("conv2").field_of(row, column, (28, 28))
    assert f"rows {top}–{bottom - 1}, columns {left}–{right - 1}" in shown
    sight, picture = page.locator(".sight").bounding_box(), page.locator(".picture-stage canvas").bounding_box()
    zoom = picture["width"] / 28
    assert sight["width"] == pytest.approx((right - left) * zoom, abs=0.6)
    assert sight["x"] - picture["x"] == pytest.approx(left * zoom, abs=0.6)


def test_dead_and_flat_channels_are_marked(visit, page_bytes, ids):
    page = visit(page_bytes).open(f"#/layer/conv2?image={ids[0]}")
    label = "document.querySelector(\"[data-channel='{}']\").getAttribute('aria-label')"
    assert page.evaluate(label.format(11)) == "Channel 11: dead on all 10 images"
    assert page.evaluate(label.format(12)) == "Channel 12: flat"
    assert page.query_selector("[data-channel='11'] .mark.dead")
    pixels = page.eval_on_selector(
        "[data-channel='11'] canvas",
        "c => [...new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)].sort().join()",
    )
    assert pixels == "1,255,68,84"


def test_pixels_stay_whole_on_screens_of_any_density(visit, page_bytes):
    for ratio in (1, 1.5, 2):
        page = visit(page_bytes, device_scale_factor=ratio).open("#/layer/conv2")
        sizes = page.eval_on_selector_all(
            ".tile canvas, .big-map canvas, .picture-stage canvas",
            "all => all.map(c => c.getBoundingClientRect().width * devicePixelRatio / c.width)",
        )
        assert all(abs(size - round(size)) < 0.01 and size >= 1 for size in sizes)


def test_colors_follow_the_system_until_told_otherwise(visit, page_bytes):
    page = visit(page_bytes, dark=True).open()
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.click("button.theme")
    light = page.evaluate(paper)
    assert sum(json.loads(dark[3:].replace("(", "[").replace(")", "]"))) < 120
    assert sum(json.loads(light[3:].replace("(", "[").replace(")", "]"))) > 700
    assert violations(page) == []
    page.reload()
    page.wait_for_selector("main .page")
    assert page.evaluate(paper) == light


def test_print_is_on_white_and_without_controls(visit, page_bytes, screenshot):
    page = visit(page_bytes, dark=True).open("#/layer/conv2")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.is_visible("header") and not page.is_visible(".choice >> nth=0") and page.is_visible(".tiles")
    screenshot(page, "conv2-print")
    assert len(page.pdf()) > 10_000


def test_without_scripts_the_page_says_so(visit, page_bytes):
    watched = visit(page_bytes, java_script_enabled=False)
    watched.page.goto(watched.url)
    assert "needs JavaScript, which is turned off" in watched.page.inner_text("main")


def test_a_page_of_another_version_says_so(visit, chromium, page_bytes, tmp_path):
    file = tmp_path / "other.html"
    file.write_bytes(page_bytes.replace(b'"schema_version":2', b'"schema_version":9'))
    page = chromium.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("text=data has schema version 9, expected 2")
    page.close()


def test_the_menu_is_one_line_on_a_phone_and_the_open_page_and_the_focus_are_in_sight(visit, result) -> None:
    page = visit(activations_page(result), size=(360, 780)).open("#/about")
    places = (
        "all => all.map(a => { const { top, left, right } = a.getBoundingClientRect(); return [top, left, right]; })"
    )
    tops, lefts, rights = zip(*page.eval_on_selector_all("nav a", places), strict=True)
    assert len(set(tops)) == 1 and len(tops) > 3 and max(rights) - min(lefts) > 328
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    ((_, left, right),) = page.eval_on_selector_all("nav a[aria-current]", places)
    assert left >= 0 and right <= 360
    page.focus(".brand")
    page.keyboard.press("Tab")
    ((_, left, right),) = page.eval_on_selector_all("nav a:focus", places)
    assert left >= 0 and right <= 360
