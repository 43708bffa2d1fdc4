"""The smaller model: equal to the masked one, honest about what it is worth, and plain Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.ablation.ablate import halves
from cnnviz.ablation.masked_accuracy import Bench
from cnnviz.ablation.removal_candidates import Candidates
from cnnviz.core.errors import UsageError
from cnnviz.models.channel_masking import MaskedNetwork
from cnnviz.models.filter_layers import filter_layers
from cnnviz.models.pruning.plan import left_alone, plan
from cnnviz.models.pruning.rebuild import rebuild
from cnnviz.models.pruning.tied_filters import filter_groups, removed_with
from tests.helpers import zoo

from .nets import pictures_for, probe_of


def mobile() -> keras.Model:
    """Depthwise with biases between convolutions that normalise, as in MobileNet."""
    x = start = keras.Input((16, 16, 1))
    x = layers.Conv2D(6, 3, padding="same", use_bias=False, name="expand")(x)
    x = layers.BatchNormalization(name="norm1")(x)
    x = layers.ReLU(name="relu1")(x)
    x = layers.DepthwiseConv2D(3, padding="same", name="deep", depth_multiplier=2)(x)
    x = layers.BatchNormalization(name="norm2")(x)
    x = layers.Activation("sigmoid", name="act")(x)
    x = layers.Conv2D(5, 1, use_bias=False, padding="same", name="project")(x)
    x = layers.SeparableConv2D(7, 3, activation="relu", name="separable")(x)
    x = layers.Reshape((-1,), name="row")(x)
    x = layers.Dense(8, activation="relu", name="hidden")(x)
    return keras.Model(start, layers.Dense(4, activation="softmax", name="head")(x))


def padded() -> keras.Model:
    """A depthwise convolution whose biases a padded convolution reads: nothing can make up for that at the border."""
    x = start = keras.Input((8, 8, 1))
    x = layers.Conv2D(4, 3, padding="same", name="first")(x)
    x = layers.DepthwiseConv2D(3, padding="same", name="deep")(x)
    x = layers.Conv2D(5, 3, padding="same", name="second")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(start, layers.Dense(3, activation="softmax", name="head")(x))


def concatenated() -> keras.Model:
    x = start = keras.Input((12, 12, 1))
    a = layers.Conv2D(4, 3, activation="relu", name="a")(x)
    b = layers.Conv2D(3, 3, activation="relu", name="b")(x)
    x = layers.Concatenate(name="both")([a, b])
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="c")(x)
    x = layers.Flatten()(x)
    return keras.Model(start, layers.Dense(3, activation="softmax", name="head")(x))


def tied() -> keras.Model:
    """Two residual blocks that normalise, one of them through a depthwise convolution, and a branch beside them."""
    x = start = keras.Input((12, 12, 1))
    x = layers.Conv2D(6, 3, padding="same", use_bias=False, name="stem")(x)
    x = skip = layers.BatchNormalization(name="norm0")(x)
    x = layers.Conv2D(5, 3, padding="same", use_bias=False, name="a")(x)
    x = layers.ReLU(name="relu_a")(layers.BatchNormalization(name="norm_a")(x))
    x = layers.BatchNormalization(name="norm_b")(layers.Conv2D(6, 3, padding="same", name="b")(x))
    x = skip = layers.ReLU(name="relu_b")(layers.Add(name="add1")([x, skip]))
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="deep")(x)
    x = layers.Conv2D(6, 1, name="project")(x)
    x = layers.Add(name="add2")([x, skip])
    y = layers.Conv2D(3, 3, padding="same", activation="relu", name="beside")(skip)
    x = layers.Concatenate(name="both")([x, y])
    z = layers.Conv2D(9, 1, name="wide")(x)
    x = layers.Multiply(name="gated")([z, x])
    x = layers.GlobalAveragePooling2D(name="gap")(x)
    x = layers.Dense(7, activation="relu", name="hidden")(x)
    return keras.Model(start, layers.Dense(4, activation="softmax", name="head")(x))


OWN = {"mobile": mobile, "padded": padded, "concatenated": concatenated, "tied": tied}


def probe_named(name: str):
    if name not in OWN:
        return probe_of(name)
    zoo.BUILDERS[name] = OWN[name]
    try:
        return cnnviz.wrap(zoo.make(name), scale="0-1")
    finally:
        del zoo.BUILDERS[name]


@pytest.mark.parametrize("name", [*sorted(zoo.BUILDERS), *OWN])
def test_the_pruned_model_equals_the_masked_one(name, tmp_path) -> None:
    probe = probe_named(name)
    inputs = np.random.default_rng(2).random((9, *probe.runner.input_shape), np.float32)
    every = {layer.path: layer for layer in filter_layers(probe.runner)}
    free = [path for path in every if path not in left_alone(probe.runner)]
    rng = np.random.default_rng(3)
    groups = filter_groups(probe.runner, every)
    numbers = np.unique(np.concatenate([groups[path] for path in free] + [[0]]))
    gone = removed_with(groups, numbers[rng.random(len(numbers)) < 0.4])
    # What goes with the first filter of a layer stays.
    stay = np.array([groups[path][0] for path in free])
    kept = {path: ~gone.get(path, np.zeros(every[path].count, bool)) | np.isin(groups[path], stay) for path in free}
    smaller = rebuild(probe.runner, plan(probe.runner, every, kept), "smaller")
    smaller.save(tmp_path / "smaller.keras")
    loaded = cnnviz.wrap(keras.models.load_model(tmp_path / "smaller.keras", compile=False), scale="0-1")
    sites = {every[path].site: mask for path, mask in kept.items()}
    wanted = MaskedNetwork(probe.runner, tuple(sites)).logits(inputs, sites)
    np.testing.assert_allclose(loaded.runner.forward(inputs)[0], wanted, atol=1e-5, rtol=1e-5)
    count = sum(int((~mask).sum()) for mask in kept.values())
    assert (loaded.card.parameters < probe.card.parameters) == bool(count)


def test_channels_that_an_addition_ties_are_one_group() -> None:
    probe = probe_named("tied")
    every = {layer.path: layer for layer in filter_layers(probe.runner)}
    groups = filter_groups(probe.runner, every)
    for other in ("b", "project", "deep"):
        np.testing.assert_array_equal(groups["stem"], groups[other])
    np.testing.assert_array_equal(groups["wide"], [*groups["stem"], *groups["beside"]])
    # 6 and 3 that are tied, 5 of a and 7 of hidden by themselves.
    assert len(np.unique(np.concatenate(list(groups.values())))) == 6 + 3 + 5 + 7
    assert set(left_alone(probe.runner)) == {"deep"}


def test_tied_channels_go_together_when_together_they_cost_least() -> None:
    probe = probe_named("tied")
    images = pictures_for(probe, 24)
    every = {layer.path: layer for layer in filter_layers(probe.runner) if layer.path != "deep"}
    groups = filter_groups(probe.runner, every)
    held = images.take(halves(images.labels)[0])
    inputs, rows = probe.inputs(held), np.arange(len(held))
    candidates = Candidates(Bench(probe, inputs, held.labels), tuple(every.values()), groups)
    # By hand: how far the loss moves with the channel gone everywhere.
    together = {"stem": 6, "b": 6, "project": 6, "wide": 9}
    network = MaskedNetwork(probe.runner, tuple(every[path].site for path in together))

    def loss(gone: int) -> np.ndarray:
        keep = {every[path].site: np.arange(count) != gone for path, count in together.items()}
        return -np.log(probe.runner.probabilities(network.logits(inputs, keep))[rows, held.labels])

    costs = [np.abs(loss(channel) - loss(-1)).mean() for channel in range(6)]
    np.testing.assert_allclose([candidates.costs[group] for group in groups["stem"]], costs, rtol=1e-3, atol=1e-6)
    with pytest.raises(UsageError, match=r"only 1 of the 2 filters of stem can be removed.*are tied to b"):
        candidates.counted({"stem": 2, "b": 1})
    emptied = candidates.share(1.0)
    assert emptied["beside"].sum() == 2 and emptied["a"].sum() == 4 and emptied["stem"].sum() == 5

    made = cnnviz.prune(probe, images, remove={"b": 2})
    assert set(made.removed["b"]) == set(np.argsort(costs)[:2].tolist())
    assert made.removed == dict.fromkeys(("stem", "b", "project", "wide"), made.removed["b"])


def test_layers_that_cannot_be_cut_are_left_alone_with_the_reason() -> None:
    assert not left_alone(probe_of("residual").runner)
    colour = left_alone(probe_of("colour").runner)
    assert "LayerNormalization" in colour["sep"] and "one channel of the layer before" in colour["depth"]
    held = left_alone(probe_named("padded").runner)
    assert "pads its channels" in held["first"] and "second" not in held
    assert set(left_alone(probe_named("mobile").runner)) == {"deep"}


@pytest.fixture(scope="module")
def probe():
    return probe_of("sequential")


@pytest.fixture(scope="module")
def images(probe):
    return pictures_for(probe, 40)


def test_what_it_says_is_what_the_model_does(probe, images, tmp_path) -> None:
    made = cnnviz.prune(probe, images, remove={"conv1": 2})
    assert len(made.removed["conv1"]) == 2 and list(made.removed) == ["conv1"]
    path = made.save(tmp_path / "p.keras")
    model = keras.models.load_model(path, compile=False)
    assert model.count_params() == made.parameters < made.parameters_before == probe.card.parameters
    held = images.take(halves(images.labels)[1])
    said = np.array(model(probe.inputs(held))).argmax(axis=1)
    assert made.after == pytest.approx((said == held.labels).mean()) and made.pictures == 20
    assert made.before == pytest.approx((probe.probabilities(held).argmax(1) == held.labels).mean())
    again = cnnviz.prune(probe, images, remove={"conv1": 2}).save(tmp_path / "q.keras")
    assert again.read_bytes() == path.read_bytes()


def test_a_share_and_a_bound(probe, images) -> None:
    assert sum(map(len, cnnviz.prune(probe, images, share=0.5).removed.values())) == 7
    # Everything may go but for one filter a layer.
    emptied = cnnviz.prune(probe, images, share=1.0)
    assert {path: len(gone) for path, gone in emptied.removed.items()} == {"conv1": 5, "conv2": 7}
    free = cnnviz.prune(probe, images, within=100)
    assert {path: len(gone) for path, gone in free.removed.items()} == {"conv1": 5, "conv2": 7}
    assert sum(map(len, cnnviz.prune(probe, images, within=0).removed.values())) <= 12


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({}, "give exactly one of"),
        ({"share": 0.1, "within": 1}, "give exactly one of"),
        ({"remove": {"head": 1}}, "head has no filters to remove; choose from: conv1, conv2"),
        ({"remove": {"conv1": 6}}, "conv1 has 6 filters and keeps one; remove 0 to 5"),
        ({"share": 1.5}, "from 0 to 1"),
        ({"within": -1}, "must not be negative"),
    ],
)
def test_what_cannot_be_removed_is_one_line(probe, images, how, words) -> None:
    with pytest.raises(UsageError, match=words):
        cnnviz.prune(probe, images, **how)


def test_what_is_tied_to_the_picture_is_refused_by_name() -> None:
    start = keras.Input((8, 8, 1))
    x = layers.Conv2D(1, 3, padding="same", name="same")(start)
    x = layers.Add(name="add")([x, start])
    x = layers.Flatten()(layers.Conv2D(3, 3, name="free")(x))
    model = keras.Model(start, layers.Dense(3, activation="softmax", name="head")(x))
    probe = cnnviz.wrap(model, scale="0-1")
    groups = filter_groups(probe.runner, {layer.path: layer for layer in filter_layers(probe.runner)})
    assert groups["same"].tolist() == [0] and len(set(groups["free"].tolist())) == 3
    probe = probe_named("colour")
    with pytest.raises(UsageError, match="no filter of depth can be removed: each of its filters reads one channel"):
        cnnviz.prune(probe, pictures_for(probe), remove={"depth": 1})
