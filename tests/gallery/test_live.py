"""The network in the page: what it computes is what Python stored, and what it cannot is said."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

import cnnviz
from cnnviz.core.exported_network import Exported, Refusal
from cnnviz.features.activations import Activations
from cnnviz.gallery import activations_page
from tests.helpers.pages import violations
from tests.helpers.sweeps import slow

LAYERS = ["conv1", "pool1", "conv2", "pool2", "conv3", "dense1", "predictions"]
LIVE = [path for path in LAYERS if path != "conv2"]
VALUES = """async ([layer, picture]) => {
  const maps = await cnnvizProvider.open(layer);
  return {
    live: Boolean(maps.live), signed: maps.signed,
    values: Array.from({ length: maps.channels }, (_, c) => [...maps.values(picture, c)]),
    ranges: Array.from({ length: maps.channels }, (_, c) => maps.range(picture, c)),
  };
}"""


@pytest.fixture(scope="module")
def whole(pictures) -> Activations:
    """Every layer of the bundled model, stored."""
    return cnnviz.activations("fmnist-cnn", pictures)


@pytest.fixture(scope="module")
def one(whole) -> Activations:
    """Only conv2 is stored; the rest is for the page to compute."""
    return replace(whole, values={"conv2": whole["conv2"]})


@pytest.fixture(scope="module")
def page_bytes(one) -> bytes:
    return activations_page(one)


@pytest.fixture(scope="module")
def refused(pictures) -> Activations:
    import keras

    start = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(4, 3, name="conv")(start)
    x = keras.layers.Conv2DTranspose(4, 3, name="up")(x)
    model = keras.Model(start, keras.layers.Dense(10, name="out")(keras.layers.Flatten(name="flat")(x)))
    return cnnviz.activations(cnnviz.wrap(model, scale="0-1"), pictures, "conv")


def test_a_result_knows_its_network_and_neither_saves_nor_compares_it(one, tmp_path):
    assert isinstance(one.network(), Exported) and one.network() is one.network()
    assert Activations.load(one.save(tmp_path / "a.npz")).network is None
    assert pickle.loads(pickle.dumps(copy.deepcopy(one))).network().weights == one.network().weights
    assert "network" not in repr(one)


def test_a_network_of_millions_of_parameters_stays_outside(one, monkeypatch):
    monkeypatch.setattr("cnnviz.features.lazy_network.MOST_PARAMETERS", 100_000)
    result = cnnviz.activations("fmnist-cnn", one.images[:1], "conv2")
    assert result.network() == [Refusal("", "size", "it has 185,866 parameters, more than 100,000")]
    assert b"more than 100,000" in activations_page(result)


def test_ten_pictures_of_one_layer_with_the_network_stay_below_800_kb(page_bytes, one):
    assert len(page_bytes) <= 800_000
    assert activations_page(one) == page_bytes


@pytest.mark.browser
def test_live_maps_are_the_stored_ones(visit, one, whole, monkeypatch):
    from cnnviz.gallery import build

    real = build._script
    monkeypatch.setattr(
        build,
        "_script",
        lambda sections: real(sections).replace(
            "frame(pages, context, main);", "globalThis.cnnvizProvider = context.provider; frame(pages, context, main);"
        ),
    )
    page = visit(activations_page(one)).open("#/about")
    assert page.evaluate("cnnvizProvider.layers") == [
        "conv1",
        "pool1",
        "conv2",
        "pool2",
        "conv3",
        "dense1",
        "predictions",
    ]
    for path in LIVE:
        scale = np.abs(whole[path]).max()
        for picture in range(10):
            made = page.evaluate(VALUES, [path, picture])
            expected = np.moveaxis(whole[path][picture], -1, 0).reshape(whole[path].shape[-1], -1)
            assert made["live"] and not made["signed"]
            np.testing.assert_allclose(np.array(made["values"]) / scale, expected / scale, atol=1e-3, err_msg=path)
            ends = np.stack([expected.min(axis=1), expected.max(axis=1)], axis=1)
            np.testing.assert_allclose(np.array(made["ranges"]) / scale, ends / scale, atol=1e-3, err_msg=path)
    assert not page.evaluate(VALUES, ["conv2", 0])["live"]


@pytest.mark.browser
@pytest.mark.parametrize("dark", slow(False, True), ids=["light", "dark"])
def test_live_pages_are_like_the_others(visit, page_bytes, dark, screenshot):
    watched = visit(page_bytes, dark=dark, size=(360, 800) if dark else (1280, 900))
    for path in ("conv1", "conv3", "dense1"):
        page = watched.open(f"#/layer/{path}?scale=shared")
        page.wait_for_selector(".scale-words:has-text('one range over all images')")
        assert page.is_visible("text=Computed in this page, with weights rounded to 16 bits")
        assert page.evaluate("document.documentElement.scrollWidth") <= (360 if dark else 1280)
        assert violations(page) == []
        screenshot(page, f"live-{path}-{'dark' if dark else 'light'}")
    page = watched.open("#/layer/conv2")
    assert "Computed in this page" not in page.inner_text("main")


@pytest.mark.browser
def test_dead_channels_are_found_over_all_pictures(visit, page_bytes, whole):
    from cnnviz.core.signal import dead_channels

    watched = visit(page_bytes)
    for path in ("conv3", "dense1"):
        dead = dead_channels(whole[path])
        page = watched.open(f"#/layer/{path}")
        page.wait_for_selector("text=dead on all 10 images" if dead else ".tile")
        assert len(page.query_selector_all(".tile .mark.dead")) == len(dead)
    page = watched.open("#/")
    told = f"{len(dead)} of 64" if dead else "none"
    page.wait_for_selector(f"tr:has(a[data-layer='dense1']) td:has-text('{told}')")


@pytest.mark.browser
def test_the_layer_that_stands_in_the_way_is_named(visit, refused):
    watched = visit(activations_page(refused))
    for route in ("#/about", "#/layer/up", "#/draw"):
        words = watched.open(route).inner_text("main")
        assert "because of layer up (Conv2DTranspose)" in words, route
    assert watched.page.query_selector("canvas") is None
    assert watched.open("#/layer/conv").query_selector("nav[aria-label=Pages] a:has-text('Draw')") is None


@pytest.mark.browser
def test_without_a_network_the_page_shows_what_is_stored(visit, conv2):
    watched = visit(activations_page(conv2))
    assert "has no maps of conv1" in watched.open("#/layer/conv1").inner_text("main")
    assert "does not contain the network" in watched.open("#/about").inner_text("main")


def test_a_page_of_one_layer_stays_light_with_or_without_the_network():
    """Ten pictures × one layer ≤ 0.8 MB: conv2 leaves room for the network, conv1 does not; all layers have it."""
    sample = cnnviz.open_images("sample")[:10]
    held = {}
    for layer in ("conv1", "conv2", None):
        page = cnnviz.activations("fmnist-cnn", sample, layer).to_html()
        assert layer is None or len(page) <= 800_000
        held[layer] = b"larger than 0.8 MB" not in page
    assert held == {"conv1": False, "conv2": True, None: True}
