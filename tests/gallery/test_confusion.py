"""The confusion matrix of the overview: counted as NumPy does, walked with keys, a list where classes are many."""

from __future__ import annotations

import numpy as np
import pytest

from tests.helpers.pages import violations

from .nets import CLASSES
from .picture_sets import page_of, set_of, truth
from .waiting import until

pytestmark = pytest.mark.browser


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
    assert page.inner_text(".count b") == "0 of 300 images"
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
    assert page.inner_text(".count b") == f"{first[2]} of 300 images"
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
        f"{np.trace(counts):,} of 10,000 images correct. "
        f"Most often confused: {CLASSES[true]} mistaken for {CLASSES[said]}, {off.max()} times."
    )
    assert len(page.query_selector_all(".matrix td.same")) == 10
    page.click(f".matrix a[href='#/images?true={true}&pred={said}']")
    page.wait_for_selector(".page-images")
    assert page.inner_text(".count b") == f"{off.max():,} of 10,000 images"
    page.click("text=The reverse >> a")
    until(page, f"location.hash === '#/images?true={said}&pred={true}'")
    assert page.inner_text(".count b") == f"{counts[said, true]:,} of 10,000 images"


def test_numbers_on_the_matrix_can_be_read(visit, many_bytes):
    for dark in (False, True):
        page = visit(many_bytes, dark=dark).open("#/")
        pairs = page.eval_on_selector_all(
            ".matrix td a", "all => all.map(a => [getComputedStyle(a).backgroundColor, getComputedStyle(a).color])"
        )

        def light(color: str) -> float:
            bytes_ = np.array([int(part) for part in color[4:-1].split(",")]) / 255
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


def test_the_overview_shows_two_rows_and_leads_to_the_rest(visit, hundred_bytes):
    page = visit(hundred_bytes).open("#/")
    assert len(page.query_selector_all(".pictures a")) == 20
    page.click("text=All 100 images")
    page.wait_for_selector(".page-images")
    assert page.inner_text(".count b") == "100 images"
