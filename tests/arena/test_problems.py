"""The images of the problems: what they show, where the answer lies, and that a rule decides the class."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.arena import tetrominoes
from cnnviz.arena.all_problems import PROBLEMS
from cnnviz.arena.shortcut import CLASS, Ignored, Shortcut, mark_of
from cnnviz.core.errors import UnknownNameError

TETROMINOES = [name for name in PROBLEMS if name.endswith(("-white", "-correlated"))]


@pytest.mark.parametrize("name", TETROMINOES)
def test_the_same_seed_draws_the_same_images(name: str) -> None:
    problem = PROBLEMS[name]()
    one, truth = problem.images(20, 5)  # type: ignore[attr-defined]
    again, same = problem.images(20, 5)  # type: ignore[attr-defined]
    other, _ = problem.images(20, 6)  # type: ignore[attr-defined]
    assert (one.pixels == again.pixels).all() and (truth == same).all()
    assert (one.pixels != other.pixels).any()
    assert one.pixels.shape == (20, 32, 32, 1) and truth.shape == (20, 32, 32)


@pytest.mark.parametrize(("name", "squares"), [("linear", 8), ("multiplicative", 8), ("rigid", 4), ("xor", 8)])
def test_the_truth_is_the_squares_that_matter(name: str, squares: int) -> None:
    _, truth = PROBLEMS[f"{name}-white"]().images(30, 1)  # type: ignore[attr-defined]
    assert set(truth.sum(axis=(1, 2))) == {squares * tetrominoes.SQUARE**2}


def test_the_mean_of_a_class_is_bright_where_its_shape_is() -> None:
    images, truth = PROBLEMS["linear-white"]().images(2_000, 0)  # type: ignore[attr-defined]
    assert images.labels is not None
    first, second = (images.pixels[images.labels == one, ..., 0].mean(axis=0) for one in (0, 1))
    differs = np.abs(first - second) > 0.125 * 255
    assert (differs == truth[0]).all()


def test_calmed_noise_has_the_same_mean_and_less_spread() -> None:
    images, truth = PROBLEMS["multiplicative-white"]().images(2_000, 0)  # type: ignore[attr-defined]
    assert images.labels is not None
    pixels = images.pixels[images.labels == 0, ..., 0] / 255
    shape = tetrominoes.pattern(tetrominoes.SHAPES[0], *tetrominoes.PLACES[0])
    assert np.abs(pixels.mean(axis=0) - 0.5).max() < 0.02
    assert pixels.std(axis=0)[shape].max() < 0.05 < pixels.std(axis=0)[~shape].min()
    assert (truth[0] & shape).sum() == shape.sum()


def test_of_exclusive_or_neither_shape_tells_the_class_alone() -> None:
    images, _ = PROBLEMS["xor-white"]().images(4_000, 0)  # type: ignore[attr-defined]
    assert images.labels is not None
    shapes = [
        tetrominoes.pattern(shape, *place) for shape, place in zip(tetrominoes.SHAPES, tetrominoes.PLACES, strict=True)
    ]
    bright = [images.pixels[..., 0][:, shape].mean(axis=1) > 127 for shape in shapes]
    for one in bright:
        assert (one == (images.labels == 1)).mean() == pytest.approx(0.5, abs=0.05)
    assert ((bright[0] == bright[1]) == (images.labels == 0)).all() or (
        (bright[0] == bright[1]) == (images.labels == 1)
    ).all()


def test_correlated_noise_is_alike_at_neighbors_and_white_noise_is_not() -> None:
    def alike(name: str) -> float:
        drawn = tetrominoes.noise(200, np.random.default_rng(0), name == "correlated")
        assert drawn.std() == pytest.approx(1, abs=0.02)
        return float(np.corrcoef(drawn[:, :, 1:].ravel(), drawn[:, :, :-1].ravel())[0, 1])

    assert alike("correlated") > 0.8 and abs(alike("white")) < 0.02


def test_the_mark_lies_on_the_given_class_or_on_half_of_all() -> None:
    labels = np.arange(10).repeat(100)
    rng = np.random.default_rng(0)
    assert (Shortcut().carries(labels, rng) == (labels == CLASS)).all()
    drawn = Ignored().carries(labels, rng)
    assert drawn.mean() == pytest.approx(0.5, abs=0.05)
    assert mark_of((28, 28)).sum() == 9 and mark_of((28, 28))[24:27, 24:27].all()


def test_an_unknown_problem_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="shortcut"):
        PROBLEMS["shortcuts"]
