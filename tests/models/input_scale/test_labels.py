"""Labeled images decide, confirm or cast doubt, or say nothing."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.models.input_scale.labels import FIRST, LabelFit, clearly_lower, fit_of_labels, scale_by_labels
from cnnviz.models.input_scale.scale import Scale

ASSUMED = Scale("0-1", "assumed", settled=False)
NOISE = np.random.default_rng(0).normal(0, 0.02, 100)


def fit(losses: dict[str, float], count: int = 100, accuracy: float = 0.9, apart: float = 0.0) -> LabelFit:
    """Losses around these means; those of the scales differ from image to image by ``apart``."""
    rng = np.random.default_rng(1)
    spread = {name: mean + NOISE[:count] + rng.normal(0, apart, count) for name, mean in losses.items()}
    return LabelFit(spread, dict.fromkeys(losses, accuracy), count, 10)


@pytest.mark.parametrize(
    ("scale", "held", "expected"),
    [
        (ASSUMED, fit({"0-1": 2.0, "0-255": 0.3}), ("0-255", True)),
        (ASSUMED, fit({"0-1": 0.305, "0-255": 0.3}), ("0-255", False)),
        (ASSUMED, fit({"0-1": 0.5, "0-255": 0.3}, apart=2.0), ("0-255", False)),
        (ASSUMED, fit({"0-1": 2.0, "0-255": 0.3}, count=5), ("0-1", False)),
        (ASSUMED, fit({"0-1": 2.6, "0-255": 2.2}, accuracy=0.12), ("0-1", False)),
        (ASSUMED, fit({"0-1": 5.0, "0-255": 3.2}, accuracy=0.6), ("0-255", True)),
        (ASSUMED, fit({"0-1,bgr": 0.29, "0-1": 0.3, "0-255": 2.0}), ("0-1", False)),
        (ASSUMED, fit({"0-1,bgr": 0.2, "0-1": 0.6, "0-255": 2.0}), ("0-1,bgr", True)),
        (Scale("0-1", "moments"), fit({"0-1": 0.3, "0-255": 2.0}), ("0-1", True)),
        (Scale("0-1", "moments"), fit({"0-1": 0.305, "0-255": 0.3}), ("0-1", True)),
        (Scale("0-1", "moments"), fit({"0-1": 2.0, "0-255": 0.3}), ("0-255", False)),
        (Scale("0-1", "moments"), fit({"0-1": 4.0, "0-255": 2.4}, accuracy=0.1), ("0-1", True)),
    ],
    ids=(
        "decide narrow varied few guessing overconfident either-order exchanged confirm near contradict "
        "guessing-says-nothing"
    ).split(),
)
def test_labels_decide_confirm_or_cast_doubt(scale: Scale, held: LabelFit, expected) -> None:
    found = scale_by_labels(scale, held)
    assert (found.name, found.settled) == expected, found.reason


def test_moments_of_its_own_are_certain_only_for_a_known_backbone() -> None:
    held = fit({"imagenet-caffe": 0.3, "0-1": 2.0})
    assert not scale_by_labels(ASSUMED, held).settled
    assert "other moments" in scale_by_labels(ASSUMED, held).reason
    assert scale_by_labels(ASSUMED, held, "imagenet-caffe").settled


def test_a_tie_of_orders_is_told_as_a_tie() -> None:
    found = scale_by_labels(ASSUMED, fit({"0-1,bgr": 0.29, "0-1": 0.3, "0-255": 2.0}))
    assert "red and blue exchanged does as well" in found.reason


def test_a_difference_counts_beyond_its_standard_error() -> None:
    losses = np.tile([0.0, 1.0], 50)
    # Gaps of 0.1 ± 0.3 on 100 images: 3.3 standard errors; on 36 of them: 2.
    gaps = np.tile([0.4, -0.2], 50)
    assert clearly_lower(losses, losses + gaps)
    assert not clearly_lower(losses[:36], losses[:36] + gaps[:36])
    assert not clearly_lower(losses, losses + 0.01)


def test_far_worse_scales_are_tried_on_the_first_images_only() -> None:
    labels, asked = np.arange(300) % 3, {}

    def predict(name: str, positions: np.ndarray) -> np.ndarray:
        asked.setdefault(name, []).append(positions)
        # Every tenth, every ninth, and every prediction is wrong, so that 0.9 is about calibrated for the first two.
        wrong = positions % {"good": 10, "near": 9, "bad": 1}[name] == 0
        made = np.full((len(positions), 3), 0.05)
        made[np.arange(len(positions)), (labels[positions] + wrong) % 3] = 0.9
        return made

    held = fit_of_labels(("bad", "near", "good"), labels, 3, predict)
    assert {name: len(losses) for name, losses in held.losses.items()} == {"bad": FIRST, "near": 300, "good": 300}
    assert held.ranked == ("good", "near", "bad") and held.rivals == ("near",)
    assert sorted(np.concatenate(asked["good"])) == list(range(300))
    # Sets in the order of their classes: the first images are of all of them.
    assert len(set(labels[asked["bad"][0]])) == 3
    np.testing.assert_allclose(np.unique(held.losses["good"].round(9)), -np.log([0.9, 0.05]), rtol=1e-6)
    assert held.accuracies == {"good": 0.9, "near": pytest.approx(266 / 300), "bad": 0.0}


@pytest.mark.parametrize("classes", [2, 7])
def test_confidence_alone_shows_no_scale(classes: int) -> None:
    """A wider range of pixels multiplies the logits of a network of ReLUs: more confident, and no more right."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, classes, 200)
    logits = rng.normal(size=(200, classes))
    logits[np.arange(200), labels] += 2.5

    def predict(name: str, positions: np.ndarray) -> np.ndarray:
        scaled = logits[positions] * {"0-1": 0.1, "0-255": 1.3}[name]
        made = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return (made / made.sum(axis=1, keepdims=True)).astype(np.float32)

    held = fit_of_labels(("0-1", "0-255"), labels, classes, predict)
    assert len(held.rivals) == 1
    found = scale_by_labels(Scale("0-1", "assumed: nothing shows it", settled=False), held)
    assert not found.settled and "a narrow margin" in found.reason


def test_an_untrained_network_leaves_the_scale_open() -> None:
    keras.utils.set_random_seed(7)
    layers = [keras.layers.Flatten(), keras.layers.Dense(32, "relu"), keras.layers.Dense(10, "softmax")]
    model = keras.Sequential([keras.Input((28, 28, 1)), *layers])
    probe, _ = cnnviz.wrap(model).align(cnnviz.open_images("sample"))
    assert (probe.scale.name, probe.scale.settled) == ("0-1", False)
    assert "at no scale does it predict the labels" in probe.scale.reason
