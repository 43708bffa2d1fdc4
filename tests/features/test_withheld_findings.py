"""No finding is built on an input scaling that is only assumed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import cnnviz
from cnnviz.data.images import Images
from cnnviz.features.result import Result

RESULTS: dict[str, Callable[[cnnviz.Probe, Images], Result]] = {
    "evaluate": cnnviz.evaluate,
    "filters": lambda probe, images: cnnviz.filters(probe, images, layer="conv1", include=()),
    "ablate": lambda probe, images: cnnviz.ablate(probe, images, layer="conv2", seeds=1),
}


@pytest.fixture(scope="module")
def sample() -> Images:
    return cnnviz.open_images("sample")[:40]


@pytest.mark.parametrize("name", RESULTS)
def test_findings_wait_for_a_scale_that_is_settled(name: str, sample: Images) -> None:
    probe = cnnviz.open_model()
    found = RESULTS[name](probe, sample).findings
    assert found and not any("assumption" in said for said in found)
    doubtful = probe.with_scale(cnnviz.models.input_scale.scale.Scale("0-1", "assumed: a test", False, judged=True))
    result = RESULTS[name](doubtful, sample)
    assert result.findings == (
        "No findings: the input scaling 0-1 of fmnist-cnn is an assumption; settle it with --scale, in Python scale=.",
    )
    assert result.findings[0] in result.to_json()
