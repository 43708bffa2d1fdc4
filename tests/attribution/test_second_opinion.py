"""engine="tf-keras-vis": the same question through the same interface, on any build of network, or a clear refusal."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.attribute import attribute, stream_attributions
from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.targets import Channel
from cnnviz.models.tf_keras_vis import TfKerasVis
from tests.helpers import zoo
from tests.helpers.zoo_probes import pictures_for, zoo_probe

THEIRS = "tf-keras-vis"


@pytest.mark.parametrize("net", [*zoo.BUILDERS, "fmnist-cnn"])
def test_both_twins_give_the_logits_and_the_model_stays_as_it_was(net: str) -> None:
    probe = zoo_probe(net) if net == "fmnist-cnn" else cnnviz.wrap(zoo.make(net), scale="0-1")
    images = pictures_for(probe)
    every = probe.model._flatten_layers()
    before = [len(layer._inbound_nodes) for layer in every]
    vis = TfKerasVis(probe)
    inputs = probe.inputs(images).reshape(images.pixels.shape)
    for twin in (vis.model, vis.whole):
        np.testing.assert_allclose(twin([inputs]), probe.logits(images), rtol=1e-5, atol=1e-5)
    assert [len(layer._inbound_nodes) for layer in every] == before
    assert set(vis.layers) == {layer.path for layer in probe.layers}


def test_twins_follow_weights_that_change() -> None:
    probe = cnnviz.wrap(zoo.make("sequential"), scale="0-1")
    images = pictures_for(probe)
    vis, before = TfKerasVis(probe), probe.logits(images)
    assert np.abs(vis.model([probe.inputs(images)]) - before).max() < 1e-4
    probe.model.set_weights([weights * 1.5 for weights in probe.model.get_weights()])
    for twin in (vis.model, vis.whole):
        made = twin([probe.inputs(images)])
        np.testing.assert_allclose(made, probe.logits(images), rtol=1e-5, atol=1e-5)
        assert np.abs(made - before).max() > 0.1


@pytest.mark.parametrize("method", ["saliency", "smoothgrad:samples=2", "grad-cam", "grad-cam++", "layer-cam"])
def test_the_result_is_of_the_same_kind_and_says_who_computed_it(method: str) -> None:
    probe = zoo_probe("nested")
    images = pictures_for(probe)
    ours, theirs = attribute(probe, images, method), attribute(probe, images, method, engine=THEIRS)
    assert (ours.how.engine, theirs.how.engine) == ("cnnviz", THEIRS)
    assert theirs.values.shape == ours.values.shape and theirs.values.dtype == np.float32
    assert theirs.how.layers == ours.how.layers and theirs.how.parameters == ours.how.parameters
    np.testing.assert_array_equal(theirs.classes, ours.classes)
    np.testing.assert_allclose(theirs.scores, ours.scores, rtol=1e-4)
    if method != "saliency":
        assert len(theirs.how.notes) > len(ours.how.notes), "it says what differs"


def test_maps_do_not_depend_on_neighbours_and_the_global_generator_is_left_alone() -> None:
    probe = zoo_probe("fmnist-cnn")
    images = cnnviz.open_images("sample")[:3]
    np.random.seed(5)
    expected = np.random.random()
    np.random.seed(5)
    together = attribute(probe, images, "smoothgrad", engine=THEIRS, samples=2).values
    assert np.random.random() == expected
    alone = attribute(probe, images[1:2], "smoothgrad", engine=THEIRS, samples=2).values
    np.testing.assert_array_equal(together[1:2], alone)
    other = attribute(probe, images[1:2], "smoothgrad", engine=THEIRS, samples=2, seed=1).values
    assert np.abs(other - alone).max() > 0


def test_it_streams_batch_by_batch() -> None:
    probe, images = zoo_probe("fmnist-cnn"), cnnviz.open_images("sample")[:5]
    parts = list(stream_attributions(probe, images, "grad-cam", "true", engine=THEIRS, batch_size=2))
    assert [len(part) for part in parts] == [2, 2, 1]
    assert {part.how.engine for part in parts} == {THEIRS}
    whole = attribute(probe, images, "grad-cam", "true", engine=THEIRS)
    np.testing.assert_allclose(np.concatenate([part.values for part in parts]), whole.values, rtol=1e-4, atol=1e-6)


def test_grad_cam_plus_plus_of_a_large_logit_does_not_overflow() -> None:
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(2, 3, activation="relu", kernel_initializer="ones", name="conv"),
            keras.layers.GlobalMaxPooling2D(),
            keras.layers.Dense(2, kernel_initializer="ones", bias_initializer="ones"),
        ]
    )
    model.layers[-1].set_weights([np.full((2, 2), 50.0), np.array([100.0, 0.0])])
    probe = cnnviz.wrap(model, scale="0-1")
    images = pictures_for(probe)
    made = attribute(probe, images, "grad-cam++", engine=THEIRS)
    assert made.scores.min() > 89, "e^S overflows float32 from 89 on"
    assert np.isfinite(made.values).all() and made.values.any()


def test_what_it_does_not_have_is_refused_by_name() -> None:
    probe = zoo_probe("nested")
    images = pictures_for(probe)
    with pytest.raises(UsageError, match=r"tf-keras-vis has no deconvnet; it has saliency, smoothgrad, grad-cam,"):
        attribute(probe, images, "deconvnet", engine=THEIRS)
    with pytest.raises(UsageError, match=r"one layer at a time, not backbone/conv1, backbone/block/conv2"):
        attribute(probe, images, "grad-cam", layer=["backbone/conv1", "backbone/block/conv2"], engine=THEIRS)
    with pytest.raises(UsageError, match="only classes and differences of classes"):
        attribute(probe, images, "saliency", Channel("backbone/conv1", 1), engine=THEIRS)
    with pytest.raises(UsageError, match="only classes and differences of classes"):
        attribute(probe, images, "saliency", lambda z: z[:, 0], engine=THEIRS)
    with pytest.raises(UnknownNameError, match="no engine 'captum'"):
        attribute(probe, images, "saliency", engine="captum")
