"""Filters of real networks: kernels are Keras', findings count, and the file gives back what went in."""

from __future__ import annotations

import csv
import io

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.features.filters.measures import COLUMNS
from cnnviz.models.kernels import kernel_of
from tests.helpers import zoo


@pytest.fixture(scope="module")
def sample() -> cnnviz.Images:
    return cnnviz.open_images("sample")[:120]


@pytest.fixture(scope="module")
def found(sample) -> cnnviz.Filters:
    return cnnviz.filters("fmnist-cnn", sample, ["conv1", "dense1"], include=())


def test_numbers_are_those_of_weights_and_activations(found, sample) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    assert list(found) == ["conv1", "dense1"]
    for path in found:
        weights = probe.model.get_layer(path).kernel.numpy().astype(np.float64)
        flat = weights.reshape(-1, weights.shape[-1])
        held, values = found[path], cnnviz.activations(probe, sample, path)[path]
        maps = values.reshape(120, -1, values.shape[-1])
        np.testing.assert_allclose(held.norm, np.linalg.norm(flat, axis=0))
        shares = np.abs(flat) / np.abs(flat).sum(axis=0)
        np.testing.assert_allclose(held.entropy, -(shares * np.log2(shares)).sum(axis=0))
        dead = (maps == 0).all(axis=1) if path == "dense1" else np.ptp(maps, axis=1) == 0
        np.testing.assert_allclose(held.dead, dead.mean(axis=0), rtol=1e-6)
        with np.errstate(invalid="ignore"):
            wanted = np.corrcoef(maps.mean(axis=1, dtype=np.float64).T)
        for i, twin in enumerate(held.twins.twin):
            if twin >= 0:
                np.testing.assert_allclose(held.twins.correlation[i], wanted[i, twin], atol=1e-6)
                cosine = flat[:, i] @ flat[:, twin] / (held.norm[i] * held.norm[twin])
                assert held.twins.cosine[i] == pytest.approx(cosine)


def test_findings_count_what_was_made_dead_and_what_was_copied(sample) -> None:
    model = zoo.make("sequential")
    kernel, bias = model.get_layer("conv1").get_weights()
    kernel[..., 4], bias[4] = kernel[..., 1], bias[1]
    kernel[..., 2], bias[2] = -1, -1
    model.get_layer("conv1").set_weights([kernel, bias])
    before = [weights.copy() for weights in model.get_weights()]
    made = cnnviz.filters(cnnviz.wrap(model, scale="0-1"), sample, "conv1", include=())
    assert made["conv1"].dead[2] == 1 and (1, 4) in made["conv1"].twins.pairs()
    assert made["conv1"].twins.twin[4] == 1 and made["conv1"].twins.cosine[4] == pytest.approx(1)
    (told,) = made.findings
    assert told.startswith("conv1: 1 of 6 filters is dead on all 120 images; 1 pair of twins")
    assert "expected by chance" in told
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_filter_is_dead_where_what_stands_behind_its_layer_is(sample) -> None:
    """A convolution without activation of its own, then normalisation and ReLU: only behind these is one ever zero."""
    model = zoo.make("residual")
    gamma, beta, mean, variance = model.get_layer("norm").get_weights()
    beta[3], gamma[3] = -1, 0
    model.get_layer("norm").set_weights([gamma, beta, mean, variance])
    probe = cnnviz.wrap(model, scale="0-1")
    made = cnnviz.filters(probe, sample, ["stem", "a"], include=())
    held = made["stem"]
    assert (held.site, made["a"].site, held.noun) == ("relu", "a", "filter") and list(made.responses.layers) == [
        "stem",
        "a",
    ]
    seen = cnnviz.activations(probe, sample, ["stem", "relu"])
    maps = seen["relu"].reshape(120, -1, 8)
    np.testing.assert_allclose(held.dead, (np.ptp(maps, axis=1) == 0).mean(axis=0), rtol=1e-6)
    assert held.dead[3] == 1 and np.ptp(seen["stem"][..., 3]) > 0
    means = maps.mean(axis=1, dtype=np.float64)
    profile = np.stack([means[sample.labels == c].mean(axis=0) for c in range(10)])
    most = profile.max(axis=0)
    rest = (profile.sum(axis=0) - most) / 9
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(held.selectivity, (most - rest) / (most + rest), rtol=1e-4)
    np.testing.assert_allclose(held.highest, seen["stem"].max(axis=(0, 1, 2)), rtol=1e-6)
    assert made.findings[0].startswith("stem: 1 of 8 filters is dead on all 120 images (behind relu);")


def test_what_does_nothing_behind_a_layer_is_not_named(sample) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    assert probe.layer("dropout").inputs == ("conv3",)
    made = cnnviz.filters(probe, sample[:1], "conv3", include=())
    assert made["conv3"].site == "conv3"
    assert made.findings[0].split(";")[0].endswith("dead on the one image")


def test_kernels_of_every_kind_lie_as_their_inputs_do() -> None:
    probe = cnnviz.wrap(zoo.make("colour"), scale="0-1")
    deep, point, _ = probe.model.get_layer("sep").get_weights()
    wanted = np.einsum("hwim,imo->hwio", deep, point[0, 0].reshape(3, -1, point.shape[-1]))
    np.testing.assert_allclose(kernel_of(probe, "sep"), wanted, atol=1e-7)
    held, _ = probe.model.get_layer("depth").get_weights()
    np.testing.assert_array_equal(kernel_of(probe, "depth")[..., 0, :], held.reshape(*held.shape[:2], -1))
    assert kernel_of(probe, "norm") is None
    mlp = cnnviz.wrap(zoo.make("mlp"), scale="0-1")
    held, _ = mlp.model.get_layer("hidden").get_weights()
    np.testing.assert_array_equal(kernel_of(mlp, "hidden"), held.reshape(28, 28, 1, -1))


def test_dense_units_and_their_layers_have_numbers_too(sample) -> None:
    made = cnnviz.filters(cnnviz.wrap(zoo.make("mlp"), scale="0-1"), sample)
    assert made["hidden"].structure.measure == "smoothness" and made["hidden"].structure.places == 784


def test_layers_without_filters_are_refused(sample) -> None:
    with pytest.raises(cnnviz.UsageError, match="layer pool1 has no filters of its own; choose from: conv1, conv2"):
        cnnviz.filters("fmnist-cnn", sample, "pool1")
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.GlobalAveragePooling2D(), keras.layers.Softmax()])
    with pytest.raises(cnnviz.CnnvizError):
        cnnviz.filters(cnnviz.wrap(model, scale="0-1"), sample, include=())


def test_rows_and_file_hold_everything(found, tmp_path) -> None:
    rows = list(csv.DictReader(io.StringIO(found.to_csv(tmp_path / "f.csv").read_text(), newline="")))
    assert len(rows) == 128 and tuple(rows[0]) == COLUMNS
    assert float(rows[3]["norm"]) == pytest.approx(found["conv1"].norm[3], rel=1e-6)
    again = cnnviz.Filters.load(found.save(tmp_path / "f.npz"))
    assert list(again.rows()) == list(found.rows()) and again.findings == found.findings
    for path in found:
        for name in ("positions", "cells", "values"):
            np.testing.assert_array_equal(
                getattr(again.responses[path].top, name), getattr(found.responses[path].top, name)
            )
    with pytest.raises(cnnviz.DataError, match="holds"):
        cnnviz.Activations.load(tmp_path / "f.npz")
