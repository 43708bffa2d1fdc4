"""The pages of images with five bands: they say which are drawn, draw these, and compute with all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import cnnviz
from cnnviz.gallery import activations_page
from tests.helpers.five_bands import BANDS, NAMES, SIDE, five_band_model, five_bands
from tests.helpers.pages import violations

from .looks import each_look

pytestmark = pytest.mark.browser

PIXELS = """(canvas) => [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]"""
VALUES = """async ([layer, picture]) => {
  const maps = await cnnvizProvider.open(layer);
  const values = Array.from({ length: maps.channels }, (_, c) => [...maps.values(picture, c)]);
  return { live: Boolean(maps.live), values };
}"""


@pytest.fixture(scope="module")
def probe():
    return cnnviz.wrap(five_band_model(), scale="0-1", name="five", class_names=NAMES)


@pytest.fixture(scope="module")
def whole(probe):
    return cnnviz.report(probe, five_bands().with_bands("4,3,2"))


@pytest.fixture(scope="module")
def page_bytes(whole):
    return whole.to_html()


def drawn(canvas) -> np.ndarray:
    """The colors of a canvas, (h, w, 3)."""
    flat = np.array(canvas.evaluate(PIXELS), np.uint8)
    return flat.reshape(*(int(canvas.evaluate(f"(c) => c.{side}")) for side in ("height", "width")), 4)[..., :3]


@each_look(1280, 390)
def test_an_image_is_drawn_by_its_bands_and_band_by_band(visit, page_bytes, width, dark, screenshot) -> None:
    images = five_bands()
    tab = visit(page_bytes, dark=dark, size=(width, 900)).open("#/image/7")
    assert "Bands 4, 3 and 2 of 5 are drawn as red, green and blue." in tab.inner_text(".bands .note")
    assert np.array_equal(drawn(tab.locator(".picture-stage canvas").first), images.pixels[7][..., [3, 2, 1]])
    canvases = tab.locator(".band-row canvas")
    assert canvases.count() == BANDS
    for band in range(BANDS):
        assert np.array_equal(drawn(canvases.nth(band)), np.repeat(images.pixels[7][..., [band]], 3, axis=2))
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth") and violations(tab) == []
    screenshot(tab, f"bands-{width}{'-dark' if dark else ''}")


@pytest.mark.parametrize(
    "route",
    [
        "",
        "#/images",
        "#/layer/conv1",
        "#/layer/conv1/0",
        "#/compare",
        "#/compare?of=classes",
        "#/evaluation",
        "#/about",
    ],
)
def test_every_page_opens(visit, page_bytes, route) -> None:
    tab = visit(page_bytes).open(route)
    assert "could not be shown" not in tab.inner_text("main")


def test_the_weights_of_the_first_layer_are_named_by_band(visit, page_bytes) -> None:
    tab = visit(page_bytes).open("#/layer/conv1/0")
    assert tab.locator(".kernel .slice-name").all_inner_texts() == [f"band {i}" for i in range(1, BANDS + 1)]
    assert ", by band," in tab.inner_text(".kernel")


def test_drawing_is_refused_in_one_sentence(visit, page_bytes) -> None:
    tab = visit(page_bytes).open("#/draw")
    words = "The model takes images of 5 channels, so you cannot draw one here, nor drop or paste an image file."
    assert tab.inner_text("h1") == "Draw" and tab.inner_text(".lead") == words
    assert tab.locator("canvas").count() == 0


def test_the_page_computes_with_all_bands(visit, probe, monkeypatch) -> None:
    """The maps of a layer that is not stored are those of Python, also of deep values, which the page has as bytes."""
    from cnnviz.gallery import build

    real, start = build._script, "frame(pages, context, main);"
    held = f"globalThis.cnnvizProvider = context.provider; {start}"
    monkeypatch.setattr(build, "_script", lambda sections: real(sections).replace(start, held))
    for kind, near in ((np.uint8, 1e-3), (np.uint16, 0.02)):
        images = five_bands(kind=kind)
        result = cnnviz.activations(probe, images)
        page = activations_page(replace(result, values={"conv2": result["conv2"]}))
        tab = visit(page).open("#/")
        found = tab.evaluate(VALUES, ["conv1", 5])
        values = np.moveaxis(np.reshape(found["values"], (-1, *result["conv1"].shape[1:3])), 0, -1)
        assert found["live"] and np.abs(values - result["conv1"][5]).max() < near * np.abs(result["conv1"]).max()


def test_deep_bands_are_drawn_between_their_percentiles(visit, probe) -> None:
    images = five_bands(kind=np.uint16).with_bands(5)
    result = cnnviz.activations(probe, images, "conv1")
    tab = visit(result.to_html()).open("#/image/3")
    assert "Band 5 of 5 is drawn in gray, from its 2nd to its 98th percentile." in tab.inner_text(".bands .note")
    shown = drawn(tab.locator(".picture-stage canvas").first)
    # The page has bytes over the whole range, which are 4000 / 255 values apart.
    assert (
        np.abs(shown.astype(int) - images.drawn[3]).max() <= 255 / (images.ends[0][1] - images.ends[0][0]) * 4000 / 255
    )


def test_heatmaps_and_reconstructions_are_drawn(visit, probe) -> None:
    images = five_bands().with_bands("4,3,2")
    heat = cnnviz.attribute(probe, images, "saliency")
    assert np.array_equal(heat.overlay(2).shape, (SIDE, SIDE, 3))
    tab = visit(heat.to_html()).open("#/image/2")
    assert tab.locator(".heat").count() >= 1
    deconv = cnnviz.reconstruct(probe, images, "conv2")
    tab = visit(deconv.to_html()).open("#/deconv/conv2")
    assert tab.locator("canvas").count() > 1
    assert deconv.values.shape[-1] == BANDS


def test_the_page_of_the_data_has_the_chosen_bands(visit) -> None:
    images = five_bands(kind=np.uint16)
    report = cnnviz.profile_images(images, bands="4,3,2", model=None, parts=("medians", "odd", "duplicates"))
    tab = visit(report.to_html()).open("#/data")
    assert "of 5 channels" in tab.inner_text(".lead")
    assert "bands 4, 3 and 2 of 5 are drawn as red, green and blue" in tab.inner_text("main")
    first = drawn(tab.locator("main canvas").first)
    assert np.abs(first.astype(int) - images.with_bands("4,3,2").drawn[0]).max() <= 1
