"""Earlier names work for one release, and warn with the name that replaces them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.cams.grad_cam import GradCAM
from cnnviz.attribution.perturbation.rise import RISE
from cnnviz.core.targets import PREDICTED, OneClass
from cnnviz.data.images import Images
from cnnviz.maximization.parametrization import Pixels
from cnnviz.maximization.settings import MaximizationSettings
from cnnviz.models.target_spec import gradient_spec


@pytest.fixture(scope="module")
def probe() -> cnnviz.Probe:
    return cnnviz.open_model("fmnist-cnn")


@pytest.fixture(scope="module")
def images() -> Images:
    return cnnviz.open_images("sample")[:2]


#: Positions of nine of two images, for calls that need more than two.
NINE = [0, 1, 0, 1, 1, 0, 0, 0, 1]

EARLIER = {
    "Probe.suit is now Probe.fit": lambda probe, images: (probe.suit(images).pixels, probe.fit(images).pixels),
    "Probe.meet is now Probe.align": lambda probe, images: (
        probe.meet(images)[1].pixels,
        probe.align(images)[1].pixels,
    ),
    "Probe.settle is now Probe.freeze_target": lambda probe, images: (
        probe.settle(images, PREDICTED).given,
        probe.freeze_target(images, PREDICTED).given,
    ),
    "Probe.slopes is now Probe.value_and_gradients": lambda probe, images: (
        probe.slopes(images).gradients[0],
        probe.value_and_gradients(images).gradients[0],
    ),
    "GradientResult.slopes is now GradientResult.gradients": lambda probe, images: (
        (found := probe.value_and_gradients(images)).slopes[0],
        found.gradients[0],
    ),
    "Predictions.counted_as is now Predictions.reference_class": lambda probe, images: (
        (said := cnnviz.predict(probe, images)).counted_as,
        said.reference_class,
    ),
    r"Probe.asked\(…\) is now cnnviz.models.target_spec.gradient_spec": lambda probe, images: (
        probe.asked(probe.inputs(images), OneClass(3))[1],
        gradient_spec(probe, probe.inputs(images), OneClass(3))[1],
    ),
    r"Probe.logits\(pictures=\) is now Probe.logits\(images=\)": lambda probe, images: (
        probe.logits(pictures=images),
        probe.logits(images=images),
    ),
    r"Probe.scores\(pictures=\) is now Probe.scores\(images=\)": lambda probe, images: (
        probe.scores(pictures=images, target=PREDICTED),
        probe.scores(images=images, target=PREDICTED),
    ),
    r"LayerInfo.field_of\(picture=\) is now LayerInfo.field_of\(image_size=\)": lambda probe, images: (
        probe.layer("conv1").field_of(0, 0, picture=(28, 28)),
        probe.layer("conv1").field_of(0, 0, image_size=(28, 28)),
    ),
    r"\w*.unit is now \w*.units_label": lambda probe, images: (
        (method := GradCAM()).unit(probe),
        method.units_label(probe),
    ),
    r"Activations.plot\(picture=\) is now Activations.plot\(image=\)": lambda probe, images: (
        (seen := cnnviz.activations(probe, images, "conv1")).plot(picture=1).axes[0].get_title(),
        seen.plot(image=1).axes[0].get_title(),
    ),
    r"Attribution.plot\(picture=\) is now Attribution.plot\(image=\)": lambda probe, images: (
        (maps := cnnviz.attribute(probe, images)).plot(picture=1).axes[0].get_title(),
        maps.plot(image=1).axes[0].get_title(),
    ),
    r"similarity\(batch=\) is now similarity\(cka_batch=\)": lambda probe, images: (
        cnnviz.similarity(probe, images.take(NINE), layer="conv1", batch=8).values,
        cnnviz.similarity(probe, images.take(NINE), layer="conv1", cka_batch=8).values,
    ),
    r"similarity\(batch_size=\) is now similarity\(cka_batch=\)": lambda probe, images: (
        cnnviz.similarity(probe, images.take(NINE), layer="conv1", batch_size=8).values,
        cnnviz.similarity(probe, images.take(NINE), layer="conv1", cka_batch=8).values,
    ),
    r"similarity\(model, images, other\) is now similarity\(model, images, other=other\)": lambda probe, images: (
        cnnviz.similarity(probe, images.take(NINE), "fmnist-best", ["conv1"], other_layer="conv1").values,
        cnnviz.similarity(probe, images.take(NINE), ["conv1"], other="fmnist-best", other_layer="conv1").values,
    ),
    r"embedding\(method=\) is now embedding\(methods=\)": lambda probe, images: (
        cnnviz.embedding(probe, images.take(NINE), method="pca")["pca"],
        cnnviz.embedding(probe, images.take(NINE), methods="pca")["pca"],
    ),
    r"maximize\(units=\) is now maximize\(channels=\)": lambda probe, images: (
        cnnviz.maximize(probe, "conv1", units=[0], steps=1).reached,
        cnnviz.maximize(probe, "conv1", channels=[0], steps=1).reached,
    ),
    r"maximize\(parametrisation=\) is now maximize\(parametrization=\)": lambda probe, images: (
        cnnviz.maximize(probe, "conv1", [0], steps=1, parametrisation="pixels").reached,
        cnnviz.maximize(probe, "conv1", [0], steps=1, parametrization="pixels").reached,
    ),
    r'maximize\(cell="centre"\) is now maximize\(cell="center"\)': lambda probe, images: (
        cnnviz.maximize(probe, "conv1", [0], steps=1, cell="centre").reached,
        cnnviz.maximize(probe, "conv1", [0], steps=1, cell="center").reached,
    ),
    r"MaximizationSettings\(parametrisation=\) is now MaximizationSettings\(parametrization=\)": lambda probe, images: (
        str(MaximizationSettings(parametrisation=Pixels())),
        str(MaximizationSettings(parametrization=Pixels())),
    ),
    r"MaximizationSettings.parametrisation is now MaximizationSettings.parametrization": lambda probe, images: (
        str((settings := MaximizationSettings()).parametrisation),
        str(settings.parametrization),
    ),
    r"RISE\(centred=\) is now RISE\(centered=\)": lambda probe, images: (
        RISE(centred=False).centered,
        RISE(centered=False).centered,
    ),
    r"maximize\(recipe=\) is now maximize\(settings=\)": lambda probe, images: (
        cnnviz.maximize(probe, "conv1", [0], recipe=MaximizationSettings(steps=1)).reached,
        cnnviz.maximize(probe, "conv1", [0], settings=MaximizationSettings(steps=1)).reached,
    ),
    r"maximize\(again=\) is now maximize\(refine_from_data=\)": lambda probe, images: (
        cnnviz.maximize(probe, "conv1", [0], images=images, steps=1, again=False).reached,
        cnnviz.maximize(probe, "conv1", [0], images=images, steps=1, refine_from_data=False).reached,
    ),
}


@pytest.mark.parametrize("said", list(EARLIER))
def test_an_earlier_name_warns_once_where_it_is_used(said: str, probe: cnnviz.Probe, images: Images) -> None:
    both: Callable[..., tuple[Any, Any]] = EARLIER[said]
    with pytest.warns(DeprecationWarning, match=said) as warned:
        earlier, now = both(probe, images)
    np.testing.assert_array_equal(earlier, now)
    assert [warning.filename for warning in warned] == [__file__]


#: Earlier forms of compare, with the layer that they give.
COMPARED: dict[str, tuple[Callable[..., Any], str | None]] = {
    "by position": (lambda a, b, images: cnnviz.compare(a, b, images), None),
    "by position, with a layer": (lambda a, b, images: cnnviz.compare(a, b, images, "conv1"), "conv1"),
    "images by name": (lambda a, b, images: cnnviz.compare(a, b, images=images), None),
    "second model by name": (lambda a, b, images: cnnviz.compare(a, b=b, images=images), None),
    "all by name": (lambda a, b, images: cnnviz.compare(images=images, b=b, a=a, layer="conv1"), "conv1"),
}


@pytest.mark.parametrize("form", list(COMPARED))
def test_the_earlier_form_of_compare_warns_where_it_is_used(form: str, images: Images) -> None:
    first, second = cnnviz.open_model("fmnist-cnn"), cnnviz.open_model("fmnist-best")
    call, layer = COMPARED[form]
    with pytest.warns(DeprecationWarning, match=r"compare\(a, images, other=b\)") as warned:
        earlier = call(first, second, images)
    assert [warning.filename for warning in warned] == [__file__]
    now = cnnviz.compare(first, images, other=second, layer=layer)
    assert earlier.document() == now.document()
    assert list(earlier.report.responses.layers) == list(now.report.responses.layers)
    assert layer is None or list(earlier.report.responses.layers) == [layer]


def test_a_mixture_of_both_forms_is_an_error(probe: cnnviz.Probe, images: Images) -> None:
    wrong: list[Callable[[], Any]] = [
        lambda: cnnviz.compare(probe, images),
        lambda: cnnviz.compare(a=probe, images=images),
        lambda: cnnviz.compare(probe, images, a=probe),
        lambda: cnnviz.compare(probe, probe, images, other=probe),
        lambda: cnnviz.compare(probe, probe, images, "conv1", "conv2"),
        lambda: cnnviz.similarity(probe, images, batch=8, cka_batch=8),
        lambda: cnnviz.similarity(probe, images, probe, other=probe),
        lambda: probe.logits(images, pictures=images),
    ]
    for call in wrong:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            with pytest.raises(TypeError):
                call()


def test_an_earlier_name_is_no_field_of_a_dataclass(probe: cnnviz.Probe) -> None:
    said = cnnviz.predict(probe, cnnviz.open_images("sample")[:1])
    assert not {"counted_as", "slopes", "settle"} & (set(vars(said)) | set(vars(probe)))


def test_earlier_names_of_modules_warn_and_lead_to_the_new_ones() -> None:
    from cnnviz.core import targets
    from cnnviz.training import recipe

    for module, earlier, new in (
        (targets, "EachOwn", targets.PerImageClass),
        (targets, "Cells", targets.PerImageCell),
        (recipe, "Recipe", recipe.TrainingRecipe),
    ):
        with pytest.warns(DeprecationWarning, match=rf"\.{earlier} is now .*\.{new.__name__}"):
            assert getattr(module, earlier) is new
        with pytest.raises(AttributeError, match="no attribute 'other'"):
            getattr(module, "other")  # noqa: B009
    with pytest.warns(DeprecationWarning, match="engine is now Probe.runner"):
        assert cnnviz.open_model().engine is not None


def test_the_earlier_spelling_of_a_parameter_of_a_method_warns(probe: cnnviz.Probe, images: Images) -> None:
    now = cnnviz.attribute(probe, images, "rise:masks=8,centered=no").values
    for method, given in (("rise:masks=8,centred=no", {}), ("rise:masks=8", {"centred": False})):
        with pytest.warns(DeprecationWarning, match="centred= is now"):
            np.testing.assert_array_equal(cnnviz.attribute(probe, images, method, **given).values, now)  # type: ignore[misc]


def test_classes_of_a_pair_may_be_targets(probe: cnnviz.Probe) -> None:
    few = cnnviz.open_images("sample")[:30]
    by_target = cnnviz.compare_classes(probe, few, OneClass(6), OneClass(0))
    assert by_target.document() == cnnviz.compare_classes(probe, few, "shirt", 0).document()
