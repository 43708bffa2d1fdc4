"""What the page of a channel is made from: weights as Keras has them, answers as NumPy counts them, within bounds."""

from __future__ import annotations

import base64
import gzip
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.render import show
from cnnviz.features.responses import Responses, responses
from cnnviz.gallery.content import Content
from cnnviz.gallery.quantize import Blobs
from cnnviz.gallery.sections import channel
from cnnviz.reports.report import report
from tests.helpers import zoo
from tests.helpers.made_up_responses import made_up
from tests.helpers.rounding import hold_in_16_bits

HERE = Path(__file__).parent


@pytest.fixture
def node(node_path, tmp_path):
    """Run a task of js/channel.mjs."""

    def run(task: str, **given: Any) -> Any:
        file = tmp_path / "task.json"
        file.write_text(json.dumps({"task": task, **given}))
        done = subprocess.run(
            [str(node_path), str(HERE / "js" / "channel.mjs"), str(file)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def kernels(node, tmp_path, model: keras.Model, asked: list[tuple[str, int]]) -> list[Any]:
    """Kernels as the page reads them; the model is then left with the same, to compare."""
    probe = cnnviz.wrap(model, scale="0-1")
    h, w, c = probe.card.input_shape
    made = cnnviz.predict(probe, np.zeros((1, h, w, c), np.uint8)).network()
    (tmp_path / "weights").write_bytes(made.weights)
    hold_in_16_bits(model)
    paths = [layer.path for layer in probe.layers]
    return node("kernels", manifest=made.manifest, weights=str(tmp_path / "weights"), paths=paths, asked=asked)


def slices(kernel: Any) -> np.ndarray:
    """(inputs, height, width)"""
    return np.array([s["values"] for s in kernel["slices"]]).reshape(-1, kernel["height"], kernel["width"])


def test_kernels_are_those_of_keras_in_sixteen_bits(node, tmp_path) -> None:
    model = zoo.make("sequential")
    first, second, relu, pool, head = kernels(
        node, tmp_path, model, [("conv1", 4), ("conv2", 5), ("relu2", 5), ("pool1", 0), ("head", 7)]
    )
    held, bias = model.get_layer("conv1").get_weights()
    np.testing.assert_array_equal(slices(first)[0], held[:, :, 0, 4])
    assert first["bias"] == bias[4] and first["picture"] and first["rounded"]
    held, bias = model.get_layer("conv2").get_weights()
    np.testing.assert_array_equal(slices(second), held[..., 5].transpose(2, 0, 1))
    assert (second["from"], second["picture"], second["bias"]) == ("pool1", False, bias[5])
    norms = [s["norm"] for s in second["slices"]]
    np.testing.assert_allclose(norms, np.sqrt((held[..., 5].astype(float) ** 2).sum(axis=(0, 1))), rtol=1e-6)
    assert relu is None and pool is None
    # Units on maps laid out in a row: as maps, through the flattening and the dropout, of the layer that made them.
    held, _ = model.get_layer("head").get_weights()
    depth = 8
    side = int(np.sqrt(held.shape[0] // depth))
    wanted = held[:, 7].reshape(side, side, depth).transpose(2, 0, 1)
    np.testing.assert_array_equal(slices(head), wanted)
    assert (head["kind"], head["from"], [s["input"] for s in head["slices"]]) == ("flat", "relu2", list(range(depth)))


def test_separable_kernels_are_multiplied_out_and_depthwise_ones_have_one_input(node, tmp_path) -> None:
    model = zoo.make("colour")
    sep, deep, norm, head = kernels(node, tmp_path, model, [("sep", 3), ("depth", 4), ("norm", 0), ("head", 2)])
    depthwise, pointwise, _ = model.get_layer("sep").get_weights()
    wanted = np.einsum("hwim,im->ihw", depthwise, pointwise.reshape(3, -1, 6)[..., 3])
    np.testing.assert_allclose(slices(sep), wanted, atol=1e-6)
    assert sep["kind"] == "product" and sep["picture"] and len(sep["slices"]) == 3
    held, _ = model.get_layer("depth").get_weights()
    np.testing.assert_array_equal(slices(deep), held[:, :, 4, 0][None])
    assert [s["input"] for s in deep["slices"]] == [4] and deep["from"] == "sep"
    assert norm is None
    held, _ = model.get_layer("head").get_weights()
    np.testing.assert_array_equal(slices(head).ravel(), held[:, 2])
    assert (head["from"], head["height"], head["kind"]) == ("gmp", 1, "")


def test_groups_and_multipliers_read_their_own_inputs(node, tmp_path) -> None:
    keras.utils.set_random_seed(2)
    model = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            keras.layers.ZeroPadding2D(1, name="border"),
            keras.layers.Conv2D(6, 3, name="first"),
            keras.layers.Conv2D(9, 3, groups=3, name="grouped"),
            keras.layers.DepthwiseConv2D((2, 3), depth_multiplier=2, name="twice"),
            keras.layers.GlobalAveragePooling2D(name="gap"),
            keras.layers.Dense(4, name="head"),
        ]
    )
    first, grouped, twice = kernels(node, tmp_path, model, [("first", 0), ("grouped", 7), ("twice", 5)])
    assert first["picture"]
    held, _ = model.get_layer("grouped").get_weights()
    assert [s["input"] for s in grouped["slices"]] == [4, 5]
    np.testing.assert_array_equal(slices(grouped), held[..., 7].transpose(2, 0, 1))
    held, _ = model.get_layer("twice").get_weights()
    assert [s["input"] for s in twice["slices"]] == [2] and (twice["height"], twice["width"]) == (2, 3)
    np.testing.assert_array_equal(slices(twice)[0], held[:, :, 2, 1])


def test_units_that_read_the_picture_are_seen_on_it(node, tmp_path) -> None:
    for name, layer in (("mlp", "hidden"), ("sigmoids", "hidden")):
        model = zoo.make(name)
        (hidden,) = kernels(node, tmp_path, model, [(layer, 3)])
        held, _ = model.get_layer(layer).get_weights()
        np.testing.assert_array_equal(slices(hidden)[0], held[:, 3].reshape(28, 28))
        assert hidden["picture"] and hidden["kind"] == "flat"
    nested, first = kernels(node, tmp_path, zoo.make("nested"), [("backbone/block/conv2", 1), ("backbone/conv1", 0)])
    assert nested["from"] == "backbone/conv1" and first["picture"]


def packed(seen: Responses, path: str) -> tuple[dict[str, Any], bytes]:
    blobs = Blobs()
    entry = channel.entry(Content(seen, results=(seen,)), blobs)["layers"][path]
    return entry, gzip.decompress(base64.b64decode(blobs.texts[entry["blob"]]))


def test_answers_come_out_as_they_went_in(node, tmp_path) -> None:
    sample = cnnviz.open_images("sample")[:150]
    seen = responses("fmnist-cnn", sample, ["conv2", "dense1"])
    stored = cnnviz.activations("fmnist-cnn", sample, ["conv2", "dense1"])
    for path, channels in (("conv2", 64), ("dense1", 64)):
        entry, raw = packed(seen, path)
        (tmp_path / "blob").write_bytes(raw)
        read = node("responses", blob=str(tmp_path / "blob"), entry=entry)
        held = seen[path]
        assert len(read) == channels and entry["pictures"] == 150 and entry["kept"] == 9
        for c, answer in enumerate(read):
            peaks = stored[path][..., c].reshape(150, -1).max(axis=1)
            assert (answer["low"], answer["high"]) == (peaks.min(), peaks.max())
            assert answer["lowTies"] == (peaks == peaks.min()).sum()
            assert answer["highTies"] == (peaks == peaks.max()).sum()
            assert answer["active"] == held.active[c]
            for end, lowest in (("top", False), ("bottom", True)):
                told = [(place["position"], place["cell"], place["value"]) for place in answer[end]]
                assert told == seen.top(path, c, 9, lowest)
            if peaks.max() > peaks.min():
                edges = answer["start"] + answer["width"] * np.arange(len(answer["bins"]) + 1)
                assert 16 < len(answer["bins"]) <= 32 and edges[0] <= peaks.min() and peaks.max() < edges[-1]
                np.testing.assert_array_equal(answer["bins"], np.histogram(peaks.astype(np.float64), edges)[0])
            flat = np.ptp(stored[path][..., c].reshape(150, -1), axis=1) == 0 if path == "conv2" else peaks == 0
            assert answer["flat"] == np.float32(flat.mean())
            means = {entry["index"]: entry["mean"] for entry in answer["profile"]}
            assert means == {i: float(held.profile[i, c]) for i in range(10)}
            ranked = [entry["mean"] for entry in answer["profile"]]
            assert ranked == sorted(ranked, reverse=True)


def test_the_page_finds_the_same_among_its_own_pictures(node) -> None:
    random = np.random.default_rng(0)
    maps = np.maximum(random.normal(0, 1, (12, 3, 5)).astype(np.float32), 0)
    maps[:, 2] = 0.5
    maps[3] = 0
    read = node("found", maps=maps.tolist())
    for c, answer in enumerate(read):
        peaks = maps[:, c].max(axis=1)
        order = np.argsort(-peaks, kind="stable")[:6]
        wanted = [(int(i), int(maps[i, c].argmax()), float(peaks[i])) for i in order]
        assert [(p["position"], p["cell"], p["value"]) for p in answer["top"]] == wanted
        assert answer["bottom"][0]["position"] == np.argmin(peaks) and len(answer["bottom"]) == 6
        edges = answer["start"] + answer["width"] * np.arange(len(answer["bins"]) + 1)
        assert c == 2 or answer["bins"] == np.histogram(peaks.astype(np.float64), edges)[0].tolist()
        assert sum(answer["bins"]) == 12 and answer["lowTies"] == (peaks == peaks.min()).sum()


def test_zeros_are_counted_and_not_drawn_and_a_value_is_found_in_its_bin(node) -> None:
    answer = {"low": 0, "high": 4, "start": 0, "width": 1, "bins": [10, 2, 0, 1], "lowTies": 7, "highTies": 1}
    none, zero, one, last, beyond = node("binned", response=answer, values=[None, 0, 1.5, 4, 4.01])
    assert none["bins"] == [3, 2, 0, 1] and none["zeros"] == 7 and none["from"] == [0, 1, 2, 3]
    assert [told["at"] for told in (none, zero, one, last, beyond)] == [-1, -1, 1, 3, 3]
    (signed,) = node("binned", response=answer | {"low": -4, "start": -4, "width": 2, "lowTies": 1}, values=[-3.9])
    assert signed["bins"] == [10, 2, 0, 1] and signed["at"] == 0


def test_a_layer_of_thousands_of_units_stays_small(node, tmp_path) -> None:
    seen = made_up(1000, 4096, 1000)
    blobs = Blobs()
    section = channel.entry(Content(seen, results=(seen,)), blobs)
    entry = section["layers"]["fc"]
    assert (entry["kept"], entry["classes"], entry["of"], section["by"]) == (3, 12, 1000, "predicted")
    assert blobs.weight < 1_500_000
    (tmp_path / "blob").write_bytes(gzip.decompress(base64.b64decode(blobs.texts[0])))
    answer = node("responses", blob=str(tmp_path / "blob"), entry=entry)[4000]
    best = np.argsort(-seen["fc"].profile[:, 4000])[:12]
    assert [held["index"] for held in answer["profile"]] == best.tolist()
    assert [place["position"] for place in answer["top"]] == [p for p, _, _ in seen.top("fc", 4000, 3)]


def test_a_class_without_pictures_has_no_mean(node, tmp_path) -> None:
    seen = made_up(20, 3, 6)
    entry, raw = packed(seen, "fc")
    (tmp_path / "blob").write_bytes(raw)
    profile = node("responses", blob=str(tmp_path / "blob"), entry=entry)[1]["profile"]
    assert [held["mean"] is None for held in profile] == [False, False, False, True, True, True]
    assert {held["index"] for held in profile[3:]} == {0, 2, 4}


def test_without_answers_the_section_is_there_and_empty(conv2) -> None:
    assert channel.entry(Content(conv2), Blobs()) == {"by": None, "counts": [], "layers": {}}


def test_a_thousand_pictures_and_every_layer_stay_below_two_megabytes() -> None:
    page = show(report("fmnist-cnn", "sample", include=()), "page").single()
    assert len(page) <= 2_000_000
    data = json.loads(re.search(rb'id="data">(.*?)</script>', page, re.DOTALL)[1])
    assert len(data["sections"]["channel"]["layers"]) == 7 and data["sections"]["channel"]["by"] == "label"
