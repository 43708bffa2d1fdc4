"""What the Save button hands out, downloaded from a page on disk and held against the result's own numbers."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

import cnnviz
from cnnviz.features.activations import Activations
from cnnviz.gallery import activations_page
from cnnviz.gallery.color import diverging, shortened, viridis
from cnnviz.gallery.quantize import quantize, restore
from tests.helpers.pages import stroke, violations
from tests.helpers.saved_files import coloured, pixels, table

from .looks import each_look
from .waiting import until

pytestmark = pytest.mark.browser

#: Where a sheet's tiles begin, in units: margin, the picture's column, a gap; and the heading.
LEFT, TOP, PICTURE = 256, 104, (104, 32)


@pytest.fixture(scope="module")
def page_bytes(conv2) -> bytes:
    return activations_page(conv2)


@pytest.fixture(scope="module")
def shown(pictures) -> Activations:
    """The bundled model with its network; two layers are stored, so that the page may weigh what it must."""
    return cnnviz.activations("fmnist-cnn", pictures, ["conv2", "dense1"])


@pytest.fixture(scope="module")
def live_bytes(shown) -> bytes:
    return activations_page(shown)


def stored(result: Activations, layer: str) -> np.ndarray:
    """The values that the page has of a layer: rounded to 256 levels a map."""
    values = result[layer].transpose(0, 3, 1, 2)
    rows = values.reshape(values.shape[0] * values.shape[1], -1)
    return restore(*quantize(rows)).astype(np.float32).reshape(values.shape)


def frames(content: bytes) -> tuple[list[np.ndarray], list[int], int | None]:
    with Image.open(io.BytesIO(content)) as image:
        all_ = [(np.asarray(f.convert("RGB")), f.info["duration"]) for f in ImageSequence.Iterator(image)]
        return [f for f, _ in all_], [d for _, d in all_], image.info.get("loop")


def test_a_png_shows_every_channel_in_the_pages_colors(visit, page_bytes, conv2, saved):
    page = visit(page_bytes).open(f"#/layer/conv2?image={conv2.images.indices[2]}&scale=layer")
    name, content = saved(page, "PNG")
    assert name == f"fmnist-cnn_conv2_picture-{conv2.images.indices[2]}.png"
    sheet, values = pixels(content), stored(conv2, "conv2")
    # At two pixels a unit: 16 tiles of 11×11 cells of 7 pixels in a row.
    for channel in range(64):
        y, x = 2 * TOP + channel // 16 * 111, 2 * LEFT + channel % 16 * 94
        tile = sheet[y : y + 77, x : x + 77]
        if not values[2, channel].any():
            assert len(np.unique(tile.reshape(-1, 3), axis=0)) == 2, "flat and struck through"
            continue
        expected = coloured(values[2, channel], 0, conv2["conv2"].max(), viridis())
        assert np.array_equal(tile, expected.repeat(7, axis=0).repeat(7, axis=1)), channel
    top, left = (2 * at for at in PICTURE)
    thumb = sheet[top : top + 28 * 14, left : left + 28 * 14]
    assert np.array_equal(thumb[::14, ::14, 0], conv2.images.pixels[2, :, :, 0])
    assert (sheet[0] == 255).all() and (sheet[:, 0] == 255).all()


def test_a_png_keeps_the_pages_order_and_marks(visit, page_bytes, conv2, saved):
    page = visit(page_bytes).open("#/layer/conv2?sort=max")
    sheet = pixels(saved(page, "PNG")[1])
    order = np.argsort(-conv2["conv2"][0].max(axis=(0, 1)), kind="stable")
    values = stored(conv2, "conv2")[0, order[0]]
    tile = sheet[2 * TOP : 2 * TOP + 77, 2 * LEFT : 2 * LEFT + 77]
    assert np.array_equal(tile[::7, ::7], coloured(values, 0, values.max(), viridis()))
    # What says nothing comes last: 11 and 40 for no picture, struck twice, the others not for this one.
    flat = [int(channel) for channel in order if not conv2["conv2"][0, ..., channel].any()]
    assert len(flat) > 3 and order[-len(flat) :].tolist() == flat
    for place, channel in enumerate(flat, 64 - len(flat)):
        y, x = 2 * TOP + place // 16 * 111, 2 * LEFT + place % 16 * 94
        struck = (sheet[y : y + 77, x : x + 77] == 150).all(axis=2)
        assert struck.sum() == (153 if channel in (11, 40) else 77)


def test_a_gif_has_a_frame_a_picture_in_the_ramps_colors(visit, page_bytes, conv2, saved):
    page = visit(page_bytes).open("#/layer/conv2")
    name, content = saved(page, "GIF")
    assert name == "fmnist-cnn_conv2_10-pictures.gif"
    shown, delays, loop = frames(content)
    assert len(shown) == 10 and set(delays) == {1000} and loop == 1, "a second each, seen twice"
    ramp, values = shortened(viridis(), 128), stored(conv2, "conv2")
    for i, frame in enumerate(shown):
        # At one pixel a unit: 15 tiles in a row, of cells of 4 pixels.
        for channel in np.flatnonzero(values[i].any(axis=(1, 2))):
            y, x = TOP + channel // 15 * 61, LEFT + channel % 15 * 50
            expected = coloured(values[i, channel], 0, values[i, channel].max(), ramp)
            assert np.array_equal(frame[y : y + 44, x : x + 44], expected.repeat(4, axis=0).repeat(4, axis=1))
        top, left = PICTURE
        thumb = frame[top : top + 196 : 7, left : left + 196 : 7, 0].astype(int)
        assert np.abs(thumb - conv2.images.pixels[i, :, :, 0]).max() <= 2


def test_the_table_of_channels_and_the_cells_of_one(visit, page_bytes, conv2, saved):
    page = visit(page_bytes).open("#/layer/conv2?channel=20")
    number = conv2.images.indices[0]
    name, content = saved(page, "CSV")
    assert name == f"fmnist-cnn_conv2_picture-{number}_channels.csv"
    rows = table(content)
    assert len(rows) == 64 and [row["silent"] for row in rows].count("yes") == 2
    values, exact = stored(conv2, "conv2")[0], conv2["conv2"][0]
    for channel, row in enumerate(rows):
        assert int(row["channel"]) == channel
        assert float(row["lowest"]) == pytest.approx(exact[..., channel].min(), rel=1e-6)
        assert float(row["highest"]) == pytest.approx(exact[..., channel].max(), rel=1e-6)
        assert float(row["mean"]) == pytest.approx(values[channel].mean(), rel=1e-4, abs=1e-7)
        assert float(row["share_not_zero"]) == pytest.approx((exact[..., channel] != 0).mean(), rel=1e-6)
    name, content = saved(page, "CSV", 1)
    assert name == f"fmnist-cnn_conv2_picture-{number}_channel-20.csv"
    cells = np.array([[float(row[str(x)]) for x in range(11)] for row in table(content)])
    np.testing.assert_allclose(cells, values[20], rtol=1e-6)
    # Within what About says of the rounding.
    assert np.abs(cells - exact[..., 20]).max() <= exact[..., 20].max() / 255


def test_json_holds_everything(visit, page_bytes, conv2, saved):
    page = visit(page_bytes).open(f"#/layer/conv2?image={conv2.images.indices[6]}")
    name, content = saved(page, "JSON")
    assert name.endswith(f"picture-{conv2.images.indices[6]}.json") and content.endswith(b"}\n")
    document = json.loads(content)
    assert (document["schema_version"], document["kind"], document["layer"]["path"]) == (1, "layer", "conv2")
    assert document["picture"]["label"] == "Shirt" and document["picture"]["right"] is False
    np.testing.assert_allclose([c["probability"] for c in document["classes"]], conv2.probabilities[6], rtol=1e-6)
    assert [c["channel"] for c in document["channels"] if c["silent"]] == [11, 40]
    values = np.array([c["values"] for c in document["channels"]])
    np.testing.assert_allclose(values, stored(conv2, "conv2")[6], rtol=1e-6)


def test_a_picture_is_saved_with_its_classes_and_layers(visit, live_bytes, shown, saved):
    number = shown.images.indices[4]
    page = visit(live_bytes).open(f"#/image/{number}")
    name, content = saved(page, "PNG")
    assert name == f"fmnist-cnn_picture-{number}.png"
    sheet = pixels(content)
    assert sheet.shape[1] == 2080
    thumb = sheet[208 : 208 + 28 * 18, 64 : 64 + 28 * 18]
    assert np.array_equal(thumb[::18, ::18, 0], shown.images.pixels[4, :, :, 0])
    assert (sheet == (0xB8, 0x40, 0x0E)).all(axis=2).any(), "the likeliest class has its bar"
    name, content = saved(page, "GIF")
    assert name == f"fmnist-cnn_picture-{number}_layers.gif"
    moving, delays, loop = frames(content)
    assert len(moving) == 7 and set(delays) == {1500} and loop == 1
    name, content = saved(page, "CSV")
    rows = table(content)
    assert [row["name"] for row in rows] == list(shown.model.class_names)
    np.testing.assert_allclose([float(row["probability"]) for row in rows], shown.probabilities[4], rtol=1e-5)
    document = json.loads(saved(page, "JSON")[1])
    assert [layer["path"] for layer in document["layers"]][:3] == ["conv1", "pool1", "conv2"]
    highest = [channel["highest"] for channel in document["layers"][2]["channels"]]
    np.testing.assert_allclose(highest, shown["conv2"][4].max(axis=(0, 1)), rtol=1e-6)


def test_a_drawing_is_saved_with_the_way_that_led_to_it(visit, live_bytes, shown, saved):
    watched = visit(live_bytes)
    page = watched.open("#/draw")
    page.click(".save-button")
    kinds = page.locator(".save-kind").all_inner_texts()
    assert kinds == ["PNG", "CSV", "CSV", "JSON"], "a drawing without history has no film"
    page.keyboard.press("Escape")
    page.click(".filmstrip button >> nth=7")
    page.click("[aria-label='Move right']")
    stroke(page)
    watched.settle()
    name, content = saved(page, "GIF")
    assert name == "fmnist-cnn_drawing_steps.gif"
    steps, delays, loop = frames(content)
    assert len(steps) == 4 and delays == [600, 600, 600, 2000] and loop == 1
    drawings = [step[104 : 104 + 280 : 10, 32 : 32 + 280 : 10, 0].astype(int) for step in steps]
    sneaker = shown.images.pixels[7, :, :, 0].astype(int)
    assert not drawings[0].any() and np.abs(drawings[1] - sneaker).max() <= 1
    assert np.abs(drawings[2][:, 1:] - sneaker[:, :-1]).max() <= 1 and (drawings[3] != drawings[2]).any()
    drawn = np.array([[float(row[str(x)]) for x in range(28)] for row in table(saved(page, "CSV", 1)[1])])
    assert np.abs(drawn * 255 - drawings[3]).max() <= 1.5
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.Images((drawn * 255).astype(np.float32)[None])
    rows = table(saved(page, "CSV")[1])
    told = [float(row["probability"]) for row in rows]
    np.testing.assert_allclose(told, probe.probabilities(images)[0], atol=2e-3)
    document = json.loads(saved(page, "JSON")[1])
    assert [c["probability"] for c in document["classes"]] == told
    assert np.array_equal(document["pixels"], drawn)
    name, content = saved(page, "PNG")
    assert name == "fmnist-cnn_drawing.png"
    sheet = pixels(content)[208 : 208 + 28 * 20 : 20, 64 : 64 + 28 * 20 : 20, 0]
    assert np.abs(sheet - drawn * 255).max() <= 0.5


def test_a_hostile_name_makes_a_harmless_file(visit, hostile, saved):
    watched = visit(activations_page(hostile))
    page = watched.open()
    route = page.get_attribute("a[data-layer]", "href")
    page = watched.open(route)
    for kind in ("PNG", "CSV", "JSON"):
        name, content = saved(page, kind)
        assert content and not set(name) & set('<>:"/\\|?*&\u2028\u202e') and name.endswith(kind.lower())
    assert json.loads(content)["layer"]["path"] == hostile.layers[0].path
    _, content = saved(page, "PNG")
    values = stored(hostile, hostile.layers[0].path)[0, 0]
    # Signed maps of 9×7 cells, five of them, at 23 pixels a cell.
    tile = pixels(content)[2 * TOP : 2 * TOP + 7 * 23, 2 * LEFT : 2 * LEFT + 9 * 23]
    reach = np.abs(hostile[hostile.layers[0].path][0, :, :, 0]).max()
    assert np.array_equal(tile[::23, ::23], coloured(values, -reach, reach, diverging()))
    page = watched.open("#/image/0")
    assert saved(page, "PNG")[1].startswith(b"\x89PNG")
    rows = table(saved(page, "CSV")[1])
    assert rows[0]["name"] == hostile.model.class_names[0]


@pytest.mark.slow
def test_units_and_many_classes(visit, mlp, saved):
    watched = visit(activations_page(mlp))
    page = watched.open("#/layer/logits")
    name, content = saved(page, "CSV")
    rows = table(content)
    assert name == "mlp_logits_picture-0_units.csv" and rows[999]["class"] == "class number 999"
    np.testing.assert_allclose([float(row["value"]) for row in rows], mlp["logits"][0], rtol=1e-6)
    assert saved(page, "PNG")[1].startswith(b"\x89PNG")
    assert len(frames(saved(page, "GIF")[1])[0]) == 3
    units = json.loads(saved(page, "JSON")[1])["units"]
    assert len(units) == 1000 and units[3]["class"] == "class number 3"
    page = watched.open("#/layer/logits/3")
    assert saved(page, "PNG")[1].startswith(b"\x89PNG")
    (highest, lowest) = table(saved(page, "CSV")[1])
    values = mlp["logits"][:, 3]
    assert [float(row["value"]) for row in (highest, lowest)] == pytest.approx([values.max(), values.min()], rel=1e-6)
    assert highest["row"] == highest["sees top"] == "", "a unit has no cell and sees all"
    assert json.loads(saved(page, "JSON")[1])["unit"] == 3


def test_the_button_is_worked_by_keys(visit, page_bytes):
    page = visit(page_bytes).open("#/layer/conv2")
    focused = "document.activeElement.textContent"
    page.focus(".save-button")
    for key in ("Enter", " "):
        page.keyboard.press(key)
        assert page.is_visible(".save-list") and page.get_attribute(".save-button", "aria-expanded") == "true"
        assert page.evaluate(focused).startswith("PNG")
        page.keyboard.press("ArrowDown")
        assert page.evaluate(focused).startswith("GIF")
        page.keyboard.press("End")
        assert page.evaluate(focused).startswith("JSON")
        page.keyboard.press("ArrowDown")
        assert page.evaluate(focused).startswith("PNG")
        page.keyboard.press("Escape")
        assert not page.is_visible(".save-list") and page.evaluate(focused) == "Save"
    assert "#/layer/conv2" in page.evaluate("location.hash"), "Esc closed the list and nothing else"
    page.keyboard.press("Enter")
    for _ in range(5):
        page.keyboard.press("Tab")
    assert not page.is_visible(".save-list"), "it closes when the focus leaves it"
    page.click(".save-button")
    page.click("h1")
    assert not page.is_visible(".save-list")
    page.focus(".save-button")
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    with page.expect_download():
        page.keyboard.press("Enter")
    until(page, "document.querySelector('#status').textContent === 'JSON saved'")
    assert page.evaluate(focused) == "Save"


@pytest.mark.slow
@each_look(1280, 360)
def test_the_open_list_is_accessible_and_fits(visit, live_bytes, shown, width, dark, screenshot):
    watched = visit(live_bytes, dark=dark, size=(width, 900))
    for name, route in {
        "layer": "#/layer/conv2",
        "image": f"#/image/{shown.images.indices[6]}",
        "draw": f"#/draw?image={shown.images.indices[6]}",
        "overview": "#/",
        "channel": "#/layer/conv2/20",
        "compare": "#/compare",
    }.items():
        page = watched.open(route)
        page.click(".save-button")
        assert violations(page) == []
        box = page.locator(".save-list").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        screenshot(page, f"save-{name}-{width}-{'dark' if dark else 'light'}")


def test_what_cannot_be_made_is_said(visit, page_bytes):
    page = visit(page_bytes).open("#/layer/conv2")
    page.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (done) => done(null); }")
    page.click(".save-button")
    page.click(".save-offer >> nth=0")
    page.wait_for_selector("text=Saving failed: this browser cannot make an image of that size")
    assert page.is_enabled(".save-button")
    # And the next is made all the same.
    page.click(".save-button")
    with page.expect_download() as waiting:
        page.click(".save-offer >> nth=2")
    assert Path(waiting.value.path()).stat().st_size > 1000
