"""``#/compare?of=classes``: two classes; counts, means and profiles are Python's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cnnviz.gallery import activations_page
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content, of_activations
from cnnviz.reports.comparison import Comparison
from tests.helpers.pages import violations

from .readings import number

pytestmark = pytest.mark.browser


def test_classes_are_pythons(visit, compared_bytes, comparison):
    first = comparison.first
    watched = visit(compared_bytes)
    page = watched.open("#/compare?of=classes&a=6&b=4")
    page.wait_for_selector(".profile")
    labels, said = first.images.labels, first.predicted
    rows = page.eval_on_selector_all(
        ".compare-classes table tbody tr", "all => all.map(r => [...r.cells].slice(1).map(c => +c.innerText))"
    )
    for row, own in zip(rows, (6, 4), strict=True):
        counts = [int(((labels == own) & (said == other)).sum()) for other in (6, 4)]
        assert row == [*counts, int((labels == own).sum()) - sum(counts), int((labels == own).sum())]
    wrong = page.get_attribute(".compare-classes tbody tr:nth-child(1) td:nth-child(2) a", "href")
    assert wrong == "#/images?true=6&pred=6"
    profile = first.layers["conv2"].profile
    apart = np.abs(profile[6] - profile[4])
    best = page.eval_on_selector_all(
        "[data-layer='conv2'] tbody tr",
        "all => all.map(r => [r.cells[0].innerText, r.cells[2].innerText, r.cells[3].innerText])",
    )
    assert [int(name.split()[1]) for name, _, _ in best] == np.argsort(-apart, kind="stable")[:6].tolist()
    for name, a, b in best:
        channel = int(name.split()[1])
        # Three digits are shown.
        assert number(a) == pytest.approx(profile[6, channel], rel=5e-3)
        assert number(b) == pytest.approx(profile[4, channel], rel=5e-3)
    unit = first.images.pixels[..., 0] / 255
    reach = np.abs(unit[labels == 6].mean(axis=0) - unit[labels == 4].mean(axis=0)).max()
    ends = page.eval_on_selector_all(".compare-means .ends span", "all => all.map(x => x.title).filter(Boolean)")
    assert [number(end) for end in ends] == pytest.approx([-reach, reach], abs=1e-3)
    p = first.probabilities
    between = [i for i in np.argsort(np.abs(p[:, 6] - p[:, 4]), kind="stable") if p[i, 6] + p[i, 4] >= 0.5][:12]
    links = page.eval_on_selector_all(".pictures a", "all => all.map(x => x.getAttribute('href'))")
    assert links == [f"#/image/{first.images.indices[i]}" for i in between]


def test_something_else_leads_to_its_pictures(visit, compared_bytes, comparison):
    labels, said = comparison.first.images.labels, comparison.first.predicted
    own = int(labels[np.flatnonzero(labels != said)[0]])
    other = next(i for i in range(10) if i != own and ((labels == own) & (said != own) & (said != i)).any())
    wanted = np.flatnonzero((labels == own) & (said != own) & (said != other))
    page = visit(compared_bytes).open(f"#/compare?of=classes&a={own}&b={other}")
    page.locator(".compare-classes tbody tr:nth-child(1) td:nth-child(4) a").click(timeout=5000)
    page.wait_for_selector(".page-images")
    assert page.evaluate("location.hash") == f"#/images?true={own}&but={own}-{other}"
    assert f"{len(wanted)} of {len(labels)} images" in page.inner_text("main")
    names = comparison.first.model.class_names
    shown = page.locator("select >> nth=1").evaluate("box => box.selectedOptions[0].text")
    assert shown == f"not {names[own]}, not {names[other]}"


def test_without_profiles_the_page_computes_them(visit, compared_maps):
    """A page of activations knows of no other pictures than its own."""
    watched = visit(activations_page(compared_maps.take(range(20))))
    page = watched.open("#/compare?of=classes&a=1&b=2")
    page.wait_for_selector("[data-layer='conv1'] tbody tr")
    labels = compared_maps.images.labels[:20]
    means = [compared_maps["conv1"][:20][labels == c].mean(axis=(0, 1, 2)) for c in (1, 2)]
    best = page.inner_text("[data-layer='conv1'] tbody tr >> nth=0").split()
    channel = int(best[1])
    assert channel == int(np.abs(means[0] - means[1]).argmax())
    assert [number(text) for text in best[2:]] == pytest.approx([m[channel] for m in means], rel=0.02)


def test_without_labels_classes_go_by_the_prediction(visit, comparison):
    first, second = (
        replace(side, images=replace(side.images, labels=None)) for side in (comparison.first, comparison.second)
    )
    bare = Comparison(first, second)
    watched = visit(build_page(Content(first, results=(bare,))).single())
    page = watched.open("#/compare?of=classes&a=6&b=4")
    assert "each counts toward its predicted class" in page.inner_text("main")
    assert page.query_selector(".compare-classes table") is None
    counts = [int((first.predicted == c).sum()) for c in (6, 4)]
    for i, count in enumerate(counts):
        assert f"mean of {count} image" in page.inner_text(f".compare-means figcaption >> nth={i}")
    page = watched.open("#/compare?of=models")
    assert page.query_selector(".fourfold") is None and page.query_selector(".differences") is None
    assert "have no labels" in page.inner_text(".findings")
    assert f"{bare.agreement:.1%}".replace("%", "") in page.inner_text(".findings li >> nth=2")
    page = watched.open("#/compare")
    assert "wrong" not in page.inner_text(".compare-stage")


def test_without_labels_the_classes_most_often_chosen_together_are_compared(visit, compared_maps):
    bare = replace(compared_maps, images=replace(compared_maps.images, labels=None))
    order = np.argsort(-compared_maps.probabilities, axis=1, kind="stable")[:, :2]
    pairs, first, counts = np.unique(np.sort(order, axis=1), axis=0, return_index=True, return_counts=True)
    a, b = pairs[min(range(len(pairs)), key=lambda i: (-counts[i], first[i]))]
    page = visit(build_page(of_activations(bare)).single()).open("#/compare?of=classes")
    chosen = [int(select.input_value()) for select in page.locator(".compare-controls select").all()[:2]]
    assert chosen == [a, b] != [0, 1]


@pytest.mark.slow
def test_a_thousand_classes(visit, mlp):
    watched = visit(activations_page(mlp), size=(360, 800))
    page = watched.open("#/compare")
    assert len(page.query_selector_all(".compare-bars tbody tr")) in (11, 12)
    page = watched.open("#/compare?of=classes&a=999&b=5")
    page.wait_for_selector(".profile")
    assert len(page.query_selector_all("select >> nth=0 >> option")) == 1000
    assert page.evaluate("document.querySelector('select').value") == "999"
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page = watched.open("#/compare?of=classes&a=999&b=6")
    page.wait_for_selector("text=There is no image of class number 6")
