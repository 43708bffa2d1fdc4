"""The picture of the network: rows, crossings, places, frames, the SVG file and the page."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest

import cnnviz
from cnnviz.core.model_card import LayerInfo, ModelCard
from cnnviz.data.images import Images
from cnnviz.features.predictions import Predictions
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content
from cnnviz.gallery.network_graph.drawing import drawing, network_svg
from cnnviz.gallery.network_graph.layout import GAP, HIGH, WIDE, layout
from cnnviz.gallery.network_graph.ranks import crossings, depths, ordered, stretches
from tests.helpers.pages import violations

HOSTILE = '<img src=x onerror=alert(1)>&"\x07'


def layer(path: str, *inputs: str, parameters: int = 0, kind: str = "Conv2D") -> LayerInfo:
    return LayerInfo(path, kind, (14, 14, 8), parameters, "relu", inputs=inputs)


def card(*layers: LayerInfo) -> ModelCard:
    return ModelCard("net", "0", (28, 28, 1), ("a", "b"), layers, sum(one.parameters for one in layers))


@pytest.fixture(scope="module")
def branchy() -> ModelCard:
    """A residual block within a model, then three branches that meet."""
    return card(
        layer("body/in", "", parameters=80),
        layer("body/inner/conv", "body/in", parameters=320),
        layer("body/add", "body/in", "body/inner/conv", kind="Add"),
        layer("one", "body/add"),
        layer("two", "body/add", parameters=20),
        layer("deep", "two"),
        layer("join", "one", "deep", "body/add", kind="Concatenate"),
    )


def test_rows_are_the_longest_ways_from_the_input() -> None:
    feeds = [[], [0], [1], [0, 2], [3], [1, 4]]
    rows = depths(feeds)
    assert rows == [0, 1, 2, 3, 4, 5]
    # The edge from 1 to 5 passes the rows of 2, 3 and 4.
    assert [1, (1, 5, 2), (1, 5, 3), (1, 5, 4), 5] in stretches(feeds, rows)


def test_crossings_are_counted_and_undone() -> None:
    assert crossings([[0, 1], [2, 3]], {0: [3], 1: [2]}) == 1
    assert crossings([[0, 1], [2, 3]], {0: [2, 3], 1: [2, 3]}) == 1
    # 1 and 2 come from the input; 3 reads 2 and 4 reads 1: in the order of the list they would cross.
    feeds = [[], [0], [0], [2], [1]]
    rows = depths(feeds)
    levels = ordered(rows, stretches(feeds, rows))
    assert levels in ([[0], [1, 2], [4, 3]], [[0], [2, 1], [3, 4]])


def test_a_chain_is_straight_and_boxes_keep_their_distance(branchy: ModelCard) -> None:
    chain = layout(card(layer("a", ""), layer("b", "a"), layer("c", "b")))
    assert len({box.x for box in chain.boxes}) == 1 and chain.width == WIDE + 8
    assert np.diff([box.y for box in chain.boxes]).min() > HIGH
    found = layout(branchy)
    for one, other in itertools.combinations(found.boxes, 2):
        apart = abs(one.x - other.x) >= WIDE + GAP - 1e-6 or abs(one.y - other.y) > HIGH
        assert apart, (one.layer, other.layer)
    assert all(box.x - WIDE / 2 >= 0 and box.x + WIDE / 2 <= found.width for box in found.boxes)


def test_lines_go_down_from_box_to_box_and_past_others(branchy: ModelCard) -> None:
    found = layout(branchy)
    assert len(found.lines) == 10
    for start, end, points in found.lines:
        assert points[0] == (found.boxes[start].x, found.boxes[start].y + HIGH)
        assert points[-1] == (found.boxes[end].x, found.boxes[end].y)
        assert all(a[1] < b[1] for a, b in itertools.pairwise(points))
        # What stands beside a line that passes its row is not struck by it.
        for a, b in itertools.pairwise(points[1:-1]):
            if a[0] == b[0]:
                assert all(abs(box.x - a[0]) > WIDE / 2 for box in found.boxes if a[1] < box.y + HIGH / 2 < b[1])


def test_frames_hold_the_layers_of_nested_models_and_no_others(branchy: ModelCard) -> None:
    found = layout(branchy)
    frames = {frame.name: frame.box for frame in found.frames}
    assert list(frames) == ["body", "body/inner"]
    for name, (left, top, right, bottom) in frames.items():
        for box in found.boxes:
            inside = left < box.x - WIDE / 2 and box.x + WIDE / 2 < right and top < box.y and box.y + HIGH < bottom
            assert inside == (box.layer is not None and box.layer.path.startswith(name + "/"))
    outer, inner = frames["body"], frames["body/inner"]
    assert outer[0] < inner[0] and outer[1] < inner[1] and outer[2] > inner[2] and outer[3] > inner[3]


def test_the_svg_is_well_formed_and_names_are_text(branchy: ModelCard) -> None:
    hostile = replace(branchy, name=HOSTILE, layers=(replace(branchy.layers[0], path="x", kind=HOSTILE),))
    for one in (branchy, hostile):
        root = ElementTree.fromstring(network_svg(one))
        assert not [element for element in root.iter() if element.tag.endswith(("img", "script"))]
        groups = [element for element in root.iter() if element.tag.endswith("}g")]
        assert len(groups) == len(one.layers) + 1
    assert "Conv2D, relu, 14×14×8, 320 parameters" in network_svg(branchy)


def test_bars_go_by_the_root_of_the_parameters(branchy: ModelCard) -> None:
    weights = {box["path"]: box["weight"] for box in drawing(branchy)["boxes"]}
    assert weights["body/inner/conv"] == 1 and weights["body/in"] == 0.5 and weights["two"] == 0.25
    assert weights["one"] == 0


def test_a_deep_network_is_laid_out() -> None:
    layers = [layer("l0", "")]
    for i in range(1, 200):
        skips = [f"l{i - 3}"] if i % 3 == 0 else []
        layers.append(layer(f"l{i}", f"l{i - 1}", *skips))
    found = layout(card(*layers))
    assert len(found.boxes) == 201 and len(found.lines) == 200 + 66


def test_chains_between_blocks_are_straight_and_boxes_still_keep_their_distance() -> None:
    """Blocks of five layers with a way around each: what drifts by a unit a row looks bent."""
    layers, before = [], ""
    for block in range(12):
        first = before
        for i in range(5):
            layers.append(layer(f"b{block}c{i}", before))
            before = f"b{block}c{i}"
        layers.append(layer(f"b{block}add", before, first, kind="Add"))
        before = f"b{block}add"
    found = layout(card(*layers))
    at = {box.layer.path: box.x for box in found.boxes if box.layer}
    for block in range(12):
        assert len({at[f"b{block}c{i}"] for i in range(5)}) == 1
    for _, _, points in found.lines:
        assert len({x for x, _ in points[1:-1]}) <= 1, "a way around is straight too"
        for a, b in itertools.pairwise(points[1:-1]):
            assert all(abs(box.x - a[0]) >= WIDE / 2 for box in found.boxes if a[1] < box.y + HIGH / 2 < b[1])


def test_words_of_a_box_do_not_meet() -> None:
    long = replace(layer("expanded_conv_depthwise_BN", "", parameters=1_234_567), shape=(112, 112, 1280))
    (_, box) = drawing(card(replace(long, kind="GlobalAveragePooling2D")))["boxes"]
    assert box["shown"] == ["expand…se_BN", "GlobalAverag… relu"]
    # As wide as letters of a common sans-serif are.
    assert 9.2 * len(box["shown"][0]) + 7.1 * len("112×112×1280") <= WIDE - 20


@pytest.fixture(scope="module")
def page_bytes(branchy: ModelCard) -> bytes:
    images = Images(np.zeros((2, 28, 28, 1), np.uint8))
    return build_page(Content(Predictions(images, branchy, np.full((2, 2), 0.5, np.float32)))).single()


@pytest.mark.browser
class TestPage:
    @pytest.mark.parametrize(("dark", "size"), [(False, (1280, 900)), (True, (360, 780))])
    def test_drawn_accessible_and_linked_from_the_overview(self, visit, page_bytes, branchy, screenshot, dark, size):
        page = visit(page_bytes, dark=dark, size=size).open("#/")
        page.click("a:text-is('network diagram')")
        page.wait_for_selector(".network-picture")
        assert page.evaluate("location.hash") == "#/network"
        assert page.locator(".net-box").count() == len(branchy.layers) + 1
        assert page.locator("nav a[aria-current]").inner_text() == "Overview"
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        screenshot(page, f"network-{'dark' if dark else 'light'}-{size[0]}")

    def test_a_narrow_screen_shrinks_the_drawing_as_far_as_it_is_legible(self, visit, page_bytes) -> None:
        page = visit(page_bytes, size=(390, 844)).open("#/network")
        page.wait_for_selector(".network-picture")
        drawn, own, room = page.evaluate(
            "(() => { const one = document.querySelector('.network-picture');"
            "return [one.getBoundingClientRect().width, one.viewBox.baseVal.width, one.parentElement.clientWidth]; })()"
        )
        assert drawn == pytest.approx(max(min(own, room), round(0.75 * own)), abs=1)

    def test_names_of_layers_fade_out_where_there_are_more(self, visit) -> None:
        """The bar of layers on a narrow screen: at its start, in the middle, at its end, and where all have room."""
        shown = cnnviz.activations("fmnist-cnn", cnnviz.open_images("sample", limit=1))
        watched = visit(shown.to_html(), size=(390, 844))
        for layer_name, sides in (("conv1", ["more-after"]), ("conv2", ["more-before", "more-after"])):
            page = watched.open(f"#/layer/{layer_name}")
            page.wait_for_selector(".ribbon [aria-current]")
            watched.settle()
            found = page.evaluate("[...document.querySelector('.ribbon').classList].slice(1)")
            assert sorted(found) == sorted(sides), layer_name
        page.evaluate("document.querySelector('.ribbon ol').scrollLeft = 1e4")
        page.wait_for_selector(".ribbon:not(.more-after)")
        wide = visit(shown.to_html()).open("#/layer/conv2")
        wide.wait_for_selector(".ribbon:not(.more-before):not(.more-after)")

    def test_a_layer_that_is_called_again_counts_once(self, visit) -> None:
        twice = (layer("conv", "", parameters=80), replace(layer("conv@2", "conv"), again=True))
        model = card(*twice, layer("out", "conv@2", parameters=20, kind="Dense"))
        images = Images(np.zeros((2, 28, 28, 1), np.uint8))
        answers = Predictions(images, model, np.full((2, 2), 0.5, np.float32))
        page = visit(build_page(Content(answers)).single()).open("#/network")
        assert page.locator(".lead").inner_text() == "net: 2 layers, 100 parameters."
        rows = [row.inner_text().split() for row in page.locator(".network-words tbody tr").all()]
        assert rows == [["Conv2D", "1", "80"], ["Dense", "1", "20"]]
        assert page.locator(".net-box").count() == 4 and "called more than once" in page.locator(".note").inner_text()
        assert "net: 2 layers, 100 parameters" in network_svg(model)

    def test_boxes_lead_to_layers_that_are_held(self, visit, result) -> None:
        page = visit(build_page(Content(result, maps=result)).single()).open("#/network")
        page.click(".net-link[aria-label^='conv2:']")
        page.wait_for_selector(".page-layer")
        assert page.evaluate("location.hash") == "#/layer/conv2"

    def test_the_picture_is_saved_with_its_colors(self, visit, page_bytes, saved) -> None:
        page = visit(page_bytes).open("#/network")
        name, content = saved(page, "SVG")
        root = ElementTree.fromstring(content)
        boxes = [element for element in root.iter() if element.get("class") == "net-weight"]
        assert name == "net_network.svg" and boxes and boxes[0].get("fill") == "rgb(184, 64, 14)"
        assert b"body/inner/conv" in saved(page, "CSV")[1]
