"""The page of what removing filters costs, and the block on a channel's page."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest

from cnnviz.core.render import show
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content
from tests.helpers.page_data import data_of
from tests.helpers.pages import violations
from tests.helpers.saved_files import pixels

from .ablated import ablated
from .looks import each_theme
from .waiting import until


@pytest.fixture(scope="module")
def found(result):
    return ablated(result)


@pytest.fixture(scope="module")
def page_bytes(found, result) -> bytes:
    return build_page(Content(found, result, None, (found,)), start="#/ablation").single()


def test_numbers_reach_the_page(found, page_bytes) -> None:
    entry = data_of(page_bytes)["sections"]["ablation"]
    assert [layer["path"] for layer in entry["layers"]] == ["conv1", "conv2", "dense1"]
    np.testing.assert_allclose(entry["layers"][1]["loss"], found["conv2"].loss, rtol=1e-5)
    assert entry["layers"][1]["ranks"][7] == 1 and entry["layers"][0]["idle"] == [5]
    assert (
        entry["overall"]["headline"]
        == "70 of 192 filters and neurons of all layers can be removed for under 0.5 points"
    )
    assert any("1 of 64 filters of conv1 changes no score" in words for words in entry["further"])
    assert show(found, "page").single().startswith(b"<!")


def test_figure_and_notebook(found) -> None:
    figure = found.plot()
    assert [axes.get_title() for axes in figure.axes[:2]] == [
        "192 filters and neurons of all layers",
        "conv1, 64 filters",
    ]
    drawn = figure.axes[1].get_lines()[-3].get_ydata()
    np.testing.assert_allclose(drawn, 100 * found["conv1"].curves.accuracy["cost"])
    assert len(found._repr_html_()) <= 300_000 and "22 of 64 filters of conv2" in found._repr_html_()
    assert found._repr_png_() == found._repr_png_()


@pytest.mark.browser
class TestPage:
    def test_the_finding_comes_first_and_leads_to_each_layer(self, visit, page_bytes) -> None:
        page = visit(page_bytes).open("")
        assert page.evaluate("location.hash") == "#/ablation"
        assert page.inner_text(".lead").startswith("70 of 192 filters and neurons of all layers can be removed")
        assert "95 % interval of the loss: −1.0 to 2.0 points" in page.inner_text(".ablation-evidence")
        page.click(".ablation-findings a:has-text('conv2')")
        page.wait_for_selector("h1:has-text('conv2')")
        assert page.inner_text(".lead") == "22 of 64 filters of conv2 can be removed for under 0.5 points."

    def test_lines_run_through_the_numbers(self, visit, found, page_bytes) -> None:
        page = visit(page_bytes).open("#/ablation/conv2")
        for name in ("cost", "norm", "taylor"):
            path = page.get_attribute(f".curve.{name}", "d")
            points = np.array([[float(v) for v in part.split(" ")] for part in path[1:].split("L")])
            share = (points[:, 1].max() - points[:, 1]) / (points[:, 1].max() - points[:, 1].min())
            values = found["conv2"].curves.accuracy[name]
            np.testing.assert_allclose(share, (values - values.min()) / (values.max() - values.min()), atol=2e-3)
        names = page.locator(".curve-name").all_text_contents()
        assert sorted(names) == ["Taylor score", "ablation cost", "kernel norm", "random"]
        page.click("summary:has-text('Exact numbers')")
        page.locator(".folded tbody tr").nth(16).wait_for()
        rows = page.locator(".folded tbody tr").all_inner_texts()
        assert len(rows) == 17 and rows[0].startswith("0\t90.0") and rows[-1].startswith("64\t10.0")

    def test_names_of_lines_do_not_cover_each_other(self, visit, page_bytes) -> None:
        for size in ((1280, 900), (360, 800)):
            page = visit(page_bytes, size=size).open("#/ablation/conv1")
            boxes = [name.bounding_box() for name in page.locator(".curve-name").all()]
            for i, a in enumerate(boxes):
                for b in boxes[:i]:
                    apart = a["x"] >= b["x"] + b["width"] or b["x"] >= a["x"] + a["width"]
                    assert apart or abs(a["y"] - b["y"]) >= 12

    def test_the_costliest_stand_first_and_lead_to_their_pages(self, visit, found, page_bytes) -> None:
        page = visit(page_bytes).open("#/ablation/conv2?mode=mean")
        links = page.locator(".signed-bars tbody a")
        order = np.argsort(-found["conv2"].loss[1], kind="stable")[:15]
        assert links.all_inner_texts() == [f"conv2/{i}" for i in order]
        links.first.click()
        page.wait_for_selector(".removal")
        assert page.evaluate("location.hash").startswith("#/layer/conv2/7")
        words = page.inner_text(".removal")
        assert "Rank 1 of 64 filters by cost" in words
        assert "−10 points" in words and "+0.400" in words and "+0.300" in words

    def test_a_filter_that_does_nothing_says_so(self, visit, page_bytes) -> None:
        page = visit(page_bytes).open("#/layer/conv1/5")
        assert "Removing this filter changes no output." in page.inner_text(".removal")
        assert page.locator(".removal a").get_attribute("href") == "#/ablation/conv1"

    def test_cross_entropy_on_demand_is_a_link(self, visit, page_bytes) -> None:
        page = visit(page_bytes).open("#/ablation")
        page.click("label:has-text('cross-entropy')")
        until(page, "location.hash.includes('by=loss')")
        assert page.inner_text(".chart-figure figcaption").startswith("Cross-entropy in nats")
        page.reload()
        page.wait_for_selector(".curve.cost")
        assert page.inner_text(".chart-figure figcaption").startswith("Cross-entropy in nats")

    def test_it_can_be_saved(self, visit, saved, found, page_bytes) -> None:
        page = visit(page_bytes).open("#/ablation/conv2")
        rows = list(csv.DictReader(io.StringIO(saved(page, "CSV")[1].decode())))
        assert len(rows) == 64 and float(rows[7]["loss gained (zero)"]) == pytest.approx(0.4)
        lines = list(csv.DictReader(io.StringIO(saved(page, "CSV", 1)[1].decode())))
        assert [int(line["removed"]) for line in lines] == found["conv2"].curves.counts.tolist()
        assert json.loads(saved(page, "JSON")[1])["layers"][1]["path"] == "conv2"

    def test_the_charts_are_saved_as_a_picture(self, visit, saved, found, page_bytes) -> None:
        page = visit(page_bytes).open("#/ablation/conv2?mode=mean")
        name, content = saved(page, "PNG")
        assert name == "fmnist-cnn_ablation_conv2.png"
        sheet = pixels(content)
        # Two pixels a unit. The line of the ablation cost, on top, runs through its numbers between grid lines.
        curves = found["conv2"].curves
        for count, value in zip(curves.counts[2:14:3], curves.accuracy["cost"][2:14:3], strict=True):
            x = 32 + 44 + (976 - 56) * count / 64
            y = 104 + 14 + (1 - value) * (400 - 54)
            spot = sheet[round(2 * y) - 3 : round(2 * y) + 4, round(2 * x) - 1 : round(2 * x) + 2].reshape(-1, 3)
            assert (spot == [0xB8, 0x40, 0x0E]).all(axis=1).any(), (count, value)
        # The bars are as long as what is lost, the costliest first.
        losses = np.sort(found["conv2"].loss[1])[::-1][:15]
        span = losses.max() - min(0, losses.min())
        for row, loss in enumerate(losses):
            line = sheet[2 * (560 + 24 * row + 10), 2 * 182 : 2 * 798]
            bar = (line == ([0xB8, 0x40, 0x0E] if row == 0 else [0xB9, 0xBC, 0xBF])).all(axis=1)
            assert bar.sum() == pytest.approx(2 * 616 * abs(loss) / span, abs=3)

    def test_an_unknown_layer_says_which_there_are(self, visit, page_bytes) -> None:
        assert "Ablated layers: conv1, conv2, dense1" in visit(page_bytes).open("#/ablation/conv9").inner_text("main")

    def test_a_layer_that_cannot_be_cut_says_why(self, visit, result) -> None:
        page = visit(show(ablated(result, tied="add adds its channels"), "page").single()).open("#/ablation/conv1")
        assert "None of them can be left out of a smaller model: add adds its channels." in page.inner_text("main")

    @each_theme
    def test_it_is_accessible(self, visit, page_bytes, dark, screenshot) -> None:
        watched = visit(page_bytes, dark=dark)
        page = watched.open("")
        screenshot(page, f"ablation-{'dark' if dark else 'light'}")
        assert violations(page) == []
        assert violations(watched.open("#/layer/conv2/7")) == []

    def test_a_narrow_screen_never_scrolls_sideways(self, visit, page_bytes, screenshot) -> None:
        page = visit(page_bytes, size=(360, 800), has_touch=True).open("#/ablation/conv2")
        screenshot(page, "ablation-360")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
