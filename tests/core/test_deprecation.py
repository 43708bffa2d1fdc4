"""Earlier names work for one release, and warn with the name that replaces them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import cnnviz
from cnnviz.core.targets import PREDICTED
from cnnviz.data.images import Images


@pytest.fixture(scope="module")
def probe() -> cnnviz.Probe:
    return cnnviz.open_model("fmnist-cnn")


@pytest.fixture(scope="module")
def images() -> Images:
    return cnnviz.open_images("sample")[:2]


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
