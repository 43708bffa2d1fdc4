"""tf-keras-vis gives the same raw maps on the same weights, once what it does by design is undone.

docs/attribution-parity.md says what is undone and why. Pictures are real.
"""

from __future__ import annotations

import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.core.targets import PREDICTED
from cnnviz.data.images import Images
from cnnviz.models.tf_keras_vis import TfKerasVis
from tests.attribution.agreement import MOST, corners_aligned, farthest, grad_cam_plus_plus, network, settled

NETWORKS = ["fmnist-cnn", "residual", "nested"]


@pytest.fixture(scope="module")
def sample() -> Images:
    return cnnviz.open_images("sample")[:64]


def both(net: str, images: Images, method: str, **options: object) -> tuple[np.ndarray, np.ndarray]:
    """Return our values and theirs."""
    ours, theirs = (
        attribute(network(net), images, method, engine=engine, **options).values  # type: ignore[arg-type]
        for engine in ("cnnviz", "tf-keras-vis")
    )
    return ours, theirs


@pytest.mark.parametrize("method", ["saliency", "grad-cam", "layer-cam"])
@pytest.mark.parametrize("net", NETWORKS)
def test_maps_agree(net: str, method: str, sample: Images) -> None:
    ours, theirs = both(net, sample, method)
    assert ours.any(axis=(1, 2)).mean() > 0.5, "empty maps agree by themselves"
    some = settled(network(net), sample, method)
    assert some.mean() > 0.75
    assert farthest(ours[some], theirs[some]) <= MOST


@pytest.mark.parametrize("options", [{"target": 6}, {"target": "second"}, {"target": 6, "against": 0}])
def test_targets_agree(options: dict[str, object], sample: Images) -> None:
    for method in ("saliency", "grad-cam"):
        ours, theirs = both("fmnist-cnn", sample, method, **options)
        some = settled(network("fmnist-cnn"), sample, method, **options)
        assert some.mean() > 0.75
        assert farthest(ours[some], theirs[some]) <= MOST
        assert farthest(attribute(network("fmnist-cnn"), sample, method).values, theirs) > 0.1, (
            "the target made no difference"
        )


def test_an_inner_layer_agrees(sample: Images) -> None:
    for net, layer in (("fmnist-cnn", "conv1"), ("nested", "backbone/conv1"), ("residual", "a")):
        ours, theirs = both(net, sample[:8], "layer-cam", layer=layer)
        assert farthest(ours, theirs) <= MOST


@pytest.mark.parametrize("net", NETWORKS)
def test_smoothgrad_without_noise_agrees(net: str, sample: Images) -> None:
    # One picture at a time, as theirs is asked: in another batch a sum may round otherwise, and where two cells of a
    # pooling window hold the same value the gradient then goes to the other one.
    ours, theirs = both(net, sample[:8], "smoothgrad", samples=1, noise=0.0, batch_size=1)
    assert ours.min() < 0 < ours.max()
    assert farthest(ours[..., 0], theirs[..., 0]) <= MOST


@pytest.mark.parametrize("absolute", [False, True])
def test_smoothgrad_agrees_on_the_same_noise(absolute: bool, sample: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = np.random.default_rng(0).standard_normal((5, 1, 28, 28, 1), np.float32)
    monkeypatch.setattr(np.random, "normal", lambda loc, scale, size: np.asarray(scale) * patterns)
    ours, theirs = both("fmnist-cnn", sample[:8], "smoothgrad", samples=5, absolute=absolute, batch_size=1)
    assert (ours.min() >= 0) == absolute
    assert farthest(ours[..., 0], theirs[..., 0]) <= MOST


@pytest.mark.parametrize("net", NETWORKS)
def test_grad_cam_plus_plus_agrees_but_for_alphas_that_theirs_normalises(net: str, sample: Images) -> None:
    ours, theirs = both(net, sample, "grad-cam++")
    probe = network(net)
    pulled = probe.value_and_gradients(sample, PREDICTED, attribute(probe, sample[:1], "grad-cam++").how.layers)
    values, gradients = pulled.values[0], pulled.gradients[0]
    assert farthest(ours, grad_cam_plus_plus(values, gradients)) <= MOST
    assert farthest(ours, theirs) > 0.1, "nothing to undo"
    # Their sum of α runs over cells with negative gradients too, where α has a pole: near it, rounding decides the map.
    settled = unmoved(values, gradients)
    assert settled.sum() >= 32
    assert farthest(undone(values, gradients)[settled], theirs[settled]) <= MOST


def undone(values: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    return grad_cam_plus_plus(values, gradients, normalised=True)


def unmoved(values: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Return the pictures whose map by their formula moves by less than MOST / 5 with gradients that are 1e-6 off."""
    shaken = gradients * (1 + 1e-6 * np.random.default_rng(0).standard_normal(gradients.shape))
    before, after = undone(values, gradients), undone(values, shaken)
    return np.asarray(np.abs(after - before).max(axis=(1, 2)) <= MOST / 5 * before.max(axis=(1, 2)))


def test_where_a_channels_gradient_is_the_same_everywhere_theirs_is_grad_cam_of_positive_channels(
    sample: Images,
) -> None:
    """Behind global average pooling normalised α are all 1/Z, and Grad-CAM++ weighs no cell any more."""
    _, theirs = both("residual", sample, "grad-cam++")
    pulled = network("residual").value_and_gradients(sample, PREDICTED, ["both"])
    weights = np.maximum(pulled.gradients[0].mean(axis=(1, 2)), 0)
    assert farthest(np.einsum("nhwk,nk->nhw", pulled.values[0], weights), theirs) <= MOST


def test_upsampling_differs_by_aligned_corners(sample: Images) -> None:
    from tf_keras_vis.gradcam import Gradcam

    probe = network("fmnist-cnn")
    made = attribute(probe, sample, "grad-cam", target=6)
    vis = TfKerasVis(probe)
    expanded = Gradcam(vis.model)(
        lambda z: z[:, 6], probe.inputs(sample), vis.layers[made.how.layers[0]], False, normalize_cam=False
    )
    assert farthest(corners_aligned(made.values, (28, 28)), np.asarray(expanded)) <= MOST
    assert farthest(made.upsampled, np.asarray(expanded)) > 0.1
