"""The tool that shows which tests hang on rounding moves what it says, by no more than it says."""

from __future__ import annotations

import numpy as np
import pytest

import cnnviz
from cnnviz.core.targets import PREDICTED
from cnnviz.training.batches import Batches
from cnnviz.training.recipe import TrainingRecipe
from tests.helpers.bright_squares import bright_squares
from tests.helpers.perturb import one_ulp, perturb

pytestmark = pytest.mark.exact


def test_one_unit_in_the_last_place_up_or_down_whatever_the_batch() -> None:
    values = np.random.default_rng(0).random((5, 8, 8, 1), np.float32) - np.float32(0.5)
    values[:, 0] = 0
    moved = one_ulp(values)
    assert moved.dtype == np.float32
    rest = values[:, 1:]
    assert (np.abs(moved[:, 1:] - rest) <= np.spacing(np.abs(rest))).all()
    assert ((moved[:, 1:] > rest).mean(), (moved[:, 1:] < rest).mean()) == pytest.approx((0.5, 0.5), abs=0.15)
    np.testing.assert_array_equal(moved[:, 0], 0)
    np.testing.assert_array_equal(one_ulp(np.ones((2, 3), np.float32)), 1)
    np.testing.assert_array_equal(one_ulp(values[3:]), moved[3:])
    assert not np.array_equal(one_ulp(values, 1), moved)


@pytest.mark.parametrize("where", ["inputs", "runner"])
def test_answers_move_a_little_and_gradients_where_the_engine_rounds(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe, images = cnnviz.open_model(), cnnviz.open_images("sample")[:8]
    inputs, logits, gradients = (
        probe.inputs(images),
        probe.logits(images),
        probe.value_and_gradients(images, PREDICTED).gradients[0],
    )
    perturb(where, monkeypatch.setattr)
    after = probe.logits(images)
    assert not np.array_equal(after, logits)
    np.testing.assert_allclose(after, logits, atol=1e-5 * np.abs(logits).max())
    assert np.array_equal(probe.inputs(images), inputs) == (where == "runner")
    # The gradients of a rectifying network are the same nearby, so that only the runner's own rounding shows in them.
    assert np.array_equal(probe.value_and_gradients(images, PREDICTED).gradients[0], gradients) == (where == "inputs")


def test_batches_move_with_the_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    batches = Batches(bright_squares(), TrainingRecipe())
    before = next(iter(batches.epoch(0)))
    perturb("inputs", monkeypatch.setattr)
    after = next(iter(batches.epoch(0)))
    np.testing.assert_array_equal(after.labels, before.labels)
    np.testing.assert_array_equal(after.inputs, one_ulp(before.inputs))


def test_another_word_is_refused() -> None:
    with pytest.raises(ValueError, match="CNNVIZ_PERTURB is inputs or runner"):
        perturb("ulp")
