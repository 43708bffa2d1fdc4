"""What every method holds to, over the registry: a new method is covered from the day that it is entered."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import numpy as np
import pytest

from cnnviz.attribution.all_methods import METHODS
from cnnviz.attribution.attribute import attribute, stream_attributions
from cnnviz.attribution.cams.class_activation_map import CAM
from cnnviz.attribution.method import Maps, Method
from cnnviz.core.errors import CnnvizError, ModelError
from cnnviz.core.registry import fields_of
from cnnviz.core.targets import Contrast, OneClass, Ranked
from cnnviz.models.runner import Runner
from tests.helpers.small_method import small
from tests.helpers.zoo_probes import pictures_for, zoo_probe

NETS = ("sequential", "residual", "nested", "colour")


@pytest.fixture(params=list(METHODS))
def method(request: pytest.FixtureRequest) -> Method:
    return small(request.param)


def works(method: Method, net: str) -> bool:
    """Whether a method takes a net; a ModelError says that it does not, and what to use instead."""
    try:
        attribute(zoo_probe(net), pictures_for(zoo_probe(net), 1), method)
    except ModelError as error:
        assert re.search(r"\buse\b", str(error)) and "\n" not in str(error), error
        return False
    return True


@pytest.mark.parametrize("net", NETS)
def test_shape_finiteness_and_signs(method: Method, net: str) -> None:
    if not works(method, net):
        return
    probe = zoo_probe(net)
    images = pictures_for(probe, 3)
    made = attribute(probe, images, method)
    h, w, c = images.shape
    assert made.values.dtype == np.float32 and len(made.values) == 3
    assert made.values.ndim == 3 or made.values.shape[1:] == (h, w, c)
    assert np.isfinite(made.values).all()
    assert made.how.signed or (made.values >= 0).all()
    assert made.upsampled.shape == (3, h, w)
    np.testing.assert_allclose(made.probabilities, probe.probabilities(images), atol=1e-6)
    np.testing.assert_array_equal(made.classes, probe.logits(images).argmax(axis=1))
    np.testing.assert_allclose(made.scores, probe.logits(images).max(axis=1), rtol=1e-5, atol=1e-6)
    assert (made.how.method, made.how.parameters) == (method.name, _plain(method))


def _plain(method: Method) -> dict:
    held = dataclasses.asdict(method)
    return {key: list(v) if isinstance(v, tuple) else v for key, v in held.items() if v is not None}


def test_the_same_again_is_the_same(method: Method) -> None:
    probe = zoo_probe("sequential")
    images = pictures_for(probe, 3)
    first, second = (attribute(probe, images, method).values for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_many_at_once_are_one_by_one(method: Method) -> None:
    probe = zoo_probe("fmnist-cnn")
    images = pictures_for(probe, 64)
    at_once = attribute(probe, images, method, batch_size=64).values
    some = [0, 17, 63]
    one_by_one = np.concatenate([attribute(probe, images[i], method).values for i in some])
    scale = np.abs(at_once).max()
    np.testing.assert_allclose(at_once[some] / scale, one_by_one / scale, atol=1e-5)


def test_a_stream_is_the_whole(method: Method) -> None:
    probe = zoo_probe("sequential")
    images = pictures_for(probe, 5)
    target = Contrast(OneClass(2), OneClass(3))
    whole = attribute(probe, images, method, target, batch_size=2)
    parts = list(stream_attributions(probe, images, method, target, batch_size=2))
    assert [len(part) for part in parts] == [2, 2, 1]
    np.testing.assert_array_equal(whole.values, np.concatenate([part.values for part in parts]))
    assert whole.classes is not None and set(whole.classes.tolist()) == {2}


def test_the_model_is_left_as_it_was_also_by_calls_that_fail(method: Method) -> None:
    probe = zoo_probe("residual")
    images = pictures_for(probe, 2)
    config = probe.model.get_config()
    weights = [np.array(w) for w in probe.model.get_weights()]
    nodes = [len(layer._inbound_nodes) for layer in probe.model._flatten_layers()]

    def breaks(logits: object) -> object:
        raise RuntimeError("broken target")

    works(method, "residual")
    try:
        attribute(probe, images, method, breaks)
    except (RuntimeError, CnnvizError):
        pass
    else:
        assert method.name == "eigen-cam", "only a method that asks for no class may pass over a broken target"

    assert probe.model.get_config() == config
    assert all(a.tobytes() == b.tobytes() for a, b in zip(weights, probe.model.get_weights(), strict=True))
    assert [len(layer._inbound_nodes) for layer in probe.model._flatten_layers()] == nodes
    assert not probe.model.losses


@pytest.mark.parametrize("net", ["mlp", "sigmoids"])
def test_without_convolutions(method: Method, net: str) -> None:
    looks_at_maps = isinstance(method, CAM) or "layer" in fields_of(type(method))
    if looks_at_maps:
        with pytest.raises(ModelError, match="use saliency"):
            attribute(zoo_probe(net), pictures_for(zoo_probe(net), 2), method)
    elif works(method, net):
        assert np.abs(attribute(zoo_probe(net), pictures_for(zoo_probe(net), 2), method).values).max() > 0


def test_it_says_what_it_is(method: Method) -> None:
    cls = type(method)
    assert cls.title and cls.measures and isinstance(cls.signed, bool)
    assert re.search(r"(19|20)\d\d", cls.paper), f"{cls.name} cites no paper"
    assert cls.__doc__ and not cls.__doc__.startswith(f"{cls.__name__}("), f"{cls.name} has no docstring of its own"
    assert all(
        dataclasses.fields(cls)[i].default is not dataclasses.MISSING for i in range(len(dataclasses.fields(cls)))
    )


def test_a_blank_picture_gives_no_nan(method: Method) -> None:
    probe = zoo_probe("fmnist-cnn")
    images = pictures_for(probe, 2)
    blank = dataclasses.replace(images, pixels=np.zeros_like(images.pixels))
    assert np.isfinite(attribute(probe, blank, method).values).all()


#: Runs of the unchanged images where one does not do: a guided pass beside the one for Grad-CAM, a layer's
#: output beside the logits, the class and then the gradient where a path ends.
RUNS = {"guided-grad-cam": 2, "eigen-cam": 2, "score-cam": 2, "guided-ig": 2}


@pytest.mark.parametrize("target", ["predicted", "shirt"])
def test_the_unchanged_images_are_run_once(method: Method, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    probe = zoo_probe("fmnist-cnn")
    images = pictures_for(probe, 3)
    unchanged = probe.inputs(images).tobytes()
    runs: list[str] = []
    for name in ("forward", "gradients"):
        run = getattr(Runner, name)

        def counting(self: Runner, *args: Any, name: str = name, run: Any = run) -> Any:
            runs.extend(name for array in args if isinstance(array, np.ndarray) and array.tobytes() == unchanged)
            return run(self, *args)

        monkeypatch.setattr(Runner, name, counting)
    attribute(probe, images, method, target)
    assert len(runs) == RUNS.get(method.name, 1)


def test_scores_and_logits_that_a_method_returns_are_those_of_its_images(method: Method) -> None:
    probe = zoo_probe("fmnist-cnn")
    images = pictures_for(probe, 3)
    target = Contrast(OneClass(2), Ranked(1))
    maps = method(probe, images, target)
    assert isinstance(maps, Maps) and len(maps.values) == 3
    if maps.logits is not None:
        np.testing.assert_allclose(maps.logits, probe.logits(images), atol=1e-5)
    if maps.scores is not None:
        np.testing.assert_allclose(maps.scores, target.scores(probe.logits(images)), atol=1e-5)


def test_a_method_of_before_that_returns_an_array_works_and_warns() -> None:
    @dataclasses.dataclass(frozen=True)
    class Bare(type(METHODS.make("saliency"))):  # type: ignore[misc]
        def __call__(self, *asked: Any) -> Any:
            return super().__call__(*asked).values.astype(np.float64)

    probe = zoo_probe("fmnist-cnn")
    images = pictures_for(probe, 3)
    with pytest.warns(DeprecationWarning, match=r"Bare returns an array; return cnnviz.attribution.method.Maps"):
        made = attribute(probe, images, Bare(), OneClass(2))
    expected = attribute(probe, images, "saliency", OneClass(2))
    np.testing.assert_array_equal(made.values, expected.values)
    assert made.values.dtype == np.float32
    for name in ("scores", "probabilities"):
        np.testing.assert_allclose(getattr(made, name), getattr(expected, name), atol=1e-6)
