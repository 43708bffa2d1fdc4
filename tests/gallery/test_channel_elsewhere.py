"""A channel's page where no set was looked at, for one picture, for odd nets, and without a network to run."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.render import show
from cnnviz.features.responses import Responses
from cnnviz.gallery import activations_page
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content
from cnnviz.reports.report import report
from tests.helpers import zoo
from tests.helpers.made_up_responses import made_up
from tests.helpers.pages import violations

from .nets import HOSTILE

pytestmark = pytest.mark.browser


def pages_of(model: keras.Model, images: cnnviz.Images) -> bytes:
    return show(report(cnnviz.wrap(model, scale="0-1"), images, include=()), "page").single()


def test_a_page_of_activations_says_that_it_knows_only_its_own_pictures(visit, pictures) -> None:
    stored = cnnviz.activations("fmnist-cnn", pictures)
    # Two layers are stored and the rest computed; a page of one has to be light, and may leave the network out.
    mixed = replace(stored, values={path: stored[path] for path in ("conv2", "pool2")})
    watched = visit(activations_page(mixed))
    for path, channel in (("conv2", 20), ("conv3", 7), ("dense1", 1)):
        page = watched.open(f"#/layer/{path}/{channel}")
        values = stored[path][..., channel]
        peaks = values.reshape(10, -1).max(axis=1)
        shown = page.query_selector_all(".highest a.extreme")
        assert "of the 10 images here" in page.inner_text(".highest h2")
        assert [int(t.get_attribute("data-position")) for t in shown] == np.argsort(-peaks, kind="stable")[:5].tolist()
        assert page.query_selector(".kernel canvas") and page.query_selector(".profile") is None
        assert "over the 10 images here" in page.inner_text(
            ".channel-lead"
        ) or "of the 10 images here" in page.inner_text(".channel-lead")
        assert violations(page) == []


def test_many_pictures_that_nobody_looked_at_are_left_alone(visit) -> None:
    """Only one layer was looked at, and there are more pictures than the page runs through by itself."""
    made = report("fmnist-cnn", cnnviz.open_images("sample")[:201], "conv2", include=())
    page = visit(show(made, "page").single()).open("#/layer/conv1/3")
    assert "searches at most 200 images" in page.inner_text("main")
    assert page.query_selector(".highest") is None
    assert page.query_selector(".kernel canvas") and page.query_selector(".big-map")


def test_one_picture_has_no_highest_among_others(visit, pictures) -> None:
    watched = visit(activations_page(cnnviz.activations("fmnist-cnn", pictures[:1], "conv2")))
    page = watched.open("#/layer/conv2/3")
    assert page.query_selector(".highest") is None and page.query_selector(".spread") is None
    assert page.query_selector(".big-map") and violations(page) == []
    made = report("fmnist-cnn", pictures[:1], "conv2", include=())
    page = visit(show(made, "page").single()).open("#/layer/conv2/3")
    assert page.inner_text(".channel-lead").startswith("Its highest value is")
    assert page.query_selector(".lowest") is None and page.query_selector(".spread") is None
    assert violations(page) == []


def test_a_dead_channel_is_called_so(visit) -> None:
    model = zoo.make("sequential")
    kernel, bias = model.get_layer("conv1").get_weights()
    kernel[..., 2], bias[2] = 0, -1
    model.get_layer("conv1").set_weights([kernel, bias])
    watched = visit(pages_of(model, cnnviz.open_images("sample")[:30]))
    page = watched.open("#/layer/conv1/2")
    assert page.inner_text(".channel-lead") == "Dead: 0 on all 30 images."
    assert page.inner_text(".highest .note") == "0 on all 30 images."
    assert (
        page.query_selector("a.extreme") is None and not page.is_visible(".lowest") and not page.is_visible(".spread")
    )
    assert violations(page) == []
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("a.extreme")
    assert page.is_visible(".spread")
    # A layer of both signs: nothing is called dead, and bars lie on both sides of zero.
    page = watched.open("#/layer/conv2/0")
    assert "Dead" not in page.inner_text(".channel-lead")


def test_a_channel_of_a_nested_model_is_found_by_its_path(visit) -> None:
    watched = visit(pages_of(zoo.make("nested"), cnnviz.open_images("sample")[:30]))
    page = watched.open("#/layer/backbone%2Fblock%2Fconv2/4")
    assert page.inner_text("h1") == "backbone/block/conv2 · channel 4"
    shown = page.inner_text("main")
    assert page.get_attribute(".slices a", "href").startswith("#/layer/backbone%2Fconv1/")
    assert watched.open("#/layer/backbone/block/conv2/4").inner_text("main") == shown
    assert watched.open("#/layer/backbone%2Fblock%2Fconv2").inner_text("h1") == "backbone/block/conv2"


def test_units_on_the_picture_are_templates_and_color_has_three(visit) -> None:
    page = visit(pages_of(zoo.make("mlp"), cnnviz.open_images("sample")[:30])).open("#/layer/hidden/3")
    assert page.inner_text("h1") == "hidden · unit 3"
    assert page.eval_on_selector(".slices canvas", "c => [c.width, c.height]") == [28, 28]
    assert violations(page) == []
    random = np.random.default_rng(0)
    images = cnnviz.Images(random.integers(0, 256, (12, 32, 32, 3), dtype=np.uint8))
    page = visit(pages_of(zoo.make("colour"), images)).open("#/layer/sep/2")
    assert page.locator(".slice-name").all_inner_texts() == ["red", "green", "blue"]
    assert "product of the depthwise and pointwise kernels" in page.inner_text(".kernel")
    assert "predicted as" in page.inner_text(".channel-lead")
    assert violations(page) == []


def test_without_the_network_the_reason_stands_where_the_kernel_would(visit, hostile, result) -> None:
    page = visit(activations_page(result)).open("#/layer/conv2/11")
    assert "does not contain the network" in page.inner_text(".kernel")
    assert page.query_selector(".kernel canvas") is None and page.query_selector(".big-map")
    assert page.inner_text(".channel-lead") == "Dead: 0 on all 10 images here."
    path = hostile.layers[0].path
    watched = visit(activations_page(hostile))
    page = watched.open(f"#/layer/{quote(path, safe='')}/2")
    assert HOSTILE in page.inner_text("h1") and "channel 2" in page.inner_text("h1")
    assert page.query_selector("img") is None and violations(page) == []


def test_where_the_model_cannot_run_examples_have_maps_and_all_have_answers(visit) -> None:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(3, 3, strides=3, activation="relu", name="conv"),
            keras.layers.Conv2DTranspose(2, 3, name="up"),
            keras.layers.Flatten(name="flat"),
            keras.layers.Dense(10, activation="softmax", name="head"),
        ]
    )
    sample = cnnviz.open_images("sample")[:60]
    made = report(cnnviz.wrap(model, class_names=(HOSTILE, *sample.class_names[1:]), scale="0-1"), sample, include=())
    page = visit(show(made, "page").single()).open("#/layer/conv/1")
    assert "because of layer up (Conv2DTranspose)" in page.inner_text(".kernel")
    assert len(page.query_selector_all(".highest a.extreme")) == 9
    shown = int(page.inner_text(".on-picture h2").rsplit(" ", 1)[1])
    assert shown in made.images.indices[list(made.shown)]
    assert HOSTILE in page.inner_text(".profile") and page.query_selector("img") is None
    assert violations(page) == []


def test_more_classes_than_are_read_are_cut_to_the_highest(visit, mlp) -> None:
    answers = made_up(3, 700, 1000)["fc"]
    seen = Responses(mlp.images, mlp.model, mlp.probabilities, layers={"hidden": answers})
    page = visit(build_page(Content(mlp, mlp, results=(seen,))).single()).open("#/layer/hidden/600")
    best = np.argsort(-answers.profile[:, 600], kind="stable")[:12]
    names = page.locator(".profile tbody th").all_inner_texts()
    assert names == [mlp.model.class_names[i] for i in best]
    assert "the 12 highest of 1000 classes" in page.inner_text(".profile")
    assert not page.is_visible(".profile fieldset") and violations(page) == []
