"""Drift: random halves give no alarm, planted drift does; both tests against other implementations."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

import cnnviz
from cnnviz.data.images import Images
from cnnviz.reports.suspects.drift import MEASURES, find_drift, measures
from cnnviz.reports.suspects.two_sample_tests import energy_test, holm

from .planting import moved, with_pixels


@pytest.fixture(scope="module")
def sample():
    return cnnviz.open_images("sample")


def halves(images: Images, seed: int, size: int) -> tuple[Images, Images]:
    order = np.random.default_rng(seed).permutation(len(images))
    return images.take(order[:size]), images.take(order[size : 2 * size])


def alarms(images: Images, seeds: range, size: int) -> int:
    return sum(find_drift(*halves(images, seed, size), seed=seed).alarm for seed in seeds)


def test_clean_splits_give_no_alarm(sample):
    assert alarms(sample, range(12), 100) <= 1


@pytest.mark.slow
def test_a_clean_split_gives_no_alarm_in_95_of_100_seeds(sample):
    assert alarms(sample, range(100), 100) <= 5


CHANGES = {
    "lighter": (lambda x: x * 1.15, "contrast"),
    "noise": (lambda x: x + 8 * np.random.default_rng(1).standard_normal(x.shape), "sharpness"),
    "moved": (lambda x: moved(x, 2, 0), "place up or down"),
    "mirrored": (lambda x: x[:, :, ::-1], "place left or right"),
    "turned": (lambda x: np.rot90(x, 2, (1, 2)), "looks"),
}


@pytest.mark.parametrize(("change", "what"), CHANGES.values(), ids=CHANGES)
def test_planted_drift_is_found_and_named(sample, change, what):
    one, two = halves(sample, 5, 500)
    drift = find_drift(one, with_pixels(two, change(two.pixels.astype(np.float32))))
    assert drift.alarm and what in [test.what for test in drift.tests if test.alarm]
    assert all(test.adjusted >= test.p_value for test in drift.tests) and drift.sizes == (500, 500)


def test_other_shares_of_classes_are_found(sample):
    one, two = halves(sample, 5, 500)
    fewer = two.take(np.flatnonzero((two.labels != 3) | (np.arange(500) % 5 == 0)))
    test = find_drift(one, fewer).tests[-1]
    assert test.what == "shares of classes" and test.alarm and "Dress" in test.words


def test_energy_distance_is_the_formulas_and_its_p_value_is_fair():
    rng = np.random.default_rng(0)
    one, two = rng.standard_normal((40, 3)), rng.standard_normal((30, 3)) + 0.2
    by_hand = 2 * cdist(one, two).mean() - cdist(one, one).mean() - cdist(two, two).mean()
    assert energy_test(one, two, 9)[0] == pytest.approx(by_hand, rel=1e-4)
    assert energy_test(one, two + 3, 199)[1] == 1 / 200
    shares = [energy_test(*rng.standard_normal((2, 20, 3)), 99, seed)[1] for seed in range(200)]
    assert 0.02 <= np.mean(np.array(shares) <= 0.1) <= 0.18


def test_holms_rule_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.5]) == [1, 1]


def test_measures_by_hand():
    pixels = np.zeros((2, 4, 4, 1), np.uint8)
    pixels[0, 3, 3] = 255
    own = dict(zip(MEASURES, measures(pixels, 255).T, strict=True))
    assert own["mean brightness"] == pytest.approx([1 / 16, 0])
    assert own["contrast"] == pytest.approx([np.sqrt(1 / 16 - 1 / 256), 0])
    assert own["sharpness"] == pytest.approx([1 / 12, 0])
    assert own["place up or down"] == pytest.approx([0.375, 0])


def test_what_is_left_out_is_said():
    rng = np.random.default_rng(0)
    one = Images(rng.integers(0, 256, (30, 12, 12, 3)), np.zeros(30, int), ("only",))
    two = Images(rng.integers(0, 256, (30, 16, 16, 1)))
    drift = find_drift(one, two)
    assert [why.split(":")[0] for why in drift.left_out] == ["drift of image content", "drift of classes"]
    assert len(drift.tests) == len(MEASURES)
    few = find_drift(one, one.take([0]))
    assert not few.alarm and not few.tests and "too few" in few.left_out[0]
    assert "only one" in find_drift(one, one).left_out[0]
    many = [Images(rng.integers(0, 256, (1000, 8, 8)), rng.permutation(1000), tuple(map(str, range(1000))))] * 2
    assert find_drift(*many).tests[-1].words.startswith("no class has enough")
