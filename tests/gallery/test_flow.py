"""One picture on its way through the network, on the overview: the layers that are shown and their loudest channels."""

from __future__ import annotations

import numpy as np
import pytest

import cnnviz
from cnnviz.gallery import activations_page

pytestmark = pytest.mark.browser


def layers(page) -> list[str]:
    return page.locator(".flow-name").all_inner_texts()


def test_few_layers_are_all_there_with_their_loudest_channels(visit, result):
    page = visit(activations_page(result)).open("#/")
    assert layers(page) == ["conv1", "pool1", "conv2", "pool2", "conv3"]
    shown = page.get_attribute(".flow-picture", "href").split("?")[0]
    position = [f"#/image/{number}" for number in result.images.indices].index(shown)
    for place, path in enumerate(layers(page)):
        loudest = np.argsort(-result[path][position].max(axis=(0, 1)), kind="stable")[:3]
        tiles = page.locator(".flow-layer").nth(place).locator(".flow-tile")
        hrefs = [tile.get_attribute("href") for tile in tiles.all()]
        assert [int(href.split("channel=")[1].split("&")[0]) for href in hrefs] == loudest.tolist()


def test_of_many_layers_those_that_are_rectified_are_shown(visit, pictures):
    page = visit(activations_page(cnnviz.activations("fmnist-best", pictures[:2], ["block1", "block5"]))).open("#/")
    page.wait_for_selector(".flow-tile")
    shown = layers(page)
    assert len(shown) == 6 and shown[0] == "conv1_relu" and shown[-1] == "block5"
    assert not {name for name in shown if name.endswith("_norm") or name.startswith("add")}
    assert "− maximum" not in page.inner_text(".way .legend-line"), "nothing that is shown has a sign"
