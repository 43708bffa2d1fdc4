"""Pages of models without class scores: no class, no probability and no empty panel anywhere."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content
from tests.helpers.pages import violations
from tests.helpers.sweeps import sweep

pytestmark = pytest.mark.browser

PIXELS = np.random.default_rng(0).integers(0, 256, (6, 16, 16, 1), dtype=np.uint8)
ROUTES = (
    "#/",
    "#/images",
    "#/image/2",
    "#/layer/conv",
    "#/layer/conv/1",
    "#/embedding",
    "#/compare",
    "#/about",
    "#/network",
)


def reported(*ends: layers.Layer, loss: object = None, labels: bool = False) -> bytes:
    keras.utils.set_random_seed(0)
    start = keras.Input((16, 16, 1))
    x = layers.Conv2D(4, 3, activation="relu", name="conv")(start)
    for end in ends:
        x = end(x)
    model = keras.Model(start, x, name="net")
    if loss is not None:
        model.compile("sgd", loss)
    images = cnnviz.open_images((PIXELS, [0, 1] * 3), class_names=["cat", "dog"]) if labels else PIXELS
    probe = cnnviz.wrap(model, scale="0-1")
    report = cnnviz.report(probe, images, include=["embedding", "similarity"])
    heats = cnnviz.heatmaps(probe, images, "saliency", "conv/1")
    return build_page(Content(report.predictions, None, None, (report.responses, *report.companions, heats))).single()


@pytest.mark.parametrize("labels", sweep([True, False], True))
def test_features_have_no_predictions(visit, labels: bool) -> None:
    visitor = visit(reported(layers.GlobalAveragePooling2D(), labels=labels))
    for route in ROUTES:
        page = visitor.open(route)
        words = page.locator("main").inner_text()
        for never in ("class 0", "undefined", "NaN", "redicted", "onfidence", "all wrong", "could not be shown"):
            assert never not in words, (route, never, words[:500])
        assert ("cat" in words) == labels or route not in ("#/images", "#/image/2")
    assert "Draw" not in page.locator("#top").inner_text()
    main = visitor.open("#/").locator("main").inner_text()
    assert "A Keras model without class scores: 16×16 grayscale images in, 4 values out" in main
    assert "no row of class scores" in main
    assert not visitor.open("#/images?pred=0&right=1&conf=0.5-1&sort=unsure").locator(".nothing").is_visible()


def test_a_regression_shows_its_numbers(visit) -> None:
    visitor = visit(reported(layers.GlobalAveragePooling2D(), layers.Dense(1, name="age")))
    for route in ROUTES:
        words = visitor.open(route).locator("main").inner_text()
        for never in ("class 0", "undefined", "NaN", "redicted", "onfidence", "could not be shown"):
            assert never not in words, (route, never, words[:500])
    page = visitor.open("#/image/2")
    assert (
        page.locator("table td.number, table td").first.is_visible() and "output 0" in page.locator("main").inner_text()
    )
    assert "The meaning of the output is an assumption." in page.locator(".assumption").last.inner_text()
    assert violations(page) == []
