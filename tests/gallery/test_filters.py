"""Filters on the pages of layers and channels: numbers are Python's, and what is dead or doubled is marked."""

from __future__ import annotations

import base64
import gzip
import json
from urllib.parse import quote

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.render import show
from cnnviz.gallery.color import diverging
from cnnviz.gallery.content import Content
from cnnviz.gallery.quantize import Blobs
from cnnviz.gallery.sections.filters import entry
from tests.helpers import zoo
from tests.helpers.pages import violations
from tests.helpers.saved_files import coloured, table

from .looks import each_theme
from .waiting import until

PIXELS = """(selector) => {
  const shown = document.querySelector(selector), canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [shown.width, shown.height];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(shown, 0, 0);
  const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) =>
    [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)]));
}"""


@pytest.fixture(scope="module")
def found() -> cnnviz.Filters:
    """A net with a dead filter and a copied one."""
    model = zoo.make("sequential")
    kernel, bias = model.get_layer("conv1").get_weights()
    kernel[..., 4], bias[4] = kernel[..., 1], bias[1]
    kernel[..., 2], bias[2] = -1, -1
    model.get_layer("conv1").set_weights([kernel, bias])
    return cnnviz.filters(
        cnnviz.wrap(model, scale="0-1"), cnnviz.open_images("sample")[:40], ["conv1", "conv2"], include=()
    )


@pytest.fixture(scope="module")
def page_bytes(found) -> bytes:
    return show(found, "page").single()


def said(value: float) -> str:
    """As words.js writes a number below ten."""
    value = float(np.float32(value))
    return str(int(value)) if value == int(value) else f"{value:.{3 if abs(value) >= 0.1 else 4}f}".replace("-", "−")


def column(page, place: int) -> list[str]:
    return page.eval_on_selector_all(
        f".filter-list tbody tr > :nth-child({place})", "all => all.map(cell => cell.innerText.trim())"
    )


def test_numbers_are_packed_in_the_order_that_the_contract_says(found) -> None:
    blobs = Blobs()
    made = entry(Content(found, results=(found,)), blobs)["layers"]["conv1"]
    raw = gzip.decompress(base64.b64decode(blobs.texts[made["blob"]]))
    floats = np.frombuffer(raw, "<f4", 11 * 6).reshape(11, 6)
    held = found["conv1"]
    np.testing.assert_array_equal(floats[0], held.norm.astype(np.float32))
    np.testing.assert_array_equal(floats[7], held.structure.p.astype(np.float32))
    np.testing.assert_array_equal(floats[8:], held.structure.null.T.astype(np.float32))
    assert np.frombuffer(raw, "<i4", offset=11 * 6 * 4).tolist() == held.twins.twin.tolist()
    assert made["filters"] == 6 and made["pictures"] == 40


def test_pictures_of_a_large_set_are_those_at_the_ends_and_keep_their_places(found, monkeypatch) -> None:
    from cnnviz.gallery import pages
    from cnnviz.gallery.sections import channel

    monkeypatch.setattr(pages, "MOST_PICTURES", 5)
    positions = np.unique(
        np.concatenate(
            [e.positions.ravel() for held in found.responses.layers.values() for e in (held.top, held.bottom)]
        )
    )
    pictures = cnnviz.Predictions(found.images, found.model, found.probabilities).take(positions)
    blobs = Blobs()
    packed = channel.entry(Content(pictures, results=(found.responses,)), blobs)["layers"]["conv1"]
    raw = gzip.decompress(base64.b64decode(blobs.texts[packed["blob"]]))
    # Behind eight numbers a channel and the bins come the positions of the highest.
    at = np.frombuffer(raw, "<u4", 6 * 9, 4 * 6 * (8 + 32)).reshape(6, 9)
    np.testing.assert_array_equal(positions[at], found.responses["conv1"].top.positions)
    assert b"those that activate a filter most or least" in show(found, "page").single()


def test_sheets_and_summaries_fit(found) -> None:
    assert found._repr_png_().startswith(b"\x89PNG") and len(found._repr_html_()) <= 300_000
    assert found.findings[0].split(": ")[1][:30] in found._repr_html_()
    assert len(found.plot("conv2").axes) == 6
    with pytest.raises(cnnviz.UnknownNameError):
        found.plot("conv9")


@pytest.mark.browser
class TestPages:
    def test_the_table_says_what_python_measured_and_sorts(self, visit, found, page_bytes) -> None:
        watched = visit(page_bytes)
        page = watched.open("")
        assert page.evaluate("location.hash") == "#/layer/conv1"
        held = found["conv1"]
        assert column(page, 1) == [str(i) for i in range(6)]
        assert column(page, 2) == [said(value) for value in held.norm]
        assert column(page, 3) == [f"{value:.2f}" for value in held.entropy]
        marks = column(page, 9)
        assert marks[2].startswith("dead") and marks[4].startswith("twin of 1") and marks[1].startswith("twin of 4")
        assert "1 pair of twins" in page.inner_text(".filter-list")
        page.click("[data-sort=norm]")
        until(page, "location.hash.includes('filters=norm')")
        assert column(page, 1) == [str(i) for i in np.argsort(-held.norm.astype(np.float32), kind="stable")]
        assert page.get_attribute("th:has([data-sort=norm])", "aria-sort") == "descending"
        assert page.evaluate("document.activeElement.dataset.sort") == "norm", "the heading keeps the focus"
        page.keyboard.press("Enter")
        until(page, "location.hash.includes('filters=-norm')")
        assert column(page, 1) == [str(i) for i in np.argsort(held.norm.astype(np.float32), kind="stable")]
        assert violations(page) == []
        # What is not known comes last, whichever way.
        page = watched.open("#/layer/conv1?filters=-selectivity")
        assert column(page, 1)[-1] == "2" and column(page, 5)[-1] == "–"
        page.click(".filter-list tr[data-filter='4'] td a")
        until(page, "location.hash === '#/layer/conv1/1'")

    def test_a_filter_stands_among_the_others_of_its_layer(self, visit, found, page_bytes) -> None:
        watched = visit(page_bytes)
        page = watched.open("#/layer/conv1/4")
        held = found["conv1"]
        rows = page.locator(".numbers-row b").all_inner_texts()
        assert rows[0] == said(held.norm[4])
        assert rows[1] == f"{held.entropy[4]:.2f} of {held.entropy_most:.2f} bits"
        label = page.get_attribute(".numbers-strip", "aria-label")
        below = int((held.norm.astype(np.float32) < np.float32(held.norm[4])).sum())
        assert label.startswith(f"L2 norm: {below} of 6 filters are lower")
        assert page.locator(".numbers-strip").first.locator(".tick-line").count() == 6
        told = page.inner_text(".numbers")
        assert "Twin of 1: kernel cosine 1, activation correlation 1." in told
        assert ("Not distinguishable from shuffled weights" in told) == bool(held.structure.like_shuffled[4])
        assert violations(page) == []
        page.click(".numbers a")
        until(page, "location.hash === '#/layer/conv1/1'")
        until(page, "document.querySelector('.numbers .note').innerText.startsWith('Twin of 4')")

    def test_layers_on_the_picture_show_all_their_weights(self, visit, found, page_bytes) -> None:
        watched = visit(page_bytes)
        page = watched.open("#/layer/conv1")
        assert page.locator(".weight-tiles canvas").count() == 6
        weights = cnnviz.wrap(zoo.make("sequential"), scale="0-1").model.get_layer("conv1").kernel.numpy()
        shape = page.evaluate(
            "(({ width, height }) => [height, width])(document.querySelector('.weight-tiles canvas'))"
        )
        assert tuple(shape) == weights.shape[:2]
        page.click(".weight-tiles li:nth-child(4) a")
        until(page, "location.hash === '#/layer/conv1/3'")

    def test_weights_are_seen_each_on_its_own_scale_or_all_on_one(self, visit, found, page_bytes) -> None:
        page = visit(page_bytes).open("#/layer/conv1")
        kernel = cnnviz.wrap(zoo.make("sequential"), scale="0-1").model.get_layer("conv1").kernel.numpy()[..., 0, :]
        kernel[..., 4], kernel[..., 2] = kernel[..., 1], -1
        kernel = kernel.astype(np.float16).astype(np.float64)
        reach = np.abs(kernel).max(axis=(0, 1))

        def drawn(filter_: int, ends: float) -> None:
            # In the table each is always on its own scale. A step of the ramp is up to four levels.
            for place, high in (
                (f".weight-tiles li:nth-child({filter_ + 1})", ends),
                (f"tr[data-filter='{filter_}'] th", reach[filter_]),
            ):
                seen = np.array(page.evaluate(PIXELS, f"{place} canvas"))
                np.testing.assert_allclose(seen, coloured(kernel[..., filter_], -high, high, diverging()), atol=4)

        assert reach.max() > 1.5 * reach[3]
        drawn(3, reach[3])
        assert page.inner_text(".weight-tiles li:nth-child(4)").split() == ["3", f"±{reach[3]:.2f}"]
        assert "each on its own scale" in page.inner_text(".weights-of-all .legend")
        page.click(".weights-of-all label:has-text('per layer')")
        until(page, "location.hash.includes('weights=one')")
        drawn(3, reach.max())
        assert f"{reach.max():.2f}" in page.inner_text(".weights-of-all .legend")
        page.reload()
        page.wait_for_selector(".weight-tiles canvas")
        drawn(5, reach.max())

    def test_what_a_reader_chose_on_a_layer_outlasts_a_reload_and_going_back(self, visit, page_bytes) -> None:
        watched = visit(page_bytes)
        page = watched.open("#/layer/conv1?filters=-norm&weights=one&scale=layer&sort=max&channel=3")
        page.click("[data-sort=entropy]")
        page.click(".all label:text-is('mean')")
        until(page, "location.hash.includes('sort=mean')")
        before = page.inner_text(".page"), page.evaluate("location.hash")
        for part in ("filters=entropy", "weights=one", "scale=layer", "channel=3"):
            assert part in before[1]
        page.reload()
        page.wait_for_selector(".filter-list tbody tr")
        watched.settle()
        assert (page.inner_text(".page"), page.evaluate("location.hash")) == before
        assert page.get_attribute("th:has([data-sort=entropy])", "aria-sort") == "descending"
        page.click(".filter-list tr[data-filter='4'] th a")
        page.wait_for_selector(".channel-lead")
        page.go_back()
        page.wait_for_selector(".filter-list tbody tr")
        watched.settle()
        assert (page.inner_text(".page"), page.evaluate("location.hash")) == before

    def test_their_numbers_can_be_saved_in_the_order_of_the_page(self, visit, found, page_bytes, saved) -> None:
        page = visit(page_bytes).open("#/layer/conv1?filters=norm")
        held = found["conv1"]
        name, content = saved(page, "CSV", 2)
        assert name == "sequential_conv1_filters.csv"
        rows = table(content)
        order = np.argsort(-held.norm.astype(np.float32), kind="stable")
        assert [int(row["channel"]) for row in rows] == order.tolist()
        np.testing.assert_allclose([float(row["norm"]) for row in rows], held.norm[order], rtol=1e-5)
        np.testing.assert_allclose(
            [float(row["smoothness"] or "nan") for row in rows], held.structure.value[order], rtol=1e-4
        )
        dead = rows[order.tolist().index(2)]
        assert (dead["is_dead"], dead["dead"], dead["selectivity"]) == ("true", "1", "")
        document = json.loads(saved(page, "JSON", 1)[1])
        assert (document["kind"], document["layer"], document["pictures"]) == ("filters", "conv1", 40)
        assert [one["twin"] for one in document["filters"]] == held.twins.twin[order].tolist()
        assert document["finding"] == found.findings[0]

    def test_layers_on_maps_have_no_pictures_of_weights(self, visit, page_bytes) -> None:
        watched = visit(page_bytes)
        page = watched.open("#/layer/conv2")
        assert page.locator(".weight-tiles").count() == 0 and page.locator(".filter-list").count() == 1

    @each_theme
    def test_units_of_a_dense_net_have_their_weights_as_pictures(self, visit, dark, screenshot) -> None:
        made = cnnviz.filters(cnnviz.wrap(zoo.make("mlp"), scale="0-1"), cnnviz.open_images("sample")[:30], include=())
        watched = visit(show(made, "page").single(), dark=dark, size=(360, 800))
        page = watched.open("#/layer/hidden")
        sizes = page.eval_on_selector_all(".weight-tiles canvas", "all => all.map(c => [c.height, c.width])")
        assert sizes == [[28, 28]] * 16
        assert page.evaluate("document.documentElement.scrollWidth") <= 360 and violations(page) == []
        screenshot(page, f"filters-dense-{'dark' if dark else 'light'}")
        page = watched.open("#/layer/hidden/5")
        assert page.locator(".kernel canvas").first.evaluate("c => [c.height, c.width]") == [28, 28]
        assert page.locator(".kernel .every-weight").count() == 0
        assert page.locator(".numbers-row").count() == 5
        assert page.evaluate("document.documentElement.scrollWidth") <= 360 and violations(page) == []

    def test_a_unit_deeper_in_shows_its_signed_weights_and_which_weigh_most(self, visit) -> None:
        keras.utils.set_random_seed(3)
        model = keras.Sequential(
            [
                keras.Input((28, 28, 1)),
                keras.layers.Flatten(),
                keras.layers.Dense(40, "relu", name="first"),
                keras.layers.Dense(6, "relu", name="second"),
                keras.layers.Dense(10, name="scores"),
            ]
        )
        made = cnnviz.filters(cnnviz.wrap(model, scale="0-1"), cnnviz.open_images("sample")[:30], "second", include=())
        watched = visit(show(made, "page").single())
        page = watched.open("#/layer/second/2")
        weights = model.get_layer("second").kernel.numpy()[:, 2].astype(np.float16).astype(np.float64)
        order = np.argsort(-np.abs(weights), kind="stable")[:12]
        assert page.locator(".kernel .signed-bars tbody a").all_inner_texts() == [f"first {i}" for i in order]
        reach = np.abs(weights).max()
        expected = coloured(weights, -reach, reach, diverging())
        bars = page.eval_on_selector_all(
            ".kernel .signed-bars .bar",
            "all => all.map(bar => getComputedStyle(bar).backgroundColor.match(/[0-9]+/g).map(Number))",
        )
        np.testing.assert_allclose(bars, expected[order], atol=4)
        cells = np.array(page.evaluate(PIXELS, ".every-weight")).reshape(-1, 3)
        np.testing.assert_allclose(cells[:40], expected, atol=4)
        label = page.get_attribute(".every-weight", "aria-label")
        assert label == f"All 40 weights: {(weights > 0).sum()} positive, {(weights < 0).sum()} negative"
        assert "0" in page.inner_text(".kernel .legend") and violations(page) == []

    def test_names_stay_text(self, visit) -> None:
        name = "<img src=x onerror=alert(1)>"
        inner = keras.Sequential(
            [keras.Input((28, 28, 1)), keras.layers.Conv2D(3, 3, name="a.b"), keras.layers.Flatten()]
        )
        model = keras.Sequential([keras.Input((28, 28, 1)), inner, keras.layers.Dense(10)])
        probe = cnnviz.wrap(model, class_names=[name, *map(str, range(9))], scale="0-1")
        made = cnnviz.filters(probe, cnnviz.open_images("sample").pixels[:20], include=())
        path = next(iter(made))
        page = visit(show(made, "page").single()).open(f"#/layer/{quote(path, safe='')}/2")
        assert page.query_selector("img") is None and page.locator(".numbers-row").count() == 5
