"""``#/compare``: two pictures; numbers are Python's, and the scale is one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import cnnviz
from cnnviz.features.activations import Activations
from cnnviz.gallery import activations_page
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content
from cnnviz.reports.comparison import Comparison
from tests.helpers.pages import violations

from .looks import each_size, each_theme
from .nets import HOSTILE
from .readings import number

pytestmark = pytest.mark.browser


def test_the_channels_that_differ_most_are_pythons_and_share_one_scale(visit, compared_bytes, compared_maps):
    a, b = 3, 17
    ids = compared_maps.images.indices
    watched = visit(compared_bytes)
    for by, taken in (("mean", np.mean), ("max", np.max)):
        page = watched.open(f"#/compare?a={ids[a]}&b={ids[b]}&by={by}")
        for path in ("conv1", "conv2", "conv3"):
            values = compared_maps[path]
            own, other = taken(values[a], axis=(0, 1)), taken(values[b], axis=(0, 1))
            best = np.argsort(-np.abs(own - other), kind="stable")[:6]
            row = f"[data-layer='{path}']"
            channels = page.eval_on_selector_all(f"{row} [data-channel]", "all => all.map(x => +x.dataset.channel)")
            # Weights have sixteen bits in the page, so that two that are nearly as far apart may change places.
            apart = np.abs(own - other)
            np.testing.assert_allclose(apart[channels], apart[best], rtol=0.02)
            words = page.eval_on_selector_all(f"{row} .pair-words", "all => all.map(x => x.innerText)")
            for channel, text in zip(channels, words, strict=True):
                named, _, left, _, right = text.split()
                assert int(named) == channel
                assert number(left) == pytest.approx(own[channel], rel=5e-3, abs=1e-3)
                assert number(right) == pytest.approx(other[channel], rel=5e-3, abs=1e-3)
            ends = page.eval_on_selector_all(f"{row} .legend .ends span", "all => all.map(x => x.title)")
            most = max(values[a].max(), values[b].max())
            assert [number(end) for end in ends] == pytest.approx([0, most], rel=2e-3)
            assert "both images" in page.inner_text(f"{row} .legend")
            # The brightest color of both canvases is that of the same scale: no map is stretched to its own.
            darker = page.evaluate(
                """([cell]) => [...document.querySelectorAll(`${cell} canvas`)].map((c) => {
                     const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
                     let best = 0;
                     for (let i = 0; i < d.length; i += 4) best = Math.max(best, d[i + 1]);
                     return best;
                   })""",
                [f"{row} [data-channel='{channels[0]}']"],
            )
            peaks = [values[p][..., channels[0]].max() for p in (a, b)]
            assert (darker[0] > darker[1]) == (peaks[0] > peaks[1]) or abs(peaks[0] - peaks[1]) < 0.01 * most


def test_likeness_is_the_cosine_of_the_answers(visit, compared_bytes, compared_maps):
    a, b = 5, 30
    ids = compared_maps.images.indices
    watched = visit(compared_bytes)
    page = watched.open(f"#/compare?a={ids[a]}&b={ids[b]}")
    page.wait_for_selector(".alike .usual")
    rows = page.eval_on_selector_all(".alike tbody tr", "all => all.map(r => [...r.cells].map(c => c.innerText))")
    assert [row[0] for row in rows] == ["pixels", *compared_maps]

    def cosine(x: np.ndarray, y: np.ndarray) -> float:
        x, y = x.astype(np.float64).ravel(), y.astype(np.float64).ravel()
        return float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))

    everything = {"pixels": compared_maps.images.pixels, **compared_maps.values}
    pairs = [(k * 30 // 12, k * 30 // 12 + 30) for k in range(12)]
    for name, _, value, usual in rows:
        values = everything[name]
        assert number(value) == pytest.approx(cosine(values[a], values[b]), abs=2e-3), name
        assert number(usual) == pytest.approx(np.median([cosine(values[i], values[k]) for i, k in pairs]), abs=3e-3)


def test_what_is_chosen_lives_in_the_address(visit, compared_bytes, comparison):
    ids = [int(i) for i in comparison.first.images.indices]
    watched = visit(compared_bytes)
    page = watched.open(f"#/compare?a={ids[2]}&b={ids[9]}")
    page.click("label:has-text('highest value')")
    page.click("label:has-text('conv2')")
    page.fill("[aria-label='Number of image B']", str(ids[40]))
    page.keyboard.press("Tab")
    page.click("text=Swap A and B")
    wanted = f"#/compare?a={ids[40]}&b={ids[2]}&by=max&layer=conv2"
    assert page.evaluate("location.hash") == wanted
    assert page.inner_text("figcaption >> nth=0").split("\n")[1] == f"Image {ids[40]}"
    assert len(page.query_selector_all(".pair-grid li:visible")) == 24
    page.wait_for_selector(".alike .usual")
    text = "document.querySelector('main').innerText"
    before = page.evaluate(text)
    page.reload()
    page.wait_for_selector(".alike .usual")
    assert page.evaluate(text) == before
    page.go_back()
    assert f"a={ids[2]}&b={ids[40]}" in page.evaluate("location.hash")
    page.keyboard.press("x")
    assert page.evaluate("location.hash") == wanted
    page.click("label:has-text('classes')")
    page.wait_for_selector(".compare-means")
    labels = comparison.first.images.labels
    assert page.evaluate("location.hash") == f"#/compare?of=classes&a={labels[40]}&b={labels[2]}"
    page.select_option("select >> nth=1", "9")
    assert page.evaluate("location.hash") == f"#/compare?of=classes&a={labels[40]}&b=9"
    page.click("text=Swap A and B")
    assert page.evaluate("location.hash") == f"#/compare?of=classes&a=9&b={labels[40]}"
    assert page.evaluate("document.title").startswith("Ankle boot and ")
    page.go_back()
    page.go_back()
    page.go_back()
    page.wait_for_selector("h1:has-text('Two images')")
    assert page.evaluate("location.hash") == wanted


def test_c_compares_a_picture_with_the_one_that_it_was_taken_for(visit, compared_bytes, comparison):
    first = comparison.first
    ids = first.images.indices

    def surest_of_its_guess(picture: int) -> int:
        candidates = np.flatnonzero(first.right & (first.truth == first.predicted[picture]))
        return int(candidates[first.confidence[candidates].argmax()])

    # One after which there is another.
    wrong, best = next(
        (i, surest_of_its_guess(i)) for i in np.flatnonzero(~first.right) if surest_of_its_guess(i) + 1 < len(ids)
    )
    watched = visit(compared_bytes)
    page = watched.open(f"#/image/{ids[wrong]}")
    page.keyboard.press("c")
    page.wait_for_selector(".page-compare")
    assert page.evaluate("location.hash") == f"#/compare?a={ids[wrong]}&b={ids[best]}"
    page.keyboard.press(">")
    assert page.evaluate("location.hash") == f"#/compare?a={ids[wrong]}&b={ids[best + 1]}"
    page.click("nav a:has-text('Layers')")
    page.wait_for_selector(".page-layer")
    assert f"image={ids[wrong]}" in page.evaluate("location.hash")
    page.keyboard.press("?")
    assert "compare" in page.inner_text("dialog")


@pytest.mark.slow
@each_theme
@each_size
def test_it_is_accessible_and_fits(visit, compared_bytes, dark, size, screenshot):
    watched = visit(compared_bytes, dark=dark, size=size)
    for of in ("pictures", "classes", "models"):
        page = watched.open(f"#/compare?of={of}")
        page.wait_for_selector({"pictures": ".alike .usual", "classes": ".profile", "models": ".fourfold"}[of])
        for summary in page.query_selector_all("summary"):
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], of
        assert violations(page) == [], of
        screenshot(page, f"compare-{of}-{'dark' if dark else 'light'}-{size[0]}")


def test_it_prints(visit, compared_bytes, screenshot):
    watched = visit(compared_bytes, dark=True)
    page = watched.open("#/compare")
    page.wait_for_selector(".alike .usual")
    page.emulate_media(media="print")
    assert not page.is_visible(".filmstrip >> nth=0") and not page.is_visible(".swap") and page.is_visible(".pair-grid")
    assert not page.is_visible(".id-field >> nth=0")
    screenshot(page, "compare-print")
    assert len(page.pdf()) > 10_000


def test_one_picture_has_nothing_to_be_held_against(visit, hostile, comparison):
    watched = visit(activations_page(hostile))
    assert watched.open("#/").query_selector("nav a:has-text('Compare')") is None
    assert "no page" in watched.open("#/compare").inner_text("main")
    one = Comparison(comparison.first.as_predictions().take([0]), comparison.second.take([0]))
    # The answers of the channels are of all pictures, so they are no part of it.
    watched = visit(build_page(Content(one.first, results=(one,))).single())
    assert "only one image" in watched.open("#/compare?of=pictures").inner_text("main")
    assert watched.open("#/compare").inner_text("h1") == "Two classes"


@each_size
def test_hostile_names_are_text(visit, hostile, size, screenshot):
    """Signed maps, no network, no labels, two pictures."""
    double = Activations(
        replace(hostile.images, pixels=np.concatenate([hostile.images.pixels] * 2), indices=None, names=(HOSTILE, "b")),
        hostile.model,
        np.array([[0.7, 0.3], [0.2, 0.8]], np.float32),
        values={path: np.concatenate([v, -0.5 * v]) for path, v in hostile.values.items()},
    )
    both = Comparison(double, double)
    content = Content(double, maps=double, results=(both,))
    watched = visit(build_page(content).single(), size=size)
    for of in ("pictures", "classes", "models"):
        page = watched.open(f"#/compare?of={of}")
        for summary in page.query_selector_all("summary"):
            summary.click()
        assert page.query_selector("img") is None and HOSTILE[:8] in page.inner_text("main")
        assert violations(page) == [], of
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], of
        screenshot(page, f"compare-hostile-{of}-{size[0]}")
    page = watched.open("#/compare")
    low, _, high = page.eval_on_selector_all(".strip-row >> nth=0 >> .ends span", "all => all.map(x => x.innerText)")
    assert number(low) == -number(high) < 0


def test_where_only_some_pictures_have_maps_these_are_offered(visit, compared_maps):
    content = Content(
        cnnviz.Predictions(compared_maps.images, compared_maps.model, compared_maps.probabilities),
        maps=compared_maps.take([4, 9, 20]),
        mapped=[4, 9, 20],
    )
    watched = visit(build_page(content).single())
    ids = compared_maps.images.indices
    page = watched.open(f"#/compare?a={ids[4]}")
    assert len(page.query_selector_all(".filmstrip >> nth=0 >> button")) == 3
    assert len(page.query_selector_all(".pair-grid li")) == 30
    page = watched.open(f"#/compare?a={ids[4]}&b={ids[5]}")
    assert page.is_visible("text=Maps are stored for 3 images only") and not page.is_visible(".pair-grid >> nth=0")
