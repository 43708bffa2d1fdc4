"""Runs in windows give the scores of whole copies, for every kind of layer, and step aside where they cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.attribution.perturbation import Occlusion, occlusion
from cnnviz.attribution.perturbation.patches import coverage
from cnnviz.core.targets import Channel, Contrast, OneClass
from cnnviz.models import changed_windows
from cnnviz.models.changed_windows import windowed_steps
from cnnviz.models.gradients import GradientSpec
from cnnviz.models.patch_windows import _hidden, _prepared, patch_windows
from cnnviz.models.perturbed_scores import PerturbedCopies, perturbed_scores
from tests.helpers.sweeps import slow, sweep
from tests.helpers.zoo_probes import pictures_for

L = keras.layers


def _valid(x):
    x = L.Conv2D(4, 3, activation="relu", name="a")(x)
    x = L.MaxPooling2D(2, name="b")(x)
    return L.Conv2D(5, (3, 2), activation="relu", name="c")(x)


def _same(x):
    x = L.Conv2D(4, 3, strides=2, padding="same", activation="tanh", name="a")(x)
    x = L.MaxPooling2D(3, strides=2, padding="same", name="b")(x)
    return L.Conv2D(5, 3, padding="same", name="c")(x)


def _dilated(x):
    x = L.Conv2D(4, 3, dilation_rate=2, padding="same", name="a")(x)
    return L.AveragePooling2D((2, 1), name="b")(L.LeakyReLU(name="c")(x))


def _padded(x):
    # Padding at the end alone moves the last windows of a map.
    x = L.ZeroPadding2D(((0, 1), (0, 1)), name="a")(x)
    x = L.DepthwiseConv2D(3, strides=2, use_bias=False, name="conv")(x)
    x = L.BatchNormalization(name="b")(x)
    return L.ReLU(6.0, name="c")(L.Conv2D(6, 1, name="d")(x))


def _residual(x):
    x = L.Conv2D(4, 3, padding="same", use_bias=False, name="conv")(x)
    x = L.BatchNormalization(name="a")(x)
    long = L.Conv2D(4, 3, padding="same", activation="relu", name="b")(x)
    long = L.Conv2D(6, 3, strides=2, padding="same", name="c")(long)
    short = L.Conv2D(6, 1, strides=2, name="d")(x)
    return L.Activation("relu", name="f")(L.Add(name="e")([long, short]))


def _branches(x):
    x = L.Rescaling(0.5, -0.1, name="a")(x)
    one, two = L.Conv2D(3, 1, name="b")(x), L.Conv2D(3, 5, padding="same", groups=1, name="c")(x)
    return L.Concatenate(name="d")([L.PReLU(shared_axes=[1, 2], name="e")(one), two])


def _gaps(x):
    # Strides over the size of the kernel leave cells unread.
    x = L.Conv2D(4, 2, strides=3, name="a")(x)
    return L.MaxPooling2D(1, strides=2, name="b")(x)


#: How a network begins, and the steps that run in windows.
BEGINNINGS = {
    _valid: "a b c",
    _same: "a b c",
    _dilated: "a b c",
    _padded: "a b c d",
    _residual: "a b c d e f",
    _branches: "a b c d e",
    _gaps: "a b",
}


def _probe(beginning: Callable[[Any], Any], shape: tuple[int, int, int] = (17, 14, 2), end=L.Flatten) -> cnnviz.Probe:
    keras.utils.set_random_seed(3)
    image = keras.Input(shape)
    model = keras.Model(image, L.Dense(4, name="head")(end()(beginning(image))))
    rng = np.random.default_rng(5)
    for variable in model.variables:
        if "kernel" not in variable.path:
            variable.assign(rng.uniform(0.2, 1, variable.shape))
    return cnnviz.wrap(model, scale="0-1")


def _both_ways(probe: cnnviz.Probe, patch: int, stride: int, of: Channel | None = None) -> float:
    """Return how far windows are from whole copies, as a share of the highest score."""
    runner, images = probe.runner, pictures_for(probe, 3)
    inputs = probe.inputs(images)
    down, across = (coverage(extent, patch, stride) for extent in inputs.shape[1:3])
    owner, row, column = np.nonzero(np.ones((3, len(down), len(across))))
    places = row.astype(np.int32), column.astype(np.int32)
    fill = np.full_like(inputs, 0.7)
    windows = _prepared(runner, down, across, None if of is None else of.layer)
    spec = GradientSpec((), "given" if of is None else "peak", None if of is None else of.layer)
    weights = np.tile(np.float32([1, -2, 0.5, 3]), (3, 1))
    given = weights if of is None else np.full(3, of.index, np.int32)
    near, whole = (
        perturbed_scores(runner, spec, given, PerturbedCopies(how, owner, (inputs, fill), places, (down, across)))
        for how in (windows, occlusion.Hidden())
    )
    assert np.ptp(whole) > 0.01 * np.abs(whole).max()
    return float(np.abs(near - whole).max() / np.abs(whole).max())


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows of any size are used."""
    monkeypatch.setattr(changed_windows, "MOST_SHARE", 1.0)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("beginning", sweep(BEGINNINGS, _padded, _residual, _gaps))
@pytest.mark.parametrize("patches", [(3, 2), *slow((1, 1), (2, 1), (5, 3), (6, 6), (13, 4))])
def test_scores_are_those_of_whole_copies(beginning: Callable[[Any], Any], patches: tuple[int, int]) -> None:
    patch, stride = patches
    probe = _probe(beginning)
    graph = probe.runner.fed((), probe.runner.head.replace)
    spans = tuple(_hidden(coverage(extent, patch, stride)) for extent in (17, 14))
    assert set(windowed_steps(graph, spans, {})) == set(BEGINNINGS[beginning].split())
    assert _both_ways(probe, patch, stride) <= 1e-6


@pytest.mark.parametrize("end", [L.GlobalAveragePooling2D, *slow(L.GlobalMaxPooling2D)])
def test_ends_that_pool_read_whole_maps(end: type) -> None:
    assert _both_ways(_probe(_residual, end=end), 3, 2) <= 1e-6


def _custom_layer() -> Any:
    class Conv2D(L.Conv2D):
        """By its name a convolution, but it mixes places."""

        def convolution_op(self, inputs, kernel):
            made = super().convolution_op(inputs, kernel)
            return made + keras.ops.mean(made, axis=(1, 2), keepdims=True)

    return Conv2D(4, 3, name="a")


#: Layers whose cells depend on more than a window can tell.
OPAQUE = {
    "an own class": _custom_layer,
    "an own activation": lambda: L.Conv2D(4, 3, name="a", activation=lambda x: x - keras.ops.mean(x, (1, 2), True)),
    "normalization over rows": lambda: L.BatchNormalization(axis=1, name="a"),
    "normalization over places": lambda: L.LayerNormalization(axis=(1, 2, 3), name="a"),
    "softmax over columns": lambda: L.Softmax(axis=2, name="a"),
    "weights for each place": lambda: L.PReLU(name="a"),
    "half precision": lambda: L.Conv2D(4, 3, name="a", dtype="mixed_bfloat16"),
    "means at edges": lambda: L.AveragePooling2D(3, strides=1, padding="same", name="a"),
    "flipped": lambda: L.Permute((2, 1, 3), name="a"),
    "a lambda": lambda: L.Lambda(lambda x: x[:, ::-1], output_shape=(17, 14, 2), name="a"),
}


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("kind", sweep(OPAQUE, "an own class", "an own activation"))
def test_what_cannot_be_told_runs_whole(kind: str) -> None:
    probe = _probe(lambda x: L.Conv2D(3, 3, name="b")(OPAQUE[kind]()(x)))
    graph = probe.runner.fed((), probe.runner.head.replace)
    spans = tuple(_hidden(coverage(extent, 3, 2)) for extent in (17, 14))
    assert not windowed_steps(graph, spans, {})
    # Half precision rounds its values, whatever is computed.
    assert _both_ways(probe, 3, 2) <= 1e-6


def test_attention_to_channels_reads_whole_maps() -> None:
    def squeezed(x):
        x = L.Conv2D(4, 3, name="a")(x)
        weights = L.Dense(4, "sigmoid", name="weights")(L.GlobalAveragePooling2D(keepdims=True, name="mean")(x))
        return L.Conv2D(3, 3, name="c")(L.Multiply(name="b")([x, weights]))

    probe = _probe(squeezed)
    spans = tuple(_hidden(coverage(extent, 3, 2)) for extent in (17, 14))
    assert set(windowed_steps(probe.runner.fed(()), spans, {})) == {"a"}
    assert _both_ways(probe, 3, 2) <= 1e-6


@pytest.mark.parametrize("layer", ["b", *slow("c")])
def test_a_channel_is_read_in_the_middle(layer: str) -> None:
    assert _both_ways(_probe(_residual), 3, 2, Channel(layer, 1)) <= 1e-6


def test_maps_are_those_without_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    probe, images = cnnviz.open_model("fmnist-cnn"), cnnviz.open_images("sample")[:6]
    asked: list[Any] = []

    def noted(*how: Any) -> Any:
        asked.append(patch_windows(*how))
        return asked[-1]

    monkeypatch.setattr(occlusion, "patch_windows", noted)
    targets = [OneClass(3), Contrast(OneClass(1), OneClass(2)), lambda z: z[:, 0] * 2, Channel("conv2", 4)]
    near = [Occlusion(4, 2)(probe, images, target).values for target in targets]
    assert all(asked) and len(asked) == 4
    monkeypatch.setattr(occlusion, "patch_windows", lambda *how: None)
    for target, values in zip(targets, near, strict=True):
        whole = Occlusion(4, 2)(probe, images, target).values
        np.testing.assert_allclose(values, whole, atol=1e-6 * max(1, np.abs(probe.logits(images)).max()))
    # Twice the same is the same to the last bit.
    for _ in range(2):
        np.testing.assert_array_equal(*(attribute(probe, images, "occlusion").values for _ in range(2)))


def test_large_patches_and_flat_inputs_take_the_plain_way() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    assert patch_windows(probe.runner, *Occlusion(14, 7).grid(28, 28)) is None
    flat = keras.Sequential([keras.Input((64,)), L.Reshape((8, 8, 1)), L.Conv2D(2, 3), L.Flatten(), L.Dense(2)])
    assert patch_windows(cnnviz.wrap(flat, scale="0-1").runner, *Occlusion(2, 1).grid(8, 8)) is None


def test_new_weights_take_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnviz.models.patch_windows.WORTH_IT", 9.0)
    probe = _probe(_residual)
    images = pictures_for(probe, 2)
    before = attribute(probe, images, Occlusion(2, 1), 0).values
    assert patch_windows(probe.runner, *Occlusion(2, 1).grid(17, 14)) is not None
    for layer in probe.model.layers[1:]:
        layer.set_weights([2 * weights for weights in layer.get_weights()])
    after = attribute(probe, images, Occlusion(2, 1), 0).values
    again = attribute(cnnviz.wrap(probe.model, scale="0-1"), images, Occlusion(2, 1), 0).values
    np.testing.assert_array_equal(after, again)
    assert np.abs(after - before).max() > 0.01
