"""A short training of the bundled network's recipe does what was recorded when the recipe was made.

What rounding has no part in is held to the letter: settings, rates, which pictures come when and what they look like.
The first step is held to the digits that float32 has, and what the epochs end at to a band; tests/training/curve.py
says how that was made, and records all of it anew.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from tests.training.curve import EARLY, FIGURES, FILE, INACTIVE, SEED, Run, along, bands, digest, norm, short_run, told

# A minute of training: in the slow share.
pytestmark = pytest.mark.slow

#: Adam's sizes as Keras has them, and what the recipe says.
FIRST, SECOND, TINY, DECAY = 0.9, 0.999, 1e-7, 0.02


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    return json.loads(FILE.read_text())


@pytest.fixture(scope="module")
def run(fashion_mnist_folder: Any) -> Run:
    return short_run()


def test_settings_are_those_recorded(run: Run, recorded: dict[str, Any]) -> None:
    assert recorded["seed"] == SEED == run.settings["recipe"]["seed"]
    assert json.loads(json.dumps(run.settings)) == recorded["settings"]


def test_each_step_has_its_rate(run: Run, recorded: dict[str, Any]) -> None:
    # As the optimizer has it after the step, in float32.
    assert run.rates == pytest.approx(recorded["rates"], rel=1e-6)


def test_the_same_pictures_come_in_the_same_order(run: Run, recorded: dict[str, Any]) -> None:
    epochs = np.split(np.concatenate(run.order), 3)
    for pictures in epochs:
        assert len(np.unique(pictures)) == len(pictures) == len(epochs[0])
    assert digest([part.tobytes() for part in run.order]) == recorded["order"]


def test_they_are_changed_in_the_same_way(run: Run, recorded: dict[str, Any]) -> None:
    assert digest(run.seen) == recorded["seen"]


def test_the_first_steps_lose_what_they_lost(run: Run, recorded: dict[str, Any]) -> None:
    # With oneDNN's sums and with Eigen's the losses of nine seeds lie apart by up to 2e-7, 2e-6, 9e-5 and 7e-4 of
    # their size: each step of Adam makes more of what rounding did in the one before. Ten times that is allowed.
    for step, most in zip(range(EARLY), (2e-6, 2e-5, 9e-4, 7e-3), strict=True):
        assert run.losses[step] == pytest.approx(recorded["losses"][step], rel=most), step


def test_the_first_gradient_is_the_one_recorded(run: Run, recorded: dict[str, Any]) -> None:
    assert set(run.gradient) == {*recorded["gradient"], *INACTIVE}
    for name in INACTIVE:
        assert norm(run.gradient[name]) < 1e-3 * norm(run.gradient[name.replace("bias", "kernel")]), name
    # Sums of oneDNN and Eigen lie apart by up to 1.1e-5 of the length, in conv1 over 128 · 26 · 26 cells. Ten times
    # that is allowed.
    for name, before in recorded["gradient"].items():
        slope = run.gradient[name]
        assert norm(slope) == pytest.approx(before["norm"], rel=1e-4), name
        assert along(slope) == pytest.approx(before["along"], abs=1e-4 * before["norm"]), name


def test_the_first_step_is_that_of_adamw_by_hand(run: Run, recorded: dict[str, Any]) -> None:
    rate = recorded["rates"][0]
    for name, slope in run.gradient.items():
        g, before = slope.astype(np.float64), run.before[name].astype(np.float64)
        mean, square = (1 - FIRST) * g, (1 - SECOND) * g**2
        step = rate * np.sqrt(1 - SECOND) / (1 - FIRST) * mean / (np.sqrt(square) + TINY)
        decayed = rate * DECAY * before if name.endswith("kernel") else 0.0
        # Weights are up to 1 and the decay of most is over 1e-7.
        np.testing.assert_allclose(run.after[name], before - decayed - step, atol=1.2e-7, rtol=0, err_msg=name)


@pytest.mark.parametrize("figure", FIGURES)
def test_epochs_end_within_the_band_of_several_seeds(figure: str, run: Run, recorded: dict[str, Any]) -> None:
    for row, band in zip(run.history, recorded["bands"][figure], strict=True):
        assert band["low"] <= row[figure] <= band["high"], (row["epoch"], figure)


def test_bands_are_as_wide_as_is_said(recorded: dict[str, Any]) -> None:
    for epoch in (band for figure in FIGURES for band in recorded["bands"][figure]):
        more = max((epoch["highest"] - epoch["lowest"]) / 2, 2 * epoch["rounding"])
        assert (epoch["low"], epoch["high"]) == pytest.approx((epoch["lowest"] - more, epoch["highest"] + more))
    # Two seeds, each in two roundings, of two epochs.
    wide, narrow = bands({"loss": [[[1.0, 1.0], [1.25, 2.0]], [[2.0, 1.5], [2.0, 1.5]]]})["loss"]
    assert wide == {"low": 0.5, "high": 2.5, "lowest": 1, "highest": 2, "rounding": 0.25}
    assert narrow == {"low": -1, "high": 4, "lowest": 1, "highest": 2, "rounding": 1}


def test_a_recording_holds_what_is_held_against_it(run: Run, recorded: dict[str, Any]) -> None:
    assert set(told(run)) == set(recorded) - {"about", "seed", "bands"}
