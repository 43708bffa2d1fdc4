"""The page of all pictures: every filter and order against NumPy, every view an address, files that read back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cnnviz.core.cards import ModelCard
from cnnviz.data.images import Images
from cnnviz.features.activations import Activations
from cnnviz.features.predictions import Predictions
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content

from .looks import each_look
from .nets import CLASSES, HOSTILE, fmnist_card
from .test_browser import violations

pytestmark = pytest.mark.browser

#: High enough for a hundred pictures to be in sight.
TALL = (1280, 2400)
#: Classes that want to be a formula, markup, a second line, a prototype, or one another.
ODD = ("=1+1", HOSTILE, 'two\n"lines"', "__proto__", "same", "same")


def guesses(count: int, classes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return labels, and float32 probabilities by which about three quarters are right."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, count)
    logits = random.normal(0, 1, (count, classes))
    logits[np.arange(count), np.where(random.random(count) < 0.75, labels, (labels * 3 + 1) % classes)] += 3
    shares = np.exp(logits)
    return labels, (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


def set_of(
    count: int,
    classes: tuple[str, ...] = CLASSES,
    seed: int = 1,
    side: int = 28,
    labelled: bool = True,
    named: bool = True,
) -> Predictions:
    """Pictures of noise with numbers out of order, names of files, and made-up answers."""
    labels, probabilities = guesses(count, len(classes), seed)
    random = np.random.default_rng(seed)
    images = Images(
        random.integers(0, 256, (count, side, side)).astype(np.uint8),
        labels if labelled else None,
        classes if labelled else (),
        indices=random.permutation(3 * count)[:count],
        names=tuple(f"Folder {i % 7}/{i:05}.png" for i in range(count)) if named else (),
    )
    card = ModelCard("made up", "00", (side, side, 1), classes, (), 0)
    return Predictions(images, card, probabilities)


def page_of(predictions: Predictions, **options: Any) -> bytes:
    return build_page(Content(predictions), **options).single()


@pytest.fixture(scope="module")
def hundred() -> Predictions:
    return set_of(100)


@pytest.fixture(scope="module")
def page_bytes(hundred) -> bytes:
    return page_of(hundred)


@pytest.fixture(scope="module")
def many() -> Predictions:
    return set_of(10_000)


@pytest.fixture(scope="module")
def many_bytes(many) -> bytes:
    return page_of(many)


def shown(page) -> list[int]:
    """The numbers of the pictures that stand on the page, in their order."""
    return page.eval_on_selector_all(".wall a", "all => all.map(a => parseInt(a.getAttribute('href').split('/')[2]))")


def until(page, condition: str) -> None:
    """Wait until a condition holds; the page's policy forbids Playwright's own way."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"{condition} never came true; {page.evaluate('location.hash')}")


def numbers(predictions: Predictions, wanted: np.ndarray, *keys: np.ndarray) -> list[int]:
    """The numbers of the wanted pictures by these keys, the weightiest first; equals as in the set."""
    assert predictions.images.indices is not None
    places = np.lexsort([np.arange(len(predictions)), *reversed(keys)])
    return [int(predictions.images.indices[i]) for i in places if wanted[i]]


def losses(predictions: Predictions) -> np.ndarray:
    assert predictions.truth is not None
    return -np.log(predictions.probabilities[np.arange(len(predictions)), predictions.truth].astype(np.float64))


def truth(predictions: Predictions) -> np.ndarray:
    assert predictions.truth is not None
    return predictions.truth


def by_number(p: Predictions) -> np.ndarray:
    assert p.images.indices is not None
    return p.images.indices


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
def test_the_true_class_of_a_mistake_is_not_cut_off(visit, page_bytes, width):
    page = visit(page_bytes, size=(width, 2400)).open("#/images?right=0")
    boxes = page.eval_on_selector_all(
        ".wall .below",
        "all => all.map((b) => [b.textContent, b.scrollWidth - b.clientWidth, b.scrollHeight - b.clientHeight])",
    )
    assert len(boxes) > 9 and "wrong: Ankle boot" in {text for text, _, _ in boxes}
    assert [box for box in boxes if box[1] > 0 or box[2] > 1] == []


def test_every_filter_leaves_what_numpy_leaves(visit, hundred, page_bytes):
    watched = visit(page_bytes, size=TALL)
    for query, wanted in FILTERS.items():
        page = watched.open(f"#/images?{query}")
        left = wanted(hundred)
        assert shown(page) == numbers(hundred, left, by_number(hundred)), query
        said = f"{left.sum()} of 100 pictures" if left.sum() < 100 else "100 pictures"
        assert page.inner_text(".count b") == said, query
    assert 0 < FILTERS["true=1&pred=4"](hundred).sum() < 100
    assert FILTERS["true=2&right=0&conf=0.4-1&find=.PNG"](hundred).sum() > 0


def test_every_order_is_numpys(visit, hundred, page_bytes):
    watched = visit(page_bytes, size=TALL)
    for name, keys in SORTS.items():
        page = watched.open(f"#/images?sort={name}")
        assert shown(page) == numbers(hundred, np.ones(100, bool), *keys(hundred)), name
        page = watched.open(f"#/images?sort={name}&right=0")
        assert shown(page) == numbers(hundred, FILTERS["right=0"](hundred), *keys(hundred)), name


def test_controls_write_the_address_and_the_address_sets_the_controls(visit, hundred, page_bytes):
    watched = visit(page_bytes, size=TALL)
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


def test_a_change_that_goes_on_is_kept_before_the_next_step(visit, page_bytes):
    watched = visit(page_bytes)
    page = watched.open("#/images")
    page.fill("input[type=search]", "12")
    page.click("label:has-text('wrong')")
    assert page.evaluate("location.hash") == "#/images?right=0&find=12"
    page.go_back()
    until(page, "location.hash === '#/images?find=12'")
    assert page.input_value("input[type=search]") == "12"


def test_the_handles_never_cross(visit, page_bytes):
    page = visit(page_bytes).open("#/images?conf=0.4-0.6")
    low, high = (page.locator(f"input[type=range] >> nth={i}") for i in (0, 1))
    low.fill("0.9")
    assert (low.input_value(), high.input_value()) == ("0.6", "0.6")
    high.fill("0.1")
    assert high.input_value() == "0.6" and page.inner_text(".between-words") == "60–60\u202f%"
    assert low.get_attribute("aria-valuetext") == "60\u202f%"
    until(page, "location.hash === '#/images?conf=0.6-0.6'")


def test_the_count_is_told(visit, hundred, page_bytes):
    page = visit(page_bytes).open("#/images")
    assert page.text_content("#status") == ""
    page.click("label:has-text('right')")
    right = int((hundred.predicted == truth(hundred)).sum())
    until(page, f"document.getElementById('status').textContent === '{right} of 100 pictures'")
    assert page.inner_text(".count .muted") == "all right"


def test_nothing_left_says_so_and_can_be_undone(visit, page_bytes):
    page = visit(page_bytes).open("#/images?find=no+such")
    assert page.inner_text(".count b") == "0 of 100 pictures"
    assert page.is_visible(".nothing")
    page.click("text=Show all")
    page.wait_for_selector(".wall a")
    assert not page.is_visible(".nothing")
    assert violations(page) == []


def saved(page, kind: str) -> tuple[str, bytes]:
    page.click(".save-button")
    with page.expect_download() as coming:
        page.click(f".save-offer:has(.save-kind:text-is('{kind}'))")
    content = coming.value.path().read_bytes()
    until(page, f"document.querySelector('.save-words').textContent === '{kind} saved'")
    return coming.value.suggested_filename, content


def test_csv_holds_the_selection(visit, hundred, page_bytes):
    page = visit(page_bytes, accept_downloads=True).open("#/images?right=0&sort=loss")
    name, content = saved(page, "CSV")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
    assert name == f"made-up_{len(rows)}-pictures.csv"
    order = numbers(hundred, hundred.predicted != truth(hundred), -losses(hundred))
    assert [int(row["number"]) for row in rows] == order
    place = {int(number): i for i, number in enumerate(by_number(hundred))}
    for row in rows:
        i = place[int(row["number"])]
        assert row["file"] == hundred.images.names[i]
        assert (
            row["true class"] == CLASSES[truth(hundred)[i]] and row["predicted class"] == CLASSES[hundred.predicted[i]]
        )
        assert row["right"] == "false"
        assert np.float32(row["confidence"]) == hundred.confidence[i]
        assert float(row["loss"]) == pytest.approx(losses(hundred)[i], rel=1e-6)
        assert [np.float32(row[f"p({c})"]) for c in CLASSES] == hundred.probabilities[i].tolist()
    assert saved(page, "CSV")[1] == content


def test_json_holds_the_selection(visit, hundred, page_bytes):
    page = visit(page_bytes, accept_downloads=True).open("#/images?true=6")
    name, content = saved(page, "JSON")
    held = json.loads(content)
    assert name == f"made-up_{held['count']}-pictures.json" and held["count"] == (truth(hundred) == 6).sum()
    assert held["selection"] == "#/images?true=6" and held["model"] == {"name": "made up", "hash": "00"}
    place = {int(number): i for i, number in enumerate(by_number(hundred))}
    assert [entry["id"] for entry in held["pictures"]] == numbers(hundred, truth(hundred) == 6, by_number(hundred))
    for entry in held["pictures"]:
        i = place[entry["id"]]
        assert entry["label"] == "Shirt" and entry["predicted"] == CLASSES[hundred.predicted[i]]
        assert entry["right"] is bool(hundred.predicted[i] == 6)
        assert np.float32(entry["probability"]) == hundred.confidence[i]
        assert entry["loss"] == pytest.approx(losses(hundred)[i], rel=1e-6)
        assert list(entry["probabilities"]) == list(CLASSES)
        assert [np.float32(p) for p in entry["probabilities"].values()] == hundred.probabilities[i].tolist()
    assert saved(page, "JSON")[1] == content


def test_odd_names_stay_text_on_the_page_and_in_files(visit):
    odd = set_of(40, ODD, seed=3)
    page = visit(page_of(odd), accept_downloads=True).open("#/images")
    assert page.query_selector("img") is None
    assert any(
        HOSTILE in text for text in page.eval_on_selector_all(".said-class", "all => all.map(a => a.textContent)")
    )
    page.select_option(".pick:has-text('Predicted') select", "1")
    assert page.inner_text(".count b").startswith(f"{(odd.predicted == 1).sum()} of 40")
    page.click("text=Show all")
    until(page, "location.hash === '#/images'")
    header, *rows = list(csv.reader(io.StringIO(saved(page, "CSV")[1].decode("utf-8"), newline="")))
    assert header[7:] == [f"p({name})" for name in ODD]
    cells = [cell for row in rows for cell in row]
    assert "'=1+1" in cells and 'two\n"lines"' in cells
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]
    held = json.loads(saved(page, "JSON")[1])["pictures"][0]
    assert list(held["probabilities"]) == ["=1+1", HOSTILE, 'two\n"lines"', "__proto__", "same", "same (class 5)"]
    page.goto(page.url.split("#")[0] + "#/")
    page.wait_for_selector(".matrix")
    assert page.query_selector("img") is None


def test_without_labels_there_is_nothing_to_be_right_about(visit):
    bare = set_of(30, labelled=False, named=False)
    watched = visit(page_of(bare), size=TALL, accept_downloads=True)
    page = watched.open("#/images?true=3&right=0&sort=loss")
    # The least sure come nearest to what a loss would put first.
    assert shown(page) == numbers(bare, np.ones(30, bool), bare.confidence)
    labels = page.eval_on_selector_all(".filters .pick > span, .filters legend", "all => all.map(a => a.textContent)")
    assert labels == ["Predicted", "Number"]
    assert page.locator(".found option").all_inner_texts() == ["number", "surest first", "least sure first", "class"]
    assert page.query_selector(".below") is None
    row = next(csv.DictReader(io.StringIO(saved(page, "CSV")[1].decode(), newline="")))
    assert row["true class"] == row["right"] == row["loss"] == row["file"] == ""
    assert json.loads(saved(page, "JSON")[1])["pictures"][0]["right"] is None
    assert violations(page) == []
    assert watched.open("#/").query_selector(".matrix") is None


def test_ten_thousand_pictures_stand_in_a_window(visit, many, many_bytes):
    watched = visit(many_bytes)
    page = watched.open("#/images?sort=unsure")
    assert page.inner_text(".count b") == "10,000 pictures"
    order = numbers(many, np.ones(10_000, bool), many.confidence)
    first = shown(page)
    assert first == order[: len(first)] and len(first) < 150
    page.click("label:has-text('wrong')")
    wrong = many.predicted != truth(many)
    assert page.inner_text(".count b") == f"{wrong.sum():,} of 10,000 pictures"
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
    assert page.get_attribute("nav a:has-text('Pictures')", "aria-current") == "true"
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


def test_a_pictures_page_steps_through_the_filtered_ones(visit, hundred, page_bytes):
    watched = visit(page_bytes)
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


def test_slash_leads_to_the_filter_from_anywhere(visit, page_bytes):
    page = visit(page_bytes).open("#/about")
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
    assert "filter the pictures" in page.inner_text("dialog")


def test_the_menu_leads_to_all_pictures_and_keeps_the_one(visit, hundred, page_bytes):
    page = visit(page_bytes).open("#/")
    number = int(by_number(hundred)[40])
    page.goto(page.url.split("#")[0] + f"#/image/{number}")
    page.wait_for_selector(".page-image")
    page.click("nav a:has-text('Pictures')")
    page.wait_for_selector(".page-images")
    assert page.evaluate("location.hash") == f"#/images?image={number}"
    assert page.get_attribute("nav a:has-text('Pictures')", "aria-current") == "page"


def test_one_picture_has_its_own_page_in_the_menu(visit, hundred):
    page = visit(page_of(hundred.take([5]))).open("#/")
    page.click("nav a:has-text('Picture')")
    page.wait_for_selector(".page-image")
    assert page.get_attribute("nav a:has-text('Picture')", "aria-current") == "page"


def test_a_thousand_classes_can_be_chosen_from(visit, hundred):
    wide = set_of(300, tuple(f"class number {i}" for i in range(1000)), side=8, seed=4)
    watched = visit(page_of(wide))
    page = watched.open("#/images")
    held = page.locator(".pick:has-text('True class') option").all_inner_texts()
    assert len(held) == 1 + len(set(truth(wide).tolist()))
    label = int(truth(wide)[0])
    assert f"class number {label} ({(truth(wide) == label).sum()})" in held
    absent = next(i for i in range(1000) if i not in truth(wide))
    page = watched.open(f"#/images?true={absent}")
    assert page.input_value(".pick:has-text('True class') select") == str(absent)
    assert page.inner_text(".count b") == "0 of 300 pictures"
    # Too many for a matrix: the pairs that are confused most, in a list.
    page = watched.open("#/")
    pairs, counts = np.unique(
        np.stack([truth(wide), wide.predicted])[:, wide.predicted != truth(wide)], axis=1, return_counts=True
    )
    texts = page.locator(".confusion tbody tr").all_inner_texts()
    assert page.query_selector(".matrix") is None and len(texts) == 12
    for text in texts:
        true, said, count, _ = text.split("\t")
        found = [
            (f"class number {a}", f"class number {b}")
            for (a, b), n in zip(pairs.T, counts, strict=True)
            if n == int(count)
        ]
        assert (true, said) in found
    assert [int(text.split("\t")[2]) for text in texts] == sorted(counts, reverse=True)[:12]
    first = texts[0].split("\t")
    page.click(".confusion tbody a >> nth=0")
    page.wait_for_selector(".page-images")
    assert page.inner_text(".count b") == f"{first[2]} of 300 pictures"
    assert violations(page) == []


def test_the_matrix_counts_what_numpy_counts(visit, many, many_bytes):
    page = visit(many_bytes).open("#/")
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (truth(many), many.predicted), 1)
    cells = page.eval_on_selector_all(
        ".matrix tbody tr", "all => all.map(tr => [...tr.cells].map(td => td.textContent))"
    )
    told = np.array([[int(text.replace(",", "") or 0) for text in row[1:11]] for row in cells])
    np.testing.assert_array_equal(told, counts)
    assert [row[0] for row in cells] == list(CLASSES)
    assert page.locator(".matrix thead th").all_inner_texts()[1:11] == list(CLASSES)
    recall = [f"{100 * counts[i, i] / counts[i].sum():.1f}\u202f%" for i in range(10)]
    assert [row[11] for row in cells] == recall
    off = counts - np.diag(np.diag(counts))
    true, said = np.unravel_index(off.argmax(), off.shape)
    assert page.inner_text(".confusion-words") == (
        f"{np.trace(counts):,} of 10,000 pictures right. "
        f"Most often confused: {CLASSES[true]} called {CLASSES[said]}, {off.max()} times."
    )
    assert len(page.query_selector_all(".matrix td.same")) == 10
    page.click(f".matrix a[href='#/images?true={true}&pred={said}']")
    page.wait_for_selector(".page-images")
    assert page.inner_text(".count b") == f"{off.max():,} of 10,000 pictures"
    page.click("text=The other way round >> a")
    until(page, f"location.hash === '#/images?true={said}&pred={true}'")
    assert page.inner_text(".count b") == f"{counts[said, true]:,} of 10,000 pictures"


def test_numbers_on_the_matrix_can_be_read(visit, many_bytes):
    for dark in (False, True):
        page = visit(many_bytes, dark=dark).open("#/")
        pairs = page.eval_on_selector_all(
            ".matrix td a", "all => all.map(a => [getComputedStyle(a).backgroundColor, getComputedStyle(a).color])"
        )

        def light(colour: str) -> float:
            bytes_ = np.array([int(part) for part in colour[4:-1].split(",")]) / 255
            linear = np.where(bytes_ <= 0.04045, bytes_ / 12.92, ((bytes_ + 0.055) / 1.055) ** 2.4)
            return float(linear @ [0.2126, 0.7152, 0.0722])

        for pair in pairs:
            low, high = sorted(map(light, pair))
            assert (high + 0.05) / (low + 0.05) >= 4.5, pair
        assert len({background for background, _ in pairs}) > 5


def test_arrows_move_in_the_matrix(visit, many_bytes):
    page = visit(many_bytes).open("#/")
    assert page.eval_on_selector_all(".matrix a[tabindex='0']", "all => all.length") == 1
    page.focus(".matrix a[href='#/images?true=3&pred=3']")
    for key, wanted in [("ArrowDown", "true=4&pred=3"), ("ArrowRight", "true=4&pred=4"), ("ArrowUp", "true=3&pred=4")]:
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.getAttribute('href')") == f"#/images?{wanted}"


def test_the_overview_shows_two_rows_and_leads_to_the_rest(visit, page_bytes):
    page = visit(page_bytes).open("#/")
    assert len(page.query_selector_all(".pictures a")) == 20
    page.click("text=All 100 pictures")
    page.wait_for_selector(".page-images")
    assert page.inner_text(".count b") == "100 pictures"


@each_look(1280, 360)
def test_pages_are_accessible_at_any_width(visit, page_bytes, width, dark, screenshot):
    watched = visit(page_bytes, dark=dark, size=(width, 800))
    for name, route in {"images": "#/images", "pair": "#/images?true=1&pred=4", "matrix": "#/"}.items():
        page = watched.open(route)
        assert violations(page) == [], (width, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, name)
        screenshot(page, f"{name}-{width}-{'dark' if dark else 'light'}")


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
