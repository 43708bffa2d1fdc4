"""What the page of all pictures saves reads back, whatever classes are called."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest

from tests.helpers.pages import violations

from .nets import CLASSES, HOSTILE
from .picture_sets import ODD, TALL, by_number, losses, numbers, page_of, set_of, shown, truth
from .waiting import until

pytestmark = pytest.mark.browser


def test_csv_holds_the_selection(visit, hundred, hundred_bytes, saved):
    page = visit(hundred_bytes).open("#/images?right=0&sort=loss")
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


def test_json_holds_the_selection(visit, hundred, hundred_bytes, saved):
    page = visit(hundred_bytes).open("#/images?true=6")
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


def test_odd_names_stay_text_on_the_page_and_in_files(visit, saved):
    odd = set_of(40, ODD, seed=3)
    page = visit(page_of(odd)).open("#/images")
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


def test_without_labels_there_is_nothing_to_be_right_about(visit, saved):
    bare = set_of(30, labelled=False, named=False)
    watched = visit(page_of(bare), size=TALL)
    page = watched.open("#/images?true=3&right=0&sort=loss")
    # The least sure come nearest to what a loss would put first.
    assert shown(page) == numbers(bare, np.ones(30, bool), bare.confidence)
    labels = page.eval_on_selector_all(".filters .pick > span, .filters legend", "all => all.map(a => a.textContent)")
    assert labels == ["Predicted", "Number"]
    assert page.locator(".found option").all_inner_texts() == [
        "number",
        "most confident first",
        "least confident first",
        "class",
    ]
    assert page.query_selector(".below") is None
    row = next(csv.DictReader(io.StringIO(saved(page, "CSV")[1].decode(), newline="")))
    assert row["true class"] == row["right"] == row["loss"] == row["file"] == ""
    assert json.loads(saved(page, "JSON")[1])["pictures"][0]["right"] is None
    assert violations(page) == []
    assert watched.open("#/").query_selector(".matrix") is None
