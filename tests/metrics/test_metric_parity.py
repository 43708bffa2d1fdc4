"""xplique, Quantus, Captum and pytorch-grad-cam measure the same of the same maps, once their designs are undone.

The references are made by tests/reference/make_metric_references.py; docs/faithfulness-parity.md says what is undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnviz.attribution.attribute import attribute
from cnnviz.core.targets import PerImageClass
from cnnviz.data.images import Images
from cnnviz.metrics.all_metrics import METRICS
from cnnviz.metrics.explained import Explained
from cnnviz.metrics.randomization import likeness
from tests.helpers.references import images, probe, references

FILE = Path(__file__).resolve().parents[1] / "reference" / "metric_references.npz"
#: The largest relative difference.
MOST = 1e-3


@cache
def held() -> Mapping[str, np.ndarray]:
    with np.load(FILE) as arrays:
        return dict(arrays)


def case(maps: np.ndarray | None = None, **others: Any) -> Explained:
    return Explained(probe(), images(), references()["classes"], held()["maps"] if maps is None else maps, **others)


def measured(spelled: str, maps: np.ndarray | None = None) -> np.ndarray:
    return METRICS.make(spelled)(case(maps)).values


def agree(ours: np.ndarray, theirs: np.ndarray) -> None:
    assert np.ptp(theirs) > 0
    np.testing.assert_allclose(ours, theirs, rtol=MOST)


@pytest.mark.parametrize("name", ["deletion", "insertion"])
@pytest.mark.parametrize("output", ["logit", "probability"])
def test_xplique_deletion_and_insertion(name: str, output: str) -> None:
    theirs = held()[f"xplique/{name}/{output}"]
    ours = measured(f"{name}:steps=14,output={output},fill=black")
    # A mean logit may be near zero: relative to the largest.
    assert np.ptp(theirs) > 0 and np.abs(ours - theirs).max() <= MOST * np.abs(theirs).max()


def test_xplique_mu_fidelity() -> None:
    theirs = held()["xplique/mu-fidelity"]
    ours = measured("mu-fidelity:samples=50,cells=7,share=0.2,fill=black")
    # Two almost equal drops may change places, which changes a rank correlation of 50 by this much.
    assert np.ptp(theirs) > 0.1 and np.abs(ours - theirs).max() <= MOST


def saliency(probe: Any, images: Images, classes: np.ndarray) -> np.ndarray:
    return attribute(probe, images, "saliency", PerImageClass(classes)).values


def test_xplique_average_stability_times_the_norm_of_the_map() -> None:
    maps = saliency(probe(), images(), references()["classes"])
    ours = METRICS.make("stability:samples=6,radius=0.05")(case(maps, explain=saliency)).values
    agree(ours * np.sqrt(np.square(maps).sum(axis=(1, 2))), held()["xplique/stability"])


def test_captum_max_sensitivity() -> None:
    maps = saliency(probe(), images(), references()["classes"])
    ours = METRICS.make("max-sensitivity:samples=6,radius=0.05")(case(maps, explain=saliency)).values
    agree(ours, held()["captum/max-sensitivity"])


def test_captum_infidelity_and_its_best_factor() -> None:
    settings = "infidelity:samples=6,noise=0.2"
    agree(measured(f"{settings},scaled=no"), held()["captum/infidelity/map"])
    changes = held()["captum/infidelity/zero"]
    agree(measured(f"{settings},scaled=no", np.zeros_like(held()["maps"])), changes)
    agree(measured(settings) * changes, held()["captum/infidelity/map/scaled"])


@pytest.mark.parametrize("removed", ["most", "least"])
def test_pytorch_grad_cam_road(removed: str) -> None:
    made = METRICS.make(f"road:removed={removed},noise=0")(case())
    theirs = held()[f"pytorch-grad-cam/road/{removed}"]
    assert made.curve is not None
    agree(made.curve, theirs)
    agree(made.values, theirs.mean(axis=1))


def test_road_combined_is_half_the_difference() -> None:
    least, most = (held()[f"pytorch-grad-cam/road/{which}"] for which in ("least", "most"))
    difference = (least - most).mean(axis=1) / 2
    np.testing.assert_allclose(measured("road:noise=0"), difference, atol=MOST * np.abs(difference).max())


@pytest.mark.parametrize("name", ["gini", "entropy"])
def test_quantus_complexity(name: str) -> None:
    agree(measured(name), held()[f"quantus/{name}"])


@pytest.mark.parametrize("how", ["rank", "ssim"])
def test_quantus_likeness_of_maps(how: Any) -> None:
    maps = np.abs(held()["maps"])
    agree(likeness(maps, np.roll(maps, 1, axis=0), how), held()[f"quantus/{how}"])
