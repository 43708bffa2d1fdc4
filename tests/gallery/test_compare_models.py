"""``#/compare?of=models``: two models; figures are Python's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cnnviz.gallery import activations_page
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content
from cnnviz.reports.comparison import Comparison

from .readings import number
from .waiting import until

pytestmark = pytest.mark.browser


def test_models_are_pythons(visit, compared_bytes, comparison):
    page = visit(compared_bytes).open()
    assert page.evaluate("location.hash") == "#/compare?of=models"
    assert comparison.accuracies is not None and comparison.table is not None
    figures = page.eval_on_selector_all(".findings .figure", "all => all.map(x => x.innerText)")
    expected = [*comparison.accuracies, comparison.agreement]
    assert [number(figure) for figure in figures] == pytest.approx([100 * share for share in expected], abs=0.05)
    cells = page.eval_on_selector_all(".fourfold td", "all => all.map(x => +x.innerText.split(' ')[0])")
    assert cells == comparison.table.ravel().tolist()
    ids = comparison.first.images.indices
    film = page.eval_on_selector_all(".filmstrip button", "all => all.map(x => +x.dataset.position)")
    assert film == comparison.differing.tolist()[: len(film)] and film
    first = comparison.differing[0]
    shares = page.eval_on_selector_all(
        ".compare-bars tbody tr", "all => all.map(r => [r.cells[2].innerText, r.cells[3].innerText])"
    )
    for i, pair in enumerate(shares):
        for text, side in zip(pair, (comparison.first, comparison.second), strict=True):
            if not set("<>") & set(text):
                assert number(text) == pytest.approx(100 * side.probabilities[first, i], abs=0.06)
    right = [comparison.first.right, comparison.second.right]
    labels = comparison.first.images.labels
    rows = page.eval_on_selector_all(
        ".differences tbody tr", "all => all.map(r => [...r.cells].slice(2).map(c => c.innerText))"
    )
    for own, row in enumerate(rows):
        a, b = (100 * r[labels == own].mean() for r in right)
        assert [number(text) for text in row] == pytest.approx([a, b, a - b], abs=0.06)
    assert page.query_selector_all(".column-name")[1].inner_text() == "Bsmall"
    drawn = page.eval_on_selector_all(".page-compare .strip-map canvas", "all => all.filter(c => c.width > 1).length")
    assert drawn == len(comparison.first.layers) + 2
    page.click(".fourfold td a >> nth=1")
    until(page, "location.hash.includes('show=a')")
    only = np.flatnonzero(right[0] & ~right[1])
    film = page.eval_on_selector_all(".filmstrip button", "all => all.map(x => +x.dataset.position)")
    assert sorted(film) == only.tolist()
    page.click(".filmstrip button >> nth=1")
    assert f"image={ids[film[1]]}" in page.evaluate("location.hash")


def test_the_second_network_is_left_out_with_the_reason(visit, comparison, monkeypatch):
    shifted = replace(
        comparison.second, images=replace(comparison.second.images, pixels=255 - comparison.second.images.pixels)
    )
    made = Comparison(comparison.first, shifted)
    watched = visit(build_page(Content(made.first, results=(made,))).single())
    page = watched.open("#/compare?of=models")
    assert "its input images differ from those on this page" in page.inner_text("main")
    assert page.query_selector_all(".strip-map canvas")


def test_a_page_of_one_model_says_how_to_compare_two(visit, compared_maps):
    watched = visit(activations_page(compared_maps.take(range(4))))
    page = watched.open("#/compare?of=models")
    assert "cnnviz compare A B" in page.inner_text("main")
    assert "cnnviz heatmap --method A" in watched.open("#/compare?of=methods").inner_text("main")
    assert "not “colors”" in watched.open("#/compare?of=colors").inner_text("main")
