"""The page of an evaluation: its figures, its switches, what it leads to, and how it is drawn elsewhere."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from cnnviz.core.render import show
from cnnviz.data.images import Images
from cnnviz.features.predictions import Predictions
from cnnviz.gallery.evaluation_page import evaluation_page
from cnnviz.reports.comparison import Comparison
from cnnviz.reports.evaluation.evaluate import evaluated
from cnnviz.reports.evaluation.result import Evaluation
from tests.helpers.page_data import data_of
from tests.helpers.pages import violations

from .nets import fmnist_card
from .readings import number


def said(count: int, seed: int, quality: float, name: str, classes: int = 10) -> Predictions:
    """Answers to noise: the true class's score stands ``quality`` above the rest."""
    random = np.random.default_rng(0)
    labels = np.arange(count) % classes
    names = tuple(f"class {i}" for i in range(classes)) if classes != 10 else fmnist_card().class_names
    images = Images(random.integers(0, 256, (count, 28, 28, 1), np.uint8), labels, names, source="noise")
    scores = np.random.default_rng(seed).normal(0, 1.5, (count, classes)) + quality * np.eye(classes)[labels]
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return Predictions(images, replace(fmnist_card(), name=name, class_names=names), shares.astype(np.float32))


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return evaluated(said(400, 1, 4.0, "net"), rounds=200)


@pytest.fixture(scope="module")
def page_bytes(found: Evaluation) -> bytes:
    return show(found, "page").single()


@pytest.fixture(scope="module")
def two_bytes() -> bytes:
    return evaluated(said(400, 1, 4.0, "net"), said(400, 2, 5.0, "<b>better</b>"), rounds=200).to_html()


def test_numbers_reach_the_page(found, page_bytes) -> None:
    entry = data_of(page_bytes)["sections"]["evaluation"]
    assert data_of(page_bytes)["start"] == "#/evaluation"
    assert entry["accuracy"]["value"] == found.accuracy
    assert sum(cell[2] for cell in entry["confusion"]) == 400
    assert [row["class"] for row in entry["classes"]] == list(found.model.class_names)
    assert entry["picks"]["worst"] == found.worst.tolist() and len(entry["picks"]["random"]) == 25
    assert entry["scaling"].startswith("Dividing the scores by") and entry["other"] is None
    assert page_bytes == show(found, "page").single()


def test_a_report_and_a_comparison_bring_it_along_where_there_are_labels() -> None:
    from cnnviz.gallery.build import build_page
    from cnnviz.gallery.content import Content
    from cnnviz.gallery.evaluation_page import evaluation_of

    first, second = said(60, 1, 3.0, "one"), said(60, 2, 3.0, "two")
    held = data_of(show(Comparison(first, second), "page").single())["sections"]["evaluation"]
    assert held["other"]["model"]["name"] == "two" and "McNemar" in held["verdict"]
    bare = replace(first, images=replace(first.images, labels=None))
    assert evaluation_of(bare) == () == evaluation_of(first.take([0]))
    page = build_page(Content(bare, results=evaluation_of(bare))).single()
    assert "evaluation" not in data_of(page)["sections"]


def test_a_set_that_is_too_heavy_keeps_what_tells_most(found) -> None:
    page = evaluation_page(found, most=784 * 100)
    data = data_of(page.single())
    entry = data["sections"]["evaluation"]
    assert data["pictures"]["count"] == 100 and entry["pictures"] == 400
    assert sum(cell[2] for cell in entry["confusion"]) == 400
    ids = [data["pictures"]["ids"][place] for place in entry["picks"]["worst"]]
    assert ids == found.worst.tolist() and len(entry["picks"]["unsure"]) == 25 == len(entry["picks"]["random"])
    assert "100 of 400 images: mistakes" in data["pictures"]["notes"][0]


def test_the_overview_counts_all_pictures(found) -> None:
    """Those that a page has room for are mistakes first, and would tell of a worse model."""
    (first, *_) = data_of(evaluation_page(found, most=784 * 100).single())["sections"]["overview"]["findings"]
    assert first["figure"] == f"{int(found.hits.sum())} of 400"


def test_two_models_have_a_figure_each_and_rows_of_their_own(tmp_path) -> None:
    two = evaluated(said(400, 1, 4.0, "net"), said(400, 2, 5.0, "better"), rounds=50)
    figure = two.plot()
    above, below = figure.subfigs
    assert above.get_suptitle().startswith("A  net: ") and below.get_suptitle().startswith("B  better: ")
    counts = [sum(int(text.get_text()) for text in part.axes[0].texts) for part in (above, below)]
    assert counts == [400, 400]
    with two.save(tmp_path / "both.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["model"] for row in rows] == ["A net"] * 10 + ["B better"] * 10
    for i, row in enumerate(rows):
        assert float(row["f1"]) == pytest.approx((two, two.other)[i // 10].figures.f1.value[i % 10], rel=1e-5)


def test_figure_and_notebook(found) -> None:
    figure = found.plot()
    matrix, classes, diagram, histogram = figure.axes
    assert len(matrix.texts) == (found.confusion.matrix > 0).sum()
    np.testing.assert_allclose(classes.get_lines()[0].get_xdata(), 100 * found.figures.f1.value)
    np.testing.assert_allclose(
        diagram.get_lines()[1].get_ydata(), 100 * found.calibration.accuracy[found.calibration.count > 0]
    )
    assert [bar.get_height() for bar in histogram.patches] == found.calibration.count.tolist()
    assert found._repr_png_() == found._repr_png_()
    assert len(found._repr_html_()) <= 300_000 and "95 % interval" in found._repr_html_()


def test_many_classes_are_drawn_as_pairs() -> None:
    many = evaluated(said(600, 1, 3.0, "net", classes=30), rounds=50)
    pairs, classes = many.plot().axes[:2]
    assert len(pairs.patches) == 15 and pairs.patches[0].get_width() == many.confusion.pairs[0].count
    assert len(classes.get_yticks()) == 20


def test_names_in_any_script_and_of_any_length_are_drawn_without_a_word(recwarn) -> None:
    said_ = said(60, 1, 2.0, "net")
    names = ("汉字", "x" * 300, "", "<b>", *said_.model.class_names[4:])
    renamed = replace(
        said_, model=replace(said_.model, class_names=names), images=replace(said_.images, class_names=names)
    )
    result = evaluated(renamed, rounds=20)
    assert result._repr_png_().startswith(b"\x89PNG") and not recwarn.list
    words = [pair["words"] for pair in data_of(result.to_html())["sections"]["evaluation"]["confused"]]
    assert max(map(len, words)) < 160


@pytest.mark.browser
class TestPage:
    def test_key_figures_come_first_and_pairs_are_said_in_words(self, visit, page_bytes, found) -> None:
        page = visit(page_bytes).open("")
        assert page.evaluate("location.hash") == "#/evaluation"
        shown = page.eval_on_selector_all(".evaluated .figure", "all => all.map(e => e.textContent)")
        assert shown[0] == f"{100 * found.accuracy:.2f}\u202f%" and shown[1] == f"{found.loss.value:.3f}"
        pair = found.confusion.pairs[0]
        first = page.locator(".confused-words a").first
        assert first.inner_text() == pair.words(found.model.class_names)
        first.click()
        assert page.evaluate("location.hash") == f"#/images?true={pair.label}&pred={pair.said}"

    def test_cells_switch_between_counts_and_shares_and_open_their_pictures(self, visit, page_bytes, found) -> None:
        watched = visit(page_bytes)
        page = watched.open("#/evaluation")
        pair = found.confusion.pairs[0]
        cell = f".matrix td a[href='#/images?true={pair.label}&pred={pair.said}']"
        assert page.inner_text(cell) == str(pair.count)
        for label, by in (("% of the true class", "row"), ("% of the predicted class", "column")):
            page.click(f"label:text-is('{label}')")
            assert page.evaluate("location.hash") == f"#/evaluation?cells={by}"
            share = found.confusion.shares(by)[pair.label, pair.said]
            assert page.inner_text(cell) == f"{100 * share:.1f}"
        assert page.locator(".matrix tfoot td").count() == 10 and not page.query_selector(".matrix thead .recall")
        page.click(cell)
        page.wait_for_selector(".page-images")
        assert f"{pair.count}" in page.inner_text("main")

    def test_pictures_are_chosen_and_wrong_ones_marked_in_words(self, visit, page_bytes, found) -> None:
        page = visit(page_bytes).open("#/evaluation")
        assert page.locator(".specimen").count() == 25
        verdicts = page.eval_on_selector_all(".specimen-verdict", "all => all.map(e => e.firstChild.textContent)")
        assert set(verdicts) == {"✕ wrong"}
        label = page.get_attribute(".specimen >> nth=0", "aria-label")
        assert label.startswith(f"Image {found.worst[0]}: ") and label.endswith(", wrong")
        page.click("label:text-is('random')")
        assert page.evaluate("location.hash") == "#/evaluation?show=random"
        verdicts = page.eval_on_selector_all(".specimen-verdict", "all => all.map(e => e.firstChild.textContent)")
        assert verdicts == ["✓ right" if found.hits[i] else "✕ wrong" for i in found.at_random]
        widths = page.eval_on_selector_all(
            ".specimen >> nth=0 >> .bar", "all => all.map(e => parseFloat(e.style.width))"
        )
        assert widths[0] == pytest.approx(100 * found.confidence[found.at_random[0]], rel=1e-4)
        page.click(".specimen >> nth=0")
        assert page.evaluate("location.hash") == f"#/image/{found.at_random[0]}"
        page.go_back()
        assert page.is_checked("input[value=random]")

    def test_pictures_play_one_by_one_and_stop_at_the_last(self, visit, page_bytes, found) -> None:
        page = visit(page_bytes).open("#/evaluation?show=random")
        hits = found.hits[found.at_random]
        assert page.inner_text(".scrubber-moment") == f"1 of {len(hits)}"
        slider = page.locator(".one-by-one input")
        for at in (0, 11, len(hits) - 1):
            slider.fill(str(at))
            assert page.inner_text(".one-tally").startswith(f"{hits[: at + 1].sum()} of {at + 1} image")
            verdict = page.inner_text(".one-verdict")
            said = found.model.class_names[found.predicted[found.at_random[at]]]
            assert verdict.startswith(f"✓ right: {said}" if hits[at] else f"✕ wrong: {said}, actually ")
            assert page.locator(".one-mark.right, .one-mark.wrong").count() == at + 1
            assert page.get_attribute(".one-picture", "href") == f"#/image/{found.at_random[at]}"
        slider.fill(str(len(hits) - 2))
        page.click(".scrubber-play")
        page.wait_for_selector(f".scrubber-moment:text-is('{len(hits)} of {len(hits)}')")
        page.wait_for_selector(".scrubber-play:text-is('Play')")
        # Other pictures begin at their first.
        page.click("label:text-is('most confident mistakes')")
        assert page.inner_text(".one-tally") == "0 of 1 image right so far"

    def test_the_reliability_diagram_is_a_table_too(self, visit, page_bytes, found) -> None:
        page = visit(page_bytes).open("#/evaluation")
        held = found.calibration.count[found.calibration.count > 0]
        assert page.locator(".reliability circle").count() == len(held)
        page.click("summary:text-is('Reliability as a table')")
        page.wait_for_selector("details tbody tr")
        rows = page.eval_on_selector_all("details tbody tr", "all => all.map(tr => tr.cells[1].textContent)")
        assert [int(text.replace(",", "")) for text in rows] == held.tolist()
        words = page.get_attribute(".reliability", "aria-label")
        assert "expected calibration error" in words and "are right" in words

    def test_two_models_side_by_side(self, visit, two_bytes) -> None:
        page = visit(two_bytes).open("#/evaluation")
        entry = data_of(two_bytes)["sections"]["evaluation"]
        assert page.inner_text("p.verdict") == entry["verdict"] and "<b>better</b>" in entry["verdict"]
        cells = page.eval_on_selector_all(".fourfold td", "all => all.map(td => parseInt(td.textContent))")
        test = entry["other"]["mcnemar"]
        assert (cells[1], cells[2]) == (test["only_first"], test["only_second"]) and sum(cells) == 400
        page.click(".fourfold a >> nth=1")
        page.wait_for_selector(".page-compare")
        assert page.evaluate("location.hash") == "#/compare?of=models&show=a"

    def test_of_two_models_it_says_whose_is_what(self, visit, two_bytes, saved) -> None:
        page = visit(two_bytes).open("#/evaluation")
        assert page.eval_on_selector_all(
            "h2:has(.side)", "all => all.map(e => e.firstChild.data + e.children[0].innerText)"
        ) == [
            "Confusion matrixA",
            "ImagesA",
        ]
        entry = data_of(two_bytes)["sections"]["evaluation"]
        words = page.inner_text(".calibrated-words")
        assert f"A{entry['scaling']}" in words.replace("\n", "") and f"B{entry['other']['scaling']}" in words.replace(
            "\n", ""
        )
        rows = list(csv.DictReader(io.StringIO(saved(page, "CSV")[1].decode(), newline="")))
        assert [row["model"] for row in rows] == ["A net"] * 10 + ["B <b>better</b>"] * 10

    def test_where_some_pictures_have_room_figures_are_of_all(self, visit, found, screenshot) -> None:
        two = evaluated(found.as_predictions(), said(400, 2, 5.0, "better"), rounds=50)
        watched = visit(evaluation_page(two, most=784 * 100).single())
        note = "The metrics cover all 400 images. This page contains 100 of them"
        right = [int(side.hits.sum()) for side in (two, two.other)]
        page = watched.open("#/")
        assert f"{right[0]} of 400" in page.inner_text(".findings") and "100 images of 400" in page.inner_text("main")
        assert f"{right[0]} of 400 images correct" in page.inner_text(".confusion-words")
        assert note in page.inner_text(".confusion")
        cells = page.eval_on_selector_all(".matrix td a", "all => all.map(a => +a.textContent)")
        assert sum(cells) == 400
        page = watched.open("#/evaluation")
        assert note in page.inner_text("main")
        held = page.eval_on_selector_all(".matrix td a", "all => all.map(a => [a.title, a.getAttribute('href')])")
        short = [(title, href) for title, href in held if title.endswith("in this page")]
        assert short
        title, href = next(one for one in short if "none of them" not in one[0])
        page = watched.open(href)
        count = int(title.rsplit("; ", 1)[1].split()[0])
        assert f"{count} of 100 images" in page.inner_text("main")
        page = watched.open("#/compare?of=models")
        shares = page.eval_on_selector_all(".findings li", "all => all.map(x => x.innerText)")
        assert [f"predicts {count} of 400 correctly" in text for count, text in zip(right, shares, strict=False)] == [
            True,
            True,
        ]
        same = int((two.predicted == two.other.predicted).sum())
        assert f"Both predict the same class for {same} of 400 images" in shares[2] and note in page.inner_text("main")
        cells = page.eval_on_selector_all(".fourfold td", "all => all.map(x => +x.innerText.split(' ')[0])")
        assert sum(cells) == 400 and cells[0] + cells[1] == right[0] and cells[0] + cells[2] == right[1]
        rows = page.eval_on_selector_all(".differences tbody tr", "all => all.map(r => r.cells[2].innerText)")
        assert [number(text) for text in rows] == pytest.approx(100 * two.figures.recall.value, abs=0.06)
        screenshot(page, "compare-some-of-all")

    @pytest.mark.parametrize(
        ("dark", "size"), [(False, (1280, 900)), pytest.param(True, (360, 780), marks=pytest.mark.slow)]
    )
    def test_accessible_and_no_wider_than_the_screen(self, visit, page_bytes, two_bytes, screenshot, dark, size):
        for name, content in (("evaluation", page_bytes), ("evaluation-two", two_bytes)):
            page = visit(content, dark=dark, size=size).open("#/evaluation?cells=column&show=random")
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            screenshot(page, f"{name}-{'dark' if dark else 'light'}-{size[0]}")

    def test_what_is_saved(self, visit, page_bytes, found, saved) -> None:
        page = visit(page_bytes).open("#/evaluation")
        name, content = saved(page, "CSV")
        rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        assert name == "net_classes.csv" and len(rows) == 10
        assert float(rows[3]["f1"]) == pytest.approx(found.figures.f1.value[3], rel=1e-5)
        name, content = saved(page, "JSON")
        held = json.loads(content)
        assert name == "net_evaluation.json" and held["accuracy"]["value"] == found.accuracy
        assert held["picks"]["worst"][0]["right"] is False
        assert saved(page, "PNG")[1].startswith(b"\x89PNG")
