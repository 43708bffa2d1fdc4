"""What removal costs: against masking by hand, by hand on a tiny net, and at the ends of every curve."""

from __future__ import annotations

from itertools import pairwise

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.ablation.ablate import halves
from cnnviz.ablation.removal_curves import lost_interval, steps_of
from cnnviz.ablation.removal_orders import across_layers, gone_after, random_orders
from cnnviz.ablation.taylor_scores import taylor_and_means
from cnnviz.core.errors import DataError, UsageError
from cnnviz.data.images import Images
from cnnviz.features.filters.kernel_norm import norms
from cnnviz.models.channel_masking import MaskedLayer, MaskedNetwork
from cnnviz.models.filter_layers import filter_layers
from cnnviz.models.kernels import kernel_of
from tests.helpers import zoo

from .nets import by_hand, pictures_for, probe_of

CHAIN = ["conv1", "pool1", "conv2", "relu2", "dropout", "flatten", "head"]


@pytest.fixture(scope="module")
def probe():
    return probe_of("sequential")


@pytest.fixture(scope="module")
def images(probe):
    return pictures_for(probe)


@pytest.fixture(scope="module")
def result(probe, images):
    return cnnviz.ablate(probe, images, seeds=2)


def cost_by_hand(probe, images, at: str, channel: int, value: float) -> tuple[float, float]:
    inputs = probe.inputs(images)
    whole = by_hand(probe.model, CHAIN, inputs, at, {})
    without = by_hand(probe.model, CHAIN, inputs, at, {channel: value})
    every = np.arange(len(images))
    lost = (whole.argmax(1) == images.labels).mean() - (without.argmax(1) == images.labels).mean()
    return lost, (np.log(whole[every, images.labels]) - np.log(without[every, images.labels])).mean()


@pytest.mark.parametrize(("layer", "site", "channel"), [("conv1", "conv1", 3), ("conv2", "relu2", 5)])
def test_zero_and_mean_ablation_are_masking_by_hand(probe, images, result, layer, site, channel) -> None:
    mean = float(
        np.array(by_hand(probe.model, CHAIN[: CHAIN.index(site) + 1], probe.inputs(images), "", {}))[
            ..., channel
        ].mean()
    )
    for row, value in enumerate((0.0, mean)):
        accuracy, loss = cost_by_hand(probe, images, site, channel, value)
        assert result[layer].accuracy[row, channel] == pytest.approx(accuracy, abs=1e-6)
        assert result[layer].loss[row, channel] == pytest.approx(loss, abs=1e-5)


@pytest.mark.parametrize("name", sorted(zoo.BUILDERS))
def test_three_ways_of_masking_agree(name) -> None:
    probe = probe_of(name)
    inputs = np.random.default_rng(1).random((5, *probe.runner.input_shape), np.float32)
    for layer in filter_layers(probe.runner):
        masked = MaskedLayer(probe.runner, layer.site)
        keep = 1 - np.eye(layer.count, dtype=np.float32)
        put = np.linspace(-0.5, 0.5, layer.count).astype(np.float32)
        plain, single, network = (np.zeros((layer.count, 5, len(probe.class_names))) for _ in range(3))
        for rows, part, logits in masked.logits(inputs, keep, (1 - keep) * put):
            plain[rows, part] = logits
        for rows, part, logits in masked.one_by_one(inputs, np.arange(layer.count), put):
            single[rows, part] = logits
        np.testing.assert_allclose(single, plain, atol=1e-5)
        for rows, part, logits in masked.logits(inputs, keep, 0 * keep):
            plain[rows, part] = logits
        for row in range(layer.count):
            network[row] = MaskedNetwork(probe.runner, [layer.site]).logits(inputs, {layer.site: keep[row] > 0})
            if row == 2:
                break
        np.testing.assert_allclose(network[:3], plain[:3], atol=1e-5)


def test_a_filter_is_complete_behind_its_normalisation_and_activation() -> None:
    sites = {layer.path: layer.site for layer in filter_layers(probe_of("residual").runner)}
    assert sites == {"stem": "relu", "a": "a", "b": "b"}


def test_taylor_by_hand_on_a_tiny_net() -> None:
    model = keras.Sequential(
        [keras.Input((1, 1, 1)), layers.Conv2D(2, 1, name="c"), layers.Flatten(), layers.Dense(2, name="d")]
    )
    model.get_layer("c").set_weights([np.array([[[[2.0, -1.0]]]]), np.array([0.0, 0.5])])
    weights = np.array([[1.0, -1.0], [0.5, 2.0]])
    model.get_layer("d").set_weights([weights, np.zeros(2)])
    probe = cnnviz.wrap(model, scale="0-1")
    x, labels = np.array([0.2, 1.0], np.float32), np.array([0, 1])
    z = np.stack([2 * x, 0.5 - x], axis=1)
    logits = z @ weights
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    expected = np.abs((p - np.eye(2)[labels]) @ weights.T * z)
    one = list(filter_layers(probe.runner))
    scores, means = taylor_and_means(probe, x.reshape(2, 1, 1, 1), labels, one)["c"]
    np.testing.assert_allclose(scores, expected, rtol=1e-5)
    np.testing.assert_allclose(means, z.mean(0), rtol=1e-5)


def test_the_norm_is_that_of_the_kernel_as_the_layer_applies_it() -> None:
    probe = probe_of("colour")
    before = cnnviz.ablate(probe, pictures_for(probe, 4), "sep", seeds=0)["sep"].norm
    layer = probe.model.get_layer("sep")
    held = cnnviz.filters(probe, pictures_for(probe, 4), "sep", include=())["sep"].norm
    np.testing.assert_allclose(before, held, rtol=1e-6)
    deep, point, *rest = layer.get_weights()
    # A factor moved from one part to the other leaves the layer, and so the norm, as it was.
    layer.set_weights([2 * deep, point / 2, *rest])
    after = cnnviz.ablate(probe, pictures_for(probe, 4), "sep", seeds=0)["sep"].norm
    np.testing.assert_allclose(after, before, rtol=1e-6)


def test_curves_begin_with_the_whole_model_and_end_with_its_biases(probe, images, result) -> None:
    measured = images.take(result.measuring)
    labels, inputs = measured.labels, probe.inputs(measured)
    whole = (probe.logits(measured).argmax(1) == labels).mean()
    emptied = by_hand(probe.model, CHAIN, inputs, "conv1", dict.fromkeys(range(6), 0.0))
    for name in ("cost", "norm", "taylor"):
        curves = result["conv1"].curves
        assert curves.accuracy[name][0] == pytest.approx(whole)
        assert curves.accuracy[name][-1] == pytest.approx((emptied.argmax(1) == labels).mean())
        assert result.overall.accuracy[name][0] == pytest.approx(whole)
    assert result["conv1"].curves.random_accuracy.shape == (2, 7)
    assert result.overall.total == 14
    # In between: the first three by norm, by hand.
    first = dict.fromkeys(result["conv1"].curves.orders["norm"][:3].tolist(), 0.0)
    assert sorted(first) == sorted(np.argsort(norms(kernel_of(probe, "conv1")), kind="stable")[:3].tolist())
    without = by_hand(probe.model, CHAIN, inputs, "conv1", first)
    assert result["conv1"].curves.accuracy["norm"][3] == pytest.approx((without.argmax(1) == labels).mean())


def test_what_can_be_removed_keeps_within_the_bound(result) -> None:
    for layer in result.layers.values():
        found = layer.removable
        assert found.before - found.after <= result.within + 1e-9
        assert found.low <= found.before - found.after + 0.1 and found.low < found.high
    assert "can be removed for under 0.5 points" in result.findings[0]


def test_an_idle_filter_is_told(images) -> None:
    probe = probe_of("sequential")
    kernel, bias = probe.model.get_layer("conv1").get_weights()
    bias[2], kernel[..., 2] = -1, 0
    probe.model.get_layer("conv1").set_weights([kernel, bias])
    found = cnnviz.ablate(probe, images, "conv1", seeds=0)
    assert found["conv1"].idle[2] and found["conv1"].curves.orders["cost"][0] == 2
    assert found["conv1"].accuracy[0, 2] == 0 and any("no score when removed" in words for words in found.findings)


def test_dense_nets_and_one_picture_and_one_filter() -> None:
    probe = probe_of("mlp")
    found = cnnviz.ablate(probe, pictures_for(probe, 1), seeds=1)
    assert list(found.layers) == ["hidden"] and found["hidden"].noun == "neuron" and found.overall is None
    assert found.choosing.tolist() == found.measuring.tolist() == [0]
    one = probe_of("shared")
    single = cnnviz.ablate(one, pictures_for(one, 2), "twice", seeds=1)["twice"]
    assert single.count == 1 and single.curves.counts.tolist() == [0, 1]


def test_the_model_is_left_as_it_was(images) -> None:
    probe = probe_of("residual")
    before, config = [w.copy() for w in probe.model.get_weights()], probe.model.get_config()
    found = cnnviz.ablate(probe, pictures_for(probe), seeds=1)
    assert probe.model.get_config() == config
    for old, new in zip(before, probe.model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert found["stem"].tied is None and found["a"].tied is None


def test_what_cannot_be_measured_is_said_in_one_line(probe, images) -> None:
    with pytest.raises(DataError, match=r"has no labels.*sub-folder for each class"):
        cnnviz.ablate(probe, Images(images.pixels))
    with pytest.raises(DataError, match="are not those of the model"):
        cnnviz.ablate(probe, Images(images.pixels, images.labels % 3, ("a", "b", "c")))
    with pytest.raises(UsageError, match=r"head is the last layer.*choose from: conv1, conv2"):
        cnnviz.ablate(probe, images, "head")
    with pytest.raises(UsageError, match=r"pool1 \(MaxPooling2D\) has no filters"):
        cnnviz.ablate(probe, images, "pool1")


def test_it_comes_back_from_a_file_and_progress_ends(probe, images, result, tmp_path) -> None:
    told = []
    again = cnnviz.ablate(probe, images, seeds=2, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] and all(a <= b for (a, _), (b, _) in pairwise(told))
    loaded = cnnviz.Ablation.load(again.save(tmp_path / "a.npz"))
    assert loaded.findings == result.findings and loaded.plain_loss == result.plain_loss
    for path, layer in result.layers.items():
        np.testing.assert_array_equal(loaded[path].loss, layer.loss)
        np.testing.assert_array_equal(loaded[path].curves.orders["taylor"], layer.curves.orders["taylor"])
        np.testing.assert_array_equal(loaded[path].ranks, layer.ranks)


def test_orders_steps_halves_and_intervals() -> None:
    np.testing.assert_array_equal(gone_after(np.array([2, 0, 1]), [0, 1, 3]), [[0, 0, 0], [0, 0, 1], [1, 1, 1]])
    assert steps_of(3).tolist() == [0, 1, 2, 3] and steps_of(128).tolist() == list(range(0, 129, 8))
    np.testing.assert_array_equal(random_orders(9, 2), random_orders(9, 3)[:2])
    joined = across_layers([{"cost": np.array([1.0]), "norm": np.array([3.0, 3]), "taylor": np.array([3.0, 4])}] * 2)
    assert joined["norm"].tolist() == [1] * 4 and joined["taylor"].tolist() == [0.6, 0.8, 0.6, 0.8]
    labels = np.repeat([0, 1], 20)
    first, second = halves(labels)
    assert sorted([*first, *second]) == list(range(40)) and np.bincount(labels[first]).tolist() == [10, 10]
    low, high = lost_interval(np.ones(98, bool), np.arange(98) >= 10)
    # Agresti and Min: (10.5 − 0.5) / 100 ± 1.96 · √(11 − 10² / 100) / 100.
    assert (low, high) == pytest.approx((0.1 - 0.0196 * np.sqrt(10), 0.1 + 0.0196 * np.sqrt(10)))


def test_a_removal_that_helps_is_not_said_to_raise_the_cross_entropy() -> None:
    from types import SimpleNamespace

    from cnnviz.ablation.findings import _costliest

    def told(loss: float) -> str:
        layer = SimpleNamespace(noun="filter", path="a", loss=np.array([[loss, -1.0]]), accuracy=np.array([[0.0, 0.0]]))
        return _costliest(SimpleNamespace(layers={"a": layer}))

    assert told(-0.1).endswith("a/0: without it accuracy does not fall and cross-entropy does not rise.")
    assert told(0.1).endswith("cross-entropy rises by 0.1 nats.")
