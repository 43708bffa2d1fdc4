"""Occlusion and RISE: by hand on linear nets, against the page, and what both keep to."""

from __future__ import annotations

import tracemalloc
from itertools import product

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.attribution.baseline import FILLS
from cnnviz.attribution.perturbation import RISE, Occlusion
from cnnviz.attribution.perturbation.masks import random_masks
from cnnviz.attribution.perturbation.patches import default_patch, default_stride
from cnnviz.attribution.perturbed_copies import scores_of_copies
from cnnviz.core.errors import UsageError
from cnnviz.core.targets import PREDICTED, Channel, Contrast, OneClass, PerImageCell
from cnnviz.data.images import Images
from cnnviz.export.export_network import export
from tests.helpers.linear_model import linear
from tests.helpers.node_runner import Job, run_engine
from tests.helpers.zoo_probes import pictures_for, zoo_probe
from tools.node_engine import run_in_node


def blank_of(fill: str, inputs: np.ndarray) -> np.ndarray:
    """What a fill is in inputs of -1…1."""
    mean = inputs.mean(axis=(1, 2), keepdims=True)
    return np.broadcast_to({"black": -1, "white": 1, "zero": 0, "mean": mean, "ground": mean}[fill], inputs.shape)


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize(("patch", "stride"), [(1, 1), (3, 1), (4, 2), (5, 3), (9, 5)])
def test_a_linear_net_loses_what_is_hidden(fill: str, patch: int, stride: int) -> None:
    probe, weights = linear((7, 9, 3), "-1-1")
    images = pictures_for(probe, 3)
    inputs = images.pixels / 127.5 - 1
    lost = ((inputs - blank_of(fill, inputs)) * weights[..., 1]).sum(axis=3)
    before = (patch - stride) // 2
    total, times = np.zeros((3, 7, 9)), np.zeros((7, 9))
    for top in range(-before, 7 - before, stride):
        for left in range(-before, 9 - before, stride):
            place = slice(max(0, top), top + patch), slice(max(0, left), left + patch)
            total[:, *place] += lost[:, *place].sum(axis=(1, 2))[:, None, None]
            times[place] += 1
    made = attribute(probe, images, Occlusion(patch, stride, fill), 1)
    np.testing.assert_allclose(made.values, total / times, atol=2e-5)


@pytest.mark.needs("node")
def test_patches_are_those_that_the_page_takes() -> None:
    entry = """
import { patchSizes, usualSize } from "./heat/occlusion.js";
import { strideFor } from "./engine/occlusion.js";
globalThis.engine = { patchSizes, usualSize, strideFor };
"""
    script = """
    console.log(JSON.stringify(input.job.map(([height, width]) => {
      const size = engine.usualSize(engine.patchSizes(height, width), height, width);
      return [size, engine.strideFor(size)];
    })));
    """
    sizes = [(h, w) for h in (*range(1, 70), 96, 128, 224, 299) for w in (h, h + 1, 2 * h, 20 * h)]
    found = run_in_node(script, sizes, entry=entry)
    assert found == [[default_patch(*size), default_stride(default_patch(*size))] for size in sizes]


@pytest.mark.needs("node")
def test_maps_are_those_of_the_page() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:2]
    made = attribute(probe, images, "occlusion", 6)
    cells = Occlusion().drops(probe, images, OneClass(6))
    ask = [{"size": 7, "stride": 3, "fill": [0.0], "target": 6}]
    (answer,) = run_engine([Job(export(probe), probe.inputs(images), occlusions=ask)])
    for values, drops, found in zip(made.values, cells, answer["occlusions"], strict=True):
        # The page holds weights in 16 bits.
        np.testing.assert_allclose(found["drops"].reshape(drops.shape), drops, atol=1e-2)
        np.testing.assert_allclose(found["pixels"].reshape(values.shape), values, atol=1e-2)
        assert np.abs(values).max() > 1


def test_a_patch_on_its_own_ground_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    pixels = np.zeros((2, 28, 28, 1), np.uint8)
    pixels[0, 10, 10] = 200
    images = Images(pixels)
    run = []

    def counting(original, copies):
        run.append(len(copies.owners))
        return scores_of_copies(original, copies)

    monkeypatch.setattr("cnnviz.attribution.perturbation.occlusion.scores_of_copies", counting)
    values = Occlusion(4, 2)(probe, images, PREDICTED).values
    # Row and column 10 lie in the patches that begin at 7 and 9.
    assert sum(run) == 4
    assert np.argwhere(values[0]).min() == 7 and np.argwhere(values[0]).max() == 12
    assert not values[1].any()


def test_rise_of_all_grids_is_the_mean_score_of_those_that_show_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    probe, weights = linear((2, 4, 1))
    images = pictures_for(probe, 3)
    # Every mask of 2×2 cells once, cells of 1×2 pixels: then the estimate is the expectation itself.
    masks = np.array(list(product((0, 1), repeat=4)), np.float32).reshape(16, 2, 2).repeat(2, axis=2)
    drawn = "cnnviz.attribution.perturbation.rise"
    monkeypatch.setattr(
        f"{drawn}.random_grids", lambda *a: (masks[a[-2] : a[-1]], np.zeros((a[-1] - a[-2], 2), np.int32))
    )
    monkeypatch.setattr(f"{drawn}.upsampled_masks", lambda grids, *rest: grids)
    share = (images.pixels[..., 0] / 255 * weights[..., 0, 1]).reshape(3, 2, 2, 2).sum(axis=3).repeat(2, axis=2)
    bias = probe.model.get_weights()[1][1]
    # Shown itself, and every other cell half the time.
    expected = bias + share / 2 + share.sum(axis=(1, 2), keepdims=True) / 4
    for centered in (True, False):
        made = attribute(probe, images, RISE(masks=16, cells=2, fill="black", centered=centered), 1)
        # All masks on average show every cell half the time.
        mean = bias + share.sum(axis=(1, 2), keepdims=True) / 4 if centered else 0
        np.testing.assert_allclose(made.values, expected - mean, atol=1e-5)


def test_rise_is_the_papers_sum_over_its_masks() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:3]
    masks = random_masks((28, 28), 5, 0.3, 7, 0, 40)
    made = attribute(probe, images, RISE(masks=40, cells=5, keep=0.3, seed=7, centered=False), 6)
    scores = np.stack([probe.logits(images.pixels[i] / np.float32(255) * masks[..., None])[:, 6] for i in range(3)])
    expected = np.einsum("nk,khw->nhw", scores, masks) / (40 * 0.3)
    np.testing.assert_allclose(made.values, expected, atol=1e-4)


def test_rise_centered_does_not_see_what_is_added_to_all_scores() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:2]

    def maps(more: float, centered: bool) -> np.ndarray:
        return attribute(probe, images, RISE(masks=50, centered=centered), lambda z: z[:, 6] + more).values

    np.testing.assert_allclose(maps(100, True), maps(0, True), atol=1e-3)
    assert np.abs(maps(100, False) - 100 - maps(0, False)).max() > 5


def test_masks_are_smooth_shifted_and_show_what_they_should() -> None:
    masks = random_masks((28, 28), 7, 0.3, 0, 0, 4000)
    assert masks.min() >= 0 and masks.max() <= 1 and not masks.flags.writeable
    np.testing.assert_allclose(masks.mean(axis=0), 0.3, atol=0.03)
    # A cell is 4 pixels, so that pixels next to each other differ by at most a quarter.
    assert np.abs(np.diff(masks, axis=1)).max() <= 0.25 + 1e-6
    assert len(np.unique(masks, axis=0)) == 4000
    # A part is the same whether the masks before it were made or not, and for sizes that cells do not divide.
    np.testing.assert_array_equal(random_masks((28, 28), 7, 0.3, 0, 100, 120), masks[100:120])
    assert random_masks((10, 17), 7, 0.5, 0, 0, 9).shape == (9, 10, 17)
    assert random_masks((4, 5), 7, 1.0, 0, 0, 2).min() == 1


@pytest.mark.parametrize("method", [Occlusion(9, 5), RISE(masks=30)], ids=["occlusion", "rise"])
@pytest.mark.parametrize("net", ["mlp", "sigmoids", "colour", "one sigmoid"])
def test_any_net_and_the_difference_of_classes(method: Occlusion | RISE, net: str) -> None:
    if net == "one sigmoid":
        layers = [keras.Input((6, 6, 1)), keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid")]
        probe = cnnviz.wrap(keras.Sequential(layers), scale="0-1")
        method = Occlusion(3, 1) if isinstance(method, Occlusion) else method
    else:
        probe = zoo_probe(net)
    images = pictures_for(probe, 3)
    first, second = (attribute(probe, images, method, i).values for i in (0, 1))
    both = attribute(probe, images, method, 0, against=1).values
    np.testing.assert_allclose(both, first - second, atol=2e-5 * np.abs(first).max())
    assert np.abs(both).max() > 0


@pytest.mark.parametrize("method", ["occlusion", "rise", "kernel-shap"])
@pytest.mark.parametrize("fill", ["black", "mean"])
def test_a_blank_picture_is_flat(method: str, fill: str) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    pixels = np.full((2, 28, 28, 1), 0.3 if fill == "mean" else 0, np.float32)
    made = attribute(probe, Images(pixels), method, fill=fill)
    assert not made.values.any() and made.flat.all()


def test_channels_are_explained_too() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:3]
    conv1 = probe.activations(images, ["conv1"])["conv1"]
    channel = int(conv1[:, 12, 13].min(axis=0).argmax())
    np.testing.assert_allclose(
        probe.scores(images, Channel("conv1", channel)), conv1[..., channel].max(axis=(1, 2)), atol=1e-5
    )
    target = Channel("conv1", channel, (12, 13))
    np.testing.assert_allclose(probe.scores(images, target), conv1[:, 12, 13, channel], atol=1e-5)
    cells = PerImageCell("conv1", np.array([[12 * 26 + 13, channel]] * 3))
    np.testing.assert_array_equal(probe.scores(images, cells, batch_size=2), probe.scores(images, target))
    # Only what lies in the receptive field, 3×3, counts.
    for one in (target, cells):
        values = attribute(probe, images, Occlusion(1, 1), one).values
        assert np.abs(values[:, 12:15, 13:16]).max() > 0
        values[:, 12:15, 13:16] = 0
        assert not values.any()


def test_scores_are_of_the_class_of_the_unchanged_picture() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:20]
    predicted = probe.logits(images).argmax(axis=1)
    assert len(set(predicted)) > 3
    for method in (Occlusion(), RISE(masks=20)):
        made = attribute(probe, images, method).values
        named = [attribute(probe, images[i], method, int(predicted[i])).values[0] for i in range(4)]
        np.testing.assert_allclose(made[:4], named, atol=1e-4)
    contrast = Contrast(OneClass(6), OneClass(0))
    np.testing.assert_array_equal(probe.scores(images, contrast), contrast.scores(probe.logits(images)))


def test_memory_does_not_grow_with_masks_times_pictures() -> None:
    probe, _ = linear((28, 28, 1))
    images = Images(np.random.default_rng(0).integers(0, 256, (512, 28, 28), dtype=np.uint8))
    target = OneClass(0)
    RISE(masks=2)(probe, images[:2], target)
    tracemalloc.start()
    RISE(masks=1000)(probe, images, target)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # All copies at once would be 1.6 GB.
    assert peak < 60 * 2**20


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("occlusion", {"patch": 0}),
        ("occlusion", {"stride": 0}),
        ("occlusion", {"patch": 3, "stride": 4}),
        ("occlusion", {"stride": 9}),
        ("occlusion", {"patch": 29}),
        ("occlusion", {"fill": "red"}),
        ("rise", {"masks": 0}),
        ("rise", {"cells": 0}),
        ("rise", {"keep": 0.0}),
        ("rise", {"keep": 1.5}),
        ("rise", {"seed": -1}),
        ("rise", {"fill": "red"}),
        ("kernel-shap", {"samples": 1}),
        ("kernel-shap", {"segments": 0}),
        ("kernel-shap", {"fill": "red"}),
        ("score-cam", {"channels": 0}),
        ("score-cam", {"weighting": "none"}),
        ("score-cam", {"fill": "red"}),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(method: str, parameters: dict) -> None:
    with pytest.raises(UsageError) as caught:
        attribute(cnnviz.open_model("fmnist-cnn"), cnnviz.open_images("sample")[:1], method, **parameters)
    assert method in str(caught.value) and "\n" not in str(caught.value)
