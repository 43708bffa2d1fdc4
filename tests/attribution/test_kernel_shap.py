"""KernelSHAP against Shapley values summed over all orders of joining, and what it keeps to when it samples."""

from __future__ import annotations

from itertools import combinations
from math import comb, factorial

import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.attribution.perturbation import KernelSHAP
from cnnviz.attribution.perturbation.shapley import game
from cnnviz.attribution.perturbation.superpixels import default_segments, superpixels
from cnnviz.core.targets import OneClass
from cnnviz.data.images import Images
from tests.helpers.linear_model import linear
from tests.helpers.zoo_probes import pictures_for, zoo_probe


def shapley(players: int, score) -> np.ndarray:
    """Shapley 1953: the mean of what a player adds to those that joined before, over all orders."""
    values = np.zeros(players)
    for player in range(players):
        others = [one for one in range(players) if one != player]
        for size in range(players):
            weight = factorial(size) * factorial(players - size - 1) / factorial(players)
            for before in combinations(others, size):
                values[player] += weight * (score({*before, player}) - score({*before}))
    return values


@pytest.mark.parametrize("net", ["sequential", "colour", "mlp"])
def test_if_all_coalitions_fit_it_gives_the_shapley_values(net: str) -> None:
    probe = zoo_probe(net)
    images = pictures_for(probe, 2)
    made = attribute(probe, images, KernelSHAP(samples=2**12, segments=6, fill="black"), 3)
    for pixels, values in zip(images.pixels, made.values, strict=True):
        labels = superpixels(pixels, 6)
        players = labels.max() + 1
        assert 3 <= players <= 12
        known: dict[frozenset[int], float] = {}

        def score(coalition: set[int], pixels=pixels, labels=labels, known=known) -> float:
            shown = np.where(np.isin(labels, list(coalition))[..., None], pixels, 0).astype(np.uint8)
            key = frozenset(coalition)
            if key not in known:
                known[key] = float(probe.logits(Images(shown[None]))[0, 3])
            return known[key]

        expected = shapley(players, score)
        found = np.array([values[labels == player].sum() for player in range(players)])
        np.testing.assert_allclose(found, expected, atol=1e-4 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize("samples", [20, 70, 300, 2**15])
@pytest.mark.parametrize("fill", ["black", "white", "mean"])
def test_a_linear_net_gives_each_superpixel_its_own_part(samples: int, fill: str) -> None:
    probe, weights = linear((8, 8, 3))
    images = pictures_for(probe, 2)
    method = KernelSHAP(samples=samples, segments=8, fill=fill)
    made = attribute(probe, images, method, 0)
    inputs = images.pixels / 255
    blank = {"black": 0.0, "white": 1.0, "mean": inputs.mean(axis=(1, 2), keepdims=True)}[fill]
    parts = ((inputs - blank) * weights[..., 0]).sum(axis=3)
    for pixels, part, values in zip(images.pixels, parts, made.values, strict=True):
        labels = superpixels(pixels, 8)
        for player in range(labels.max() + 1):
            own = labels == player
            assert values[own].sum() == pytest.approx(part[own].sum(), abs=1e-4)
            assert np.ptp(values[own]) == 0


@pytest.mark.parametrize("samples", [2, 3, 10, 200, 1000])
def test_values_sum_to_the_change_of_the_score(samples: int) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:5]
    made = attribute(probe, images, "kernel-shap", samples=samples)
    hidden = probe.logits(Images(np.zeros((1, 28, 28, 1), np.uint8)))[0]
    change = made.scores - hidden[made.classes]
    np.testing.assert_allclose(made.values.sum(axis=(1, 2)), change, rtol=1e-4, atol=1e-4)
    # What is black already is no player.
    for pixels, values in zip(images.pixels[..., 0], made.values, strict=True):
        labels = superpixels(pixels[..., None], default_segments(28, 28))
        for player in np.unique(labels):
            if not pixels[labels == player].any():
                assert not values[labels == player].any()


def test_sampling_comes_near_the_exact_values_and_hangs_on_the_seed() -> None:
    probe = zoo_probe("sequential")
    images = pictures_for(probe, 3)

    def values(samples: int, seed: int = 0) -> np.ndarray:
        return attribute(probe, images, KernelSHAP(samples=samples, segments=12, fill="black", seed=seed), 3).values

    exact = values(2**14)
    errors = [np.abs(values(samples) - exact).mean() / np.abs(exact).mean() for samples in (40, 400)]
    assert errors[1] < 0.15 and errors[1] < errors[0] / 1.5, errors
    assert np.array_equal(values(40), values(40)) and not np.array_equal(values(40), values(40, seed=1))


@pytest.mark.parametrize(("players", "samples"), [(2, 4), (5, 32), (5, 31), (12, 50), (13, 2000), (50, 1000), (3, 5)])
def test_coalitions_are_weighed_as_the_kernel_says(players: int, samples: int) -> None:
    asked = game(players, samples, 0)
    rows = asked.coalitions
    assert len(rows) + 2 <= samples and len(np.unique(rows, axis=0)) == len(rows)
    sizes = rows.sum(axis=1)
    assert sizes.min() >= 1 and sizes.max() <= players - 1
    if 2**players <= samples:
        assert len(rows) == 2**players - 2
    else:
        # Each comes with its opposite.
        assert {row.tobytes() for row in rows} == {row.tobytes() for row in ~rows}
    # Sizes are whole from the outside inwards.
    counts = np.array([(sizes == s).sum() for s in range(1, players // 2 + 1)])
    whole = counts == [comb(players, s) for s in range(1, players // 2 + 1)]
    assert not (np.diff(whole.astype(int)) > 0).any() or 2**players <= samples


def test_one_superpixel_gets_all_and_a_net_of_one_score_works() -> None:
    probe, weights = linear((4, 4, 1))
    images = pictures_for(probe, 1)
    values = KernelSHAP(segments=1, fill="black")(probe, images, OneClass(1)).values
    expected = (images.pixels[0] / 255 * weights[..., 1]).sum() / 16
    np.testing.assert_allclose(values, np.full((1, 4, 4), expected), rtol=1e-4)


@pytest.mark.parametrize(("shape", "most"), [((28, 28, 1), 49), ((32, 32, 3), 50), ((224, 224, 3), 50), ((8, 8, 1), 4)])
def test_superpixels_hold_together_and_are_about_as_many_as_asked(shape: tuple[int, int, int], most: int) -> None:
    assert default_segments(*shape[:2]) == most
    rng = np.random.default_rng(0)
    for pixels in (
        rng.integers(0, 256, shape, dtype=np.uint8),
        np.zeros(shape, np.uint8),
        np.full(shape, 0.5, np.float32),
    ):
        labels = superpixels(pixels, most)
        assert labels.shape == shape[:2] and set(np.unique(labels)) == set(range(labels.max() + 1))
        assert most / 2 <= labels.max() + 1 <= 1.6 * most
