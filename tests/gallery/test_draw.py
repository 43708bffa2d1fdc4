"""Drawing in the page: the model answers the stroke, and answers as Python does."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

import cnnviz
from cnnviz.data.input_spec import InputSpec
from cnnviz.features.activations import Activations
from cnnviz.gallery import activations_page
from cnnviz.gallery.color import colorize, viridis
from tests.helpers.pages import stroke, violations

from .looks import each_look
from .waiting import until

pytestmark = pytest.mark.browser

SHARES = "document.querySelectorAll('.studio-answer .bars tbody .number')"
# By way of a canvas of our own: reading a canvas often makes the browser complain of it, and draw it more slowly.
PIXELS = """(() => {
  const pen = new OffscreenCanvas(WIDTH, HEIGHT).getContext("2d", { willReadFrequently: true });
  pen.drawImage(document.querySelector(".easel canvas"), 0, 0);
  return [...pen.getImageData(0, 0, WIDTH, HEIGHT).data];
})()"""
DROP = """([text, type]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "<b>bag</b>.png", { type: "image/png" }));
  const event = type === "paste" ? new ClipboardEvent(type, { clipboardData: data, bubbles: true })
    : new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""


@pytest.fixture(scope="module")
def shown(pictures) -> Activations:
    return cnnviz.activations("fmnist-cnn", pictures, "conv2")


@pytest.fixture(scope="module")
def page_bytes(shown) -> bytes:
    return activations_page(shown)


def shares(page) -> list[str]:
    return page.evaluate(f"[...{SHARES}].map((cell) => cell.textContent)")


def pixels(page, height: int = 28, width: int = 28) -> np.ndarray:
    """The drawing as it is shown; gray where it has no color."""
    script = PIXELS.replace("WIDTH", str(width)).replace("HEIGHT", str(height))
    held = np.array(page.evaluate(script)).reshape(height, width, 4)[..., :3]
    return held[..., 0] if (height, width) == (28, 28) else held


def exact(page) -> np.ndarray:
    """The exact numbers of the folded table, in the order of the classes."""
    if not page.query_selector(".studio-answer details[open]"):
        page.click(".studio-answer summary")
    page.wait_for_selector(".studio-answer details tbody tr")
    rows = page.evaluate(
        "[...document.querySelectorAll('.studio-answer details tbody tr')]"
        ".map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    told = {name: float(share) for name, share in rows}
    names = page.evaluate(
        "[...document.querySelectorAll('.studio-answer .bars tbody th')].map((cell) => cell.textContent)"
    )
    return np.array([told[name] for name in names])


def said(page, words: str) -> None:
    """Wait until screen readers are told: a moment later, once it is quiet."""
    until(page, f"document.getElementById('status').textContent.startsWith({json.dumps(words)})")


def test_a_stroke_changes_the_answer_and_undo_takes_it_back(visit, page_bytes):
    watched = visit(page_bytes)
    page = watched.open("#/draw")
    blank = shares(page)
    assert not pixels(page).any()
    stroke(page)
    watched.settle()
    drawn, after = pixels(page), shares(page)
    assert (drawn > 200).sum() > 20 and after != blank
    said(page, page.inner_text(".verdict-class"))
    page.click("button:text-is('Undo')")
    watched.settle()
    assert not pixels(page).any() and shares(page) == blank
    page.keyboard.press("Control+y")
    watched.settle()
    assert (pixels(page) == drawn).all() and shares(page) == after
    page.click("button:text-is('Clear')")
    page.keyboard.press("z")
    watched.settle()
    assert (pixels(page) == drawn).all()
    page.click("label:text-is('eraser')")
    stroke(page)
    watched.settle()
    assert pixels(page).sum() < drawn.sum() / 4


def test_the_answer_to_a_stamp_is_pythons(visit, page_bytes, shown):
    watched = visit(page_bytes)
    for k in (0, 4, 9):
        page = watched.open(f"#/draw?image={shown.images.indices[k]}")
        assert (pixels(page) == shown.images.pixels[k, :, :, 0]).all()
        np.testing.assert_allclose(exact(page), shown.probabilities[k], atol=2e-3)
    page.click(".filmstrip button >> nth=6")
    watched.settle()
    assert f"image={shown.images.indices[6]}" in page.evaluate("location.hash")
    np.testing.assert_allclose(exact(page), shown.probabilities[6], atol=2e-3)


def test_the_drawing_moves_turns_and_scales_without_wear(visit, page_bytes, shown):
    watched = visit(page_bytes)
    page = watched.open(f"#/draw?image={shown.images.indices[7]}")
    first = pixels(page)
    page.click("[aria-label='Move right']")
    watched.settle()
    assert (pixels(page)[:, 1:] == first[:, :-1]).all() and not pixels(page)[:, 0].any()
    page.click("[aria-label='Move left']")
    for _ in range(5):
        page.click("[aria-label='Rotate right']")
    page.click("[aria-label='Larger']")
    watched.settle()
    assert (pixels(page) != first).any()
    for _ in range(5):
        page.click("[aria-label='Rotate left']")
    page.click("[aria-label='Smaller']")
    watched.settle()
    assert np.abs(pixels(page) - first).max() <= 1


def test_keys_alone_draw(visit, page_bytes):
    watched = visit(page_bytes)
    page = watched.open("#/about")
    page.keyboard.press("d")
    page.wait_for_selector(".easel")
    page.focus(".easel")
    page.keyboard.press("ArrowUp")
    said(page, "row 13, column 14")
    assert page.is_visible(".easel .cell-outline")
    page.keyboard.down(" ")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.up(" ")
    watched.settle()
    drawn = pixels(page)
    assert (drawn[13, 14:20] == 255).all() and not drawn[16:].any()
    page.keyboard.press("Shift+ArrowDown")
    watched.settle()
    assert (pixels(page)[14, 14:20] == 255).all()
    page.keyboard.press("z")
    watched.settle()
    assert (pixels(page) == drawn).all()


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_picture_from_outside_is_suited_to_the_model(visit, page_bytes, shown, way, tmp_path):
    """A bag, inverted and in color and twice as wide: the page undoes all that and says so."""
    bag = 255 - np.repeat(shown.images.pixels[8], 3, axis=2)
    bag[..., 0] = np.minimum(bag[..., 0], 250)
    image = Image.fromarray(bag).resize((56, 56), Image.Resampling.NEAREST)
    wide = Image.new("RGB", (112, 56), tuple(bag[0, 0].tolist()))
    wide.paste(image, (28, 0))
    buffer = io.BytesIO()
    wide.save(buffer, "PNG")
    watched = visit(page_bytes)
    page = watched.open("#/draw")
    page.evaluate(DROP, [base64.b64encode(buffer.getvalue()).decode(), way])
    page.wait_for_selector(".done:has-text('resized')")
    watched.settle()
    told = page.inner_text(".done")
    assert told == (
        "<b>bag</b>.png: converted to grayscale, resized from 112×56 to 28×28 (stretched, bilinear), "
        "inverted (light background)."
    )
    (tmp_path / "bag.png").write_bytes(buffer.getvalue())
    notes = cnnviz.open_images(tmp_path / "bag.png", like=InputSpec(28, 28, 1, "dark")).notes
    assert told.removeprefix("<b>bag</b>.png: ") == ", ".join(notes) + ".", "not as in Python"
    # The file's red is a little low, so that its gray, turned around, is a little high; half the width is background.
    bright = shown.images.pixels[8, :, :, 0].astype(float)
    squeezed = bright.reshape(28, 14, 2).mean(axis=2)
    np.testing.assert_allclose(pixels(page)[:, 7:21], squeezed, atol=3)


def test_what_is_no_picture_is_said_to_be_none(visit, page_bytes):
    page = visit(page_bytes).open("#/draw")
    page.evaluate(DROP, [base64.b64encode(b"no picture").decode(), "drop"])
    page.wait_for_selector(".done:has-text('cannot read this file as an image')")


def test_the_view_lives_in_the_address(visit, page_bytes, shown):
    watched = visit(page_bytes)
    page = watched.open(f"#/draw?image={shown.images.indices[4]}")
    assert page.inner_text(".heat-words").startswith("Grad-CAM for Coat. Strongest")
    assert page.inner_text(".heat-grain") == "3×3 cells of conv3, not smoothed."
    page.click("label:text-is('gradient')")
    watched.settle()
    # Before one is chosen: the class that comes next.
    second = shown.model.class_names[np.argsort(shown.probabilities[4])[-2]]
    assert page.eval_on_selector("select", "box => box.selectedOptions[0].text") == f"runner-up: {second}"
    page.select_option("select", label="Shirt")
    page.click("label:text-is('conv2')")
    watched.settle()
    wanted = f"#/draw?image={shown.images.indices[4]}&overlay=change&class=6&layer=conv2"
    assert page.evaluate("location.hash") == wanted
    words = page.inner_text("main")
    assert "raises the score of Shirt relative to Coat" in words
    page.reload()
    page.wait_for_selector(".page-draw")
    watched.settle()
    assert page.inner_text("main") == words
    assert page.locator(".strip-row:visible").count() == 1


def test_units_are_shown_with_the_maps(visit, page_bytes, shown):
    """Every layer answers, dense ones too: a tile's color is the unit's value on the range of its layer."""
    watched = visit(page_bytes)
    page = watched.open(f"#/draw?image={shown.images.indices[4]}&layer=predictions")
    page.wait_for_selector(".strip-row:visible canvas")
    watched.settle()
    names = page.eval_on_selector_all(".strip-row h3", "all => all.map(h => h.textContent)")
    assert names[-2:] == ["dense1", "predictions"]
    read = """canvas => {
      const pen = canvas.getContext("2d");
      const step = canvas.width / 10;
      const row = pen.getImageData(0, 2, canvas.width, 1).data;
      const at = (i) => 4 * Math.round((i + 0.4) * step);
      return Array.from({ length: 10 }, (_, i) => [...row.slice(at(i), at(i) + 3)]);
    }"""
    seen = page.locator(".strip-row:visible .strip-map canvas").evaluate(read)
    shares = shown.probabilities[4]
    wanted = colorize(shares, 0.0, float(shares.max()), viridis())
    assert np.abs(np.array(seen, int) - wanted.astype(int)).max() <= 6


@each_look(1280, 360)
def test_it_is_accessible_and_fits_wide_and_narrow(visit, page_bytes, shown, width, dark, screenshot):
    watched = visit(page_bytes, dark=dark, size=(width, 900))
    for route in ("", f"?image={shown.images.indices[5]}&overlay=change"):
        page = watched.open(f"#/draw{route}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        screenshot(page, f"draw-{'change' if route else 'blank'}-{width}-{'dark' if dark else 'light'}")


def test_color_models_of_many_classes_are_drawn_for_too(visit, screenshot):
    import keras

    from cnnviz.data.images import Images

    keras.utils.set_random_seed(1)
    start = keras.Input((20, 16, 3))
    x = keras.layers.Conv2D(6, 3, name="conv")(start)
    x = keras.layers.Dense(40, name="scores")(keras.layers.Flatten(name="flat")(x))
    probe = cnnviz.wrap(keras.Model(start, x), scale="-1-1")
    images = Images(np.random.default_rng(1).integers(0, 256, (2, 20, 16, 3), dtype=np.uint8))
    shown = cnnviz.activations(probe, images, "conv")
    watched = visit(activations_page(shown), size=(800, 900))
    page = watched.open("#/draw?image=1")
    page.fill("input[type=color]", "#ff0000")
    assert page.inner_text(".verdict-class") == shown.model.class_names[shown.predicted[1]]
    assert page.locator(".studio-answer .bars tbody tr").count() == 10
    assert page.inner_text(".studio-answer .bars tbody tr.top").split("\t")[0] == page.inner_text(".verdict-class")
    stroke(page)
    watched.settle()
    red = (pixels(page, 20, 16) == (255, 0, 0)).all(axis=2).sum()
    assert red > 5 and violations(page) == []
    screenshot(page, "draw-color")


def test_a_finger_draws_and_does_not_scroll(visit, page_bytes):
    watched = visit(page_bytes, size=(360, 800), has_touch=True)
    page = watched.open("#/draw")
    page.locator(".easel").scroll_into_view_if_needed()
    watched.settle()
    scrolled = page.evaluate("scrollY")
    box = page.locator(".easel canvas").bounding_box()
    devices = watched.context.new_cdp_session(page)
    for kind, at in (("touchStart", 40), ("touchMove", 90), ("touchMove", 200), ("touchEnd", None)):
        points = [] if at is None else [{"x": box["x"] + at, "y": box["y"] + at}]
        devices.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    watched.settle()
    drawn = pixels(page)
    assert (np.diagonal(drawn)[5:17] > 200).all() and page.evaluate("scrollY") == scrolled
    page.click("button:text-is('Undo')")
    watched.settle()
    assert not pixels(page).any()
