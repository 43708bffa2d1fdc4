"""Changes of maps under noise, where the map is the image or ignores it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cnnviz.core.errors import UsageError
from cnnviz.metrics.explained import Explained
from cnnviz.metrics.max_sensitivity import MaxSensitivity
from cnnviz.metrics.stability import Stability

from .linear import case_of, drawn


def explained_by(explain: Any) -> Explained:
    weights, pixels = drawn()
    plain = case_of(np.zeros(pixels.shape), weights, pixels)
    maps = explain(plain.probe, plain.images, plain.classes)
    return Explained(plain.probe, plain.images, plain.classes, maps, explain)


def test_a_map_that_ignores_the_image_does_not_change() -> None:
    case = explained_by(lambda probe, images, classes: np.ones(images.pixels.shape[:3]))
    assert MaxSensitivity()(case).values == pytest.approx(0) and Stability()(case).values == pytest.approx(0)


def test_a_map_that_is_the_image_changes_by_the_noise() -> None:
    """Noise uniform to ±r has the mean square r² / 3 in each of the 36 pixels."""
    case = explained_by(lambda probe, images, classes: images.pixels[..., 0] / images.peak)
    size = np.sqrt(np.square(case.maps.astype(float)).sum(axis=(1, 2)))
    found = Stability(samples=400, radius=0.06)(case).values * size
    assert found == pytest.approx(0.06 * np.sqrt(36 / 3), rel=0.05)
    assert (MaxSensitivity(samples=400, radius=0.06)(case).values * size > found).all()


def test_a_map_of_zeros_has_no_relative_change() -> None:
    case = explained_by(lambda probe, images, classes: np.zeros(images.pixels.shape[:3]))
    assert np.isnan(Stability(samples=2)(case).values).all()


def test_maps_alone_are_not_enough() -> None:
    weights, pixels = drawn()
    with pytest.raises(UsageError, match="give the method"):
        Stability()(case_of(np.zeros(pixels.shape), weights, pixels))
