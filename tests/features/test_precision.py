"""Runs in bfloat16: opted for, near those in float32, with the measured difference in the notes."""

from __future__ import annotations

import re

import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.precision_of_maps import rank_correlation
from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images
from cnnviz.models import bfloat16
from cnnviz.models.import_tensorflow import tensorflow

NOTE = re.compile(
    r"computed in bfloat16; on (\d+) of these images scores differ by up to ([\d.e-]+) % of their range from float32, "
    r"and the highest is the same in (\d+)"
)


@pytest.fixture
def sample() -> Images:
    if not bfloat16.has_bfloat16():
        pytest.skip("not for this platform: the processor has no bfloat16 multiplication")
    return cnnviz.open_images("sample")[:12]


def _figures(notes: tuple[str, ...]) -> tuple[int, float, int]:
    (found,) = [match for note in notes if (match := NOTE.fullmatch(note))]
    return int(found[1]), float(found[2]), int(found[3])


def test_activations_are_rounded_and_say_by_how_much(sample: Images) -> None:
    exact = cnnviz.activations("fmnist-cnn", sample, "conv2")
    rounded = cnnviz.activations("fmnist-cnn", sample, "conv2", precision="bfloat16")
    assert rounded.values["conv2"].dtype == np.float32
    apart = np.abs(rounded.values["conv2"] - exact.values["conv2"]).max() / exact.values["conv2"].max()
    # Of 8 bits, some are lost in sums of 576 products; none would mean that nothing was rounded.
    assert 1e-4 < apart < 0.03
    assert not any("bfloat16" in note for note in exact.images.notes)
    measured, percent, same = _figures(rounded.images.notes)
    probe = cnnviz.open_model("fmnist-cnn")
    few = sample[:measured]
    logits, near = probe.logits(few), probe.with_precision("bfloat16").logits(few)
    assert percent == pytest.approx(100 * np.abs(near - logits).max() / np.ptp(logits), rel=0.05)
    assert same == (near.argmax(1) == logits.argmax(1)).sum()


@pytest.mark.parametrize(
    "method", ["grad-cam", "saliency", "smoothgrad", "occlusion:patch=4,stride=2", "rise:masks=100"]
)
def test_maps_are_near_and_say_how_near(sample: Images, method: str) -> None:
    exact = cnnviz.attribute("fmnist-cnn", sample, method)
    rounded = cnnviz.attribute("fmnist-cnn", sample, method, precision="bfloat16")
    (note,) = [note for note in rounded.how.notes if "bfloat16" in note]
    said = float(re.search(r"correlations of ([\d.]+) or more", note)[1])  # type: ignore[index]
    own = min(map(rank_correlation, exact.values[:4], rounded.values[:4]))
    assert said == pytest.approx(own, abs=6e-4) and said > 0.9
    assert ("take float32" in note) is (own < 0.98)
    assert not any("bfloat16" in note for note in exact.how.notes)
    assert (exact.classes == rounded.classes).all()
    assert np.abs(exact.values - rounded.values).max() > 0


def test_float32_stays_what_it_is_after_a_run_in_bfloat16(sample: Images) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    before = probe.logits(sample)
    rounded = probe.with_precision("bfloat16")
    assert rounded.logits(sample).tobytes() != before.tobytes()
    assert rounded.runner is probe.with_precision("bfloat16").runner
    assert rounded.with_precision("float32").runner is probe.runner
    assert probe.logits(sample).tobytes() == before.tobytes()
    assert not tensorflow().config.optimizer.get_experimental_options().get(bfloat16._OPTION, False)


def test_responses_take_it_too(sample: Images) -> None:
    assert _figures(cnnviz.responses("fmnist-cnn", sample, "conv2", precision="bfloat16").images.notes)[0] == 8


def test_a_processor_without_it_and_an_unknown_precision_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    images = cnnviz.open_images("sample")[:2]
    with pytest.raises(UsageError, match="no precision 'float16'; choose float32 or bfloat16"):
        cnnviz.activations("fmnist-cnn", images, "conv2", precision="float16")  # type: ignore[arg-type]
    monkeypatch.setattr(bfloat16, "processor_flags", frozenset)
    with pytest.raises(UsageError, match="no bfloat16 multiplication; use float32"):
        cnnviz.attribute("fmnist-cnn", images, precision="bfloat16")


def test_rank_correlation_by_hand() -> None:
    a = np.array([[1.0, 2.0], [3.0, 9.0]])
    assert rank_correlation(a, np.array([[0.0, 5.0], [6.0, 6.5]])) == pytest.approx(1)
    assert rank_correlation(a, -a) == pytest.approx(-1)
    # Ranks 1 2 3 4 and 2 1 4 3: the sum of squared differences is 4, 1 − 6·4 / (4·15) = 0.6.
    assert rank_correlation(a, np.array([[2.0, 1.0], [4.0, 3.0]])) == pytest.approx(0.6)
    assert rank_correlation(a, np.zeros((2, 2))) == 0 and rank_correlation(np.ones(3), np.zeros(3)) == 1
