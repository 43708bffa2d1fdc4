"""Metrics on a linear network, where the best, the worst and the expected random value are known."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.metrics.all_metrics import METRICS
from cnnviz.metrics.deletion import Deletion
from cnnviz.metrics.infidelity import Infidelity
from cnnviz.metrics.insertion import Insertion
from cnnviz.metrics.mu_fidelity import MuFidelity
from cnnviz.metrics.road import Road
from cnnviz.metrics.sensitivity_n import SensitivityN

from .linear import SIDE, case_of, drawn

PIXELS = SIDE * SIDE
EACH = {"steps": PIXELS, "output": "logit"}


def curve_by_hand(contributions: np.ndarray, order: np.ndarray, bias: float) -> np.ndarray:
    """Return the logit after each deletion: what is left of the sum."""
    taken = np.concatenate([[0.0], np.cumsum(contributions[order])])
    return np.asarray(bias + contributions.sum() - taken)


def test_deletion_and_insertion_are_what_is_left_of_the_sum() -> None:
    weights, pixels = drawn()
    shares = weights * pixels / 255
    case = case_of(shares, weights, pixels, bias=0.7)
    deleted, inserted = Deletion(**EACH)(case), Insertion(**EACH)(case)
    assert deleted.curve is not None and inserted.curve is not None
    for i, each in enumerate(shares.reshape(len(pixels), -1)):
        wanted = curve_by_hand(each, np.argsort(-each), 0.7)
        assert deleted.curve[i] == pytest.approx(wanted, abs=1e-5)
        # What is inserted is what deletion has taken.
        assert inserted.curve[i] == pytest.approx(0.7 + each.sum() + 0.7 - wanted, abs=1e-5)
        assert deleted.values[i] == pytest.approx(np.trapezoid(wanted, dx=1 / PIXELS), abs=1e-5)


def test_the_best_and_the_worst_order() -> None:
    weights, pixels = drawn()
    shares = weights * pixels / 255
    best, worst = (Deletion(**EACH)(case_of(sign * shares, weights, pixels)).values for sign in (1, -1))
    rng = np.random.default_rng(1)
    for seed in range(5):
        other = Deletion(**EACH)(case_of(rng.normal(size=shares.shape), weights, pixels, seed=seed)).values
        assert (best <= other + 1e-6).all() and (other <= worst + 1e-6).all()


def test_random_orders_fall_along_a_straight_line() -> None:
    """Each pixel is as likely to be gone, so that the expected curve is the line from the whole sum to the bias."""
    weights, pixels = drawn(count=1)
    many = np.repeat(pixels, 600, axis=0)
    maps = np.random.default_rng(2).random(many.shape)
    found = Deletion(**EACH)(case_of(maps, weights, many, bias=-0.4))
    assert found.curve is not None and found.at is not None
    whole = float((weights * pixels[0] / 255).sum())
    spread = found.curve.std(axis=0) / np.sqrt(600)
    apart = np.abs(found.curve.mean(axis=0) - (whole * (1 - found.at) - 0.4))
    assert (apart <= 5 * spread + 1e-5).all()


def test_ties_are_broken_the_same_way_and_by_the_seed() -> None:
    weights, pixels = drawn()
    flat = np.zeros(pixels.shape)
    one, again, other = (Deletion(**EACH)(case_of(flat, weights, pixels, seed=seed)).values for seed in (0, 0, 1))
    assert (one == again).all() and (one != other).any()


def test_the_gradient_of_a_linear_network_has_no_infidelity() -> None:
    weights, pixels = drawn()
    maps = np.broadcast_to(weights, pixels.shape)
    for scaled in (False, True):
        assert Infidelity(samples=12, scaled=scaled)(case_of(maps, weights, pixels)).values == pytest.approx(
            0, abs=1e-8
        )
    # In other units the scaled one stays 0; the plain one is the mean square of the change.
    assert Infidelity(samples=12)(case_of(7 * maps, weights, pixels)).values == pytest.approx(0, abs=1e-8)
    plain = Infidelity(samples=4000, noise=0.1, scaled=False)(case_of(2 * maps[:1], weights, pixels[:1])).values[0]
    assert plain == pytest.approx(0.01 * (weights**2).sum(), rel=0.1)
    assert Infidelity(samples=12)(case_of(0 * maps, weights, pixels)).values == pytest.approx(1)


def test_sums_of_a_linear_network_tell_every_drop() -> None:
    weights, pixels = drawn()
    shares = weights * pixels / 255
    for metric in (SensitivityN(samples=40), MuFidelity(samples=40, cells=3, share=0.3)):
        assert metric(case_of(shares, weights, pixels)).values == pytest.approx(1, abs=1e-5)
        assert metric(case_of(-shares, weights, pixels)).values == pytest.approx(-1, abs=1e-5)
        assert np.isnan(metric(case_of(0 * shares, weights, pixels)).values).all()


def test_road_is_half_the_difference_of_its_ends() -> None:
    weights, pixels = drawn()
    case = case_of(weights * pixels / 255, weights, pixels)
    both, most, least = (Road(removed)(case).values for removed in ("combined", "most", "least"))
    assert both == pytest.approx((least - most) / 2) and (both > 0).all()


@pytest.mark.parametrize(
    "text",
    [
        *("deletion:steps=0", "insertion:fill=green", "deletion:output=loss", "road:percentiles=0-50"),
        *("road:removed=all", "mu-fidelity:samples=2", "sensitivity-n:share=1", "infidelity:noise=0"),
        *("stability:samples=0", "max-sensitivity:radius=0", "randomization:order=upward", "deletion:stepz=3"),
    ],
)
def test_settings_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        METRICS.make(text)


def test_an_unknown_metric_is_told() -> None:
    with pytest.raises(UnknownNameError, match="deletion"):
        METRICS.make("deletions")
