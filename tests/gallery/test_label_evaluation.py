"""The pages of an evaluation of several labels per image, and of a regression."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cnnviz.data.images import Images
from cnnviz.gallery.evaluation_page import labels_page, regression_page
from cnnviz.reports.evaluation.labels import LabelEvaluation
from cnnviz.reports.evaluation.regression import RegressionEvaluation
from tests.helpers.page_data import data_of
from tests.helpers.pages import violations

from .nets import fmnist_card
from .readings import number

NAMES = ("<b>cat</b>", "dog", "day", "night")
HOW = {"seed": 0, "rounds": 100, "level": 0.95}


def pictures(rows: np.ndarray, names: tuple[str, ...]) -> Images:
    pixels = np.random.default_rng(0).integers(0, 256, (len(rows), 28, 28, 1), np.uint8)
    return Images(pixels, class_names=names, source="noise", label_rows=rows)


@pytest.fixture(scope="module")
def tags() -> LabelEvaluation:
    random = np.random.default_rng(1)
    rows = random.random((200, 4)) < 0.4
    shares = 1 / (1 + np.exp(-(3 * rows - 1.5 + random.normal(0, 1.5, rows.shape))))
    card = replace(fmnist_card(), name="tagger", class_names=NAMES, head="multilabel")
    return LabelEvaluation(pictures(rows, NAMES), card, shares.astype(np.float32), threshold=0.5, **HOW)


@pytest.fixture(scope="module")
def numbers() -> RegressionEvaluation:
    random = np.random.default_rng(2)
    true = random.normal(10, 4, (200, 2))
    said = (true + random.normal(1, 1, true.shape)).astype(np.float32)
    names = ("age", "<i>height</i>")
    card = replace(fmnist_card(), name="numbers", class_names=(), head="regression", output_names=names)
    return RegressionEvaluation(pictures(true, names), card, said, **HOW)


def test_the_figures_reach_the_page(tags: LabelEvaluation) -> None:
    data = data_of(tags.to_html())
    entry = data["sections"]["labels"]
    assert data["start"] == "#/labels" and entry["mean_average_precision"]["value"] == pytest.approx(
        tags.mean_average_precision, rel=1e-5
    )
    assert [row["images"] for row in entry["labels"]] == tags.labels.sum(axis=0).tolist()
    assert entry["true"][7] == np.flatnonzero(tags.labels[7]).tolist()
    assert entry["picks"][2] == {"alarms": tags.false_alarms(2).tolist(), "misses": tags.misses(2).tolist()}
    first, second, both = entry["together"][0]
    assert both == tags.together[first, second] == np.triu(tags.together, 1).max()
    (finding, *_) = data["sections"]["overview"]["findings"]
    assert "mean average precision of 4 labels" in finding["text"] and finding["link"] == "#/labels"


def test_the_numbers_reach_the_page(numbers: RegressionEvaluation) -> None:
    data = data_of(numbers.to_html())
    entry = data["sections"]["regression"]
    assert data["start"] == "#/regression" and len(entry["points"]["true"][1]) == 200
    assert entry["points"]["true"][1][5] == pytest.approx(numbers.true_values[5, 1], rel=1e-5)
    assert entry["worst"] == [numbers.worst(0).tolist(), numbers.worst(1).tolist()]
    assert sum(entry["errors"][0]["counts"]) == 200
    assert entry["outputs"][0]["mae"]["value"] == pytest.approx(np.abs(numbers.errors[:, 0]).mean(), rel=1e-5)


def test_a_set_that_is_too_heavy_keeps_the_mistakes(tags, numbers) -> None:
    data = data_of(labels_page(tags, most=784 * 120).single())
    entry, ids = data["sections"]["labels"], data["pictures"]["ids"]
    assert data["pictures"]["count"] == 120 and entry["pictures"] == 200 and len(entry["true"]) == 120
    assert [ids[place] for place in entry["picks"][0]["alarms"]] == tags.false_alarms(0).tolist()
    assert entry["true"][50] == np.flatnonzero(tags.labels[ids[50]]).tolist()
    assert "120 of 200 images: mistakes of each label" in data["pictures"]["notes"][0]
    data = data_of(regression_page(numbers, most=784 * 60).single())
    entry, ids = data["sections"]["regression"], data["pictures"]["ids"]
    assert [ids[place] for place in entry["worst"][1]] == numbers.worst(1).tolist()
    here = [i for i, place in enumerate(entry["points"]["places"]) if place >= 0]
    assert len(here) == 60 and [ids[entry["points"]["places"][i]] for i in here] == here


def test_figures(tags, numbers) -> None:
    left, right = tags.plot().axes
    np.testing.assert_allclose(left.get_lines()[0].get_xdata(), 100 * tags.average_precision)
    np.testing.assert_allclose(right.get_lines()[1].get_xdata(), 100 * tags.recall)
    scatter, errors, *_ = numbers.plot().axes
    np.testing.assert_allclose(scatter.get_lines()[1].get_ydata(), numbers.outputs[:, 0])
    assert sum(bar.get_height() for bar in errors.patches) == 200
    assert tags._repr_png_() == tags._repr_png_() and "mean average precision" in tags._repr_html_()


@pytest.mark.browser
def test_a_label_leads_to_its_mistakes(visit, tags) -> None:
    page = visit(tags.to_html()).open("")
    shown = page.eval_on_selector_all(".evaluated .figure", "all => all.map(e => e.textContent)")
    assert number(shown[0]) == pytest.approx(100 * tags.mean_average_precision, abs=0.006)
    assert page.locator(".class-figures tbody tr").count() == 4
    page.locator(".class-figures tbody a", has_text="day").click()
    page.locator(".choice label", has_text="missed").click()
    assert "label=2" in page.evaluate("location.hash")
    ids = page.eval_on_selector_all(".picks .specimen-id", "all => all.map(e => e.textContent)")
    assert [int(text.removeprefix("No. ")) for text in ids] == tags.misses(2).tolist()
    card = page.locator(".picks .specimen").first
    assert card.locator(".specimen-class").first.inner_text().startswith("day")
    assert card.locator(".tag").count() == min(4, tags.labels[tags.misses(2)[0]].sum())
    assert page.locator("h2", has_text="Labels together").count() == 1
    assert not violations(page)


@pytest.mark.browser
def test_points_lead_to_images(visit, numbers) -> None:
    page = visit(numbers.to_html()).open("")
    assert page.locator(".scattered .point").count() == 200
    page.locator(".pick select").select_option("1")
    assert "output=1" in page.evaluate("location.hash")
    shown = page.eval_on_selector_all(".evaluated .figure", "all => all.map(e => e.textContent)")
    assert number(shown[0]) == pytest.approx(np.abs(numbers.errors[:, 1]).mean(), rel=1e-3)
    ids = page.eval_on_selector_all(".picks .specimen-id", "all => all.map(e => e.textContent)")
    assert [int(text.removeprefix("No. ")) for text in ids] == numbers.worst(1).tolist()
    assert not violations(page)
    page.locator(".scattered .point").nth(3).dispatch_event("click")
    assert page.evaluate("location.hash").startswith("#/image/3")
