"""Maximisation: known answers, identities, repeatability, what it promises of the bundled model."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.maximization.maximize import maximize
from cnnviz.maximization.objective import objective_of
from cnnviz.maximization.result import Maximized
from tests.helpers import zoo
from tests.helpers.sweeps import slow, sweep


def one_kernel() -> tuple[keras.Model, np.ndarray]:
    """A network whose only convolution sees the whole picture: inside a box the best picture is known."""
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            keras.layers.Conv2D(2, 6, name="conv"),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation="softmax", name="head"),
        ]
    )
    kernel = np.random.default_rng(5).normal(0, 1, (6, 6, 1, 2)).astype(np.float32)
    model.get_layer("conv").set_weights([kernel, np.array([0.5, -1.0], np.float32)])
    return model, kernel


@pytest.mark.parametrize("parametrization", ["pixels", "fourier:decay=0"])
@pytest.mark.parametrize("scale", ["0-1", "-1-1"])
def test_in_a_box_the_best_picture_is_white_where_the_kernel_is_positive(parametrization, scale):
    model, kernel = one_kernel()
    made = maximize(
        cnnviz.wrap(model, scale=scale), "conv", penalties=(), transforms=(), parametrization=parametrization, steps=200
    )
    for unit in range(2):
        # Weights near 0 move their pixels last.
        clear = np.abs(kernel[..., 0, unit]) > 0.2
        np.testing.assert_allclose(made[unit][0, ..., 0][clear], (kernel[..., 0, unit] > 0)[clear], atol=0.1)
        low = -1 if scale == "-1-1" else 0
        best = np.where(kernel[..., unit] > 0, kernel[..., unit], low * kernel[..., unit]).sum() + (0.5, -1.0)[unit]
        assert 0.9 * best < made.reached[unit] <= best + 1e-4


def test_no_steps_leave_the_start():
    model, _ = one_kernel()
    made = maximize(cnnviz.wrap(model, scale="0-1"), "conv", steps=0, restarts=2)
    np.testing.assert_array_equal(made.reached, made.started)
    assert made.values.shape == (4, 0)


def test_what_is_reported_is_what_the_model_answers(probe):
    made = maximize(probe, "conv2", [3, 17], steps=8)
    direct = probe.activations(made.images, ["conv2"])["conv2"].mean(axis=(1, 2))
    np.testing.assert_allclose(made.reached, direct[[0, 1], [3, 17]], rtol=1e-5)
    assert made.images.pixels.dtype == np.float32 and made.images.pixels.min() >= 0 and made.images.pixels.max() <= 1


@pytest.mark.parametrize(
    ("layer", "units"), [("conv2", [5, 40, 2]), ("dense1", [7, 0]), (None, [9, 1]), ("pool2", [4])]
)
def test_a_unit_alone_is_the_unit_among_others_to_the_byte(probe, layer, units):
    among = maximize(probe, layer, [*units, *range(10, 13)] if layer else None, steps=12)
    for unit in units:
        np.testing.assert_array_equal(maximize(probe, layer, [unit], steps=12)[unit], among[unit])


def test_restarts_differ_and_the_best_stands_first(probe):
    made = maximize(probe, "conv2", [3, 17], steps=20, restarts=3)
    reached = made.reached.reshape(2, 3)
    assert (np.diff(reached, axis=1) <= 0).all()
    assert len({made[17][k].tobytes() for k in range(3)}) == 3


def test_diversity_makes_restarts_less_alike(probe):
    from cnnviz.maximization.ascent import gram_similarity

    def alike(weight: float) -> float:
        made = maximize(probe, "conv2", [3, 10, 17], steps=48, restarts=3, diversity=weight)
        order = probe.activations(made.images, ["conv2"])["conv2"]
        return float(np.mean(gram_similarity(order, 3)))

    assert alike(1.0) < alike(0.0) - 0.02


def test_likeness_by_hand():
    from cnnviz.maximization.ascent import gram_similarity

    # Gram matrices of one cell: aaᵀ; the cosine of two is the squared cosine of a and b.
    layer = np.array([[1.0, 0], [1, 1], [0, 2], [0, 1]], np.float32)
    np.testing.assert_allclose(gram_similarity(layer, 2), [0.5, 0.5, 1, 1], atol=1e-6)


CODE = """
import hashlib, cnnviz
made = cnnviz.maximize("fmnist-cnn", "conv2", [3, 30], steps=12, restarts=2, seed=4)
print(hashlib.sha256(made.images.pixels.tobytes() + made.values.tobytes()).hexdigest())
"""


@pytest.mark.slow
def test_two_processes_make_the_same_bytes(probe):
    made = maximize(probe, "conv2", [3, 30], steps=12, restarts=2, seed=4)
    here = hashlib.sha256(made.images.pixels.tobytes() + made.values.tobytes()).hexdigest()
    run = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert run.stdout.split()[-1] == here
    assert not np.array_equal(maximize(probe, "conv2", [3], steps=12, seed=5)[3], made[3][:1])


@pytest.mark.parametrize("layer", ["conv1", *slow(None, "conv2", "conv3", "dense1")])
def test_maximised_pictures_beat_the_data_set(probe, layer):
    made = maximize(probe, layer, images="sample")
    assert (~made.dead).mean() > 0.8
    assert made.ahead[~made.dead].mean() >= 0.95
    # Most of them from noise alone.
    assert made.from_best.mean() < 0.15


@pytest.mark.slow
def test_what_noise_leaves_behind_is_driven_up_from_the_best_of_the_data(probe):
    images = cnnviz.open_images("sample")[:100]
    whole = maximize(probe, "conv1", images=images, refine_from_data=False)
    left, ahead = np.flatnonzero(~whole.ahead & ~whole.dead), np.flatnonzero(whole.ahead & ~whole.dead)
    # Filters that like a whole flat picture, beside one that does not.
    units = [int(left[-1]), int(ahead[0]), int(left[0])]
    noise = maximize(probe, "conv1", units, images=images, refine_from_data=False)
    made = maximize(probe, "conv1", units, images=images)
    assert noise.ahead.tolist() == [False, True, False] and not noise.from_best.any()
    assert made.ahead.all() and made.from_best.tolist() == [True, False, True]
    np.testing.assert_array_equal(made[units[1]], noise[units[1]])
    assert (made.reached[[0, 2]] > made.best[[0, 2]]).all() and "2 restarted from the best image" in repr(made)
    # The way begins at the picture itself, but for a margin below white and above black.
    np.testing.assert_allclose(made.started[[0, 2]], made.values[[0, 2], 0], rtol=1e-4)
    alone = maximize(probe, "conv1", [units[2]], images=images, restarts=2, frames=2)
    assert alone.from_best.tolist() == [True, False]
    np.testing.assert_array_equal(alone[units[2]][0], made[units[2]][0])
    shades = alone.rivals.images.pixels[0] / 255
    np.testing.assert_allclose(alone.frames[0, 0], shades.clip(0.02, 0.98), atol=1e-5)
    assert not np.array_equal(alone.frames[0, 0], alone.frames[0, -1])


def test_the_best_of_the_data_set_is_found(probe):
    images = cnnviz.open_images("sample")[:300]
    made = maximize(probe, "conv2", [3, 17], images=images, steps=1, restarts=2)
    direct = probe.activations(images, ["conv2"])["conv2"].mean(axis=(1, 2), dtype=np.float64)[:, [3, 17]]
    np.testing.assert_allclose(made.best[::2], direct.max(axis=0), rtol=1e-6)
    assert made.rivals is not None
    np.testing.assert_array_equal(made.rivals.images.indices, images.indices[direct.argmax(axis=0)])


def test_a_unit_without_a_way_in_is_dead():
    model, kernel = one_kernel()
    model.get_layer("conv").set_weights([kernel * np.array([1, 0], np.float32), np.zeros(2, np.float32)])
    made = maximize(cnnviz.wrap(model, scale="0-1"), "conv", steps=10, restarts=2)
    assert made.dead.tolist() == [False, False, True, True]
    assert not made.ahead[1]


def test_a_unit_that_no_noise_opens_is_not_dead():
    start = keras.Input((6, 6, 1))
    x = keras.layers.Conv2D(1, 3, activation="relu", name="conv")(start)
    x = keras.layers.Dense(2, activation="softmax", name="head")(keras.layers.Flatten()(x))
    model = keras.Model(start, x)
    # Silent on grey pictures, and open only where all nine pixels are white.
    model.get_layer("conv").set_weights([np.ones((3, 3, 1, 1), np.float32), np.array([-8.0], np.float32)])
    made = maximize(cnnviz.wrap(model, scale="0-1"), "conv", penalties=(), transforms=(), spread=0.1)
    assert made.started[0] == 0 and made.reached[0] > 0.1 and not made.dead[0]


@pytest.mark.parametrize("name", sweep(sorted(zoo.BUILDERS), "mlp"))
def test_every_build_of_network_and_its_weights_stay(name):
    model = zoo.make(name)
    before = [weight.numpy().copy() for weight in model.weights]
    config = model.get_config()
    probe = cnnviz.wrap(model, scale="0-1")
    for info in probe.layers:
        made = maximize(probe, info.path, [0], steps=6)
        assert np.isfinite(made.images.pixels).all()
    head = maximize(probe, steps=6)
    assert (head.reached[~head.dead] > head.started[~head.dead]).any()
    with pytest.raises(UsageError):
        maximize(probe, channels=[99_999])
    for weight, old in zip(model.weights, before, strict=True):
        np.testing.assert_array_equal(weight.numpy(), old)
    assert model.get_config() == config


@pytest.mark.parametrize("name", ["sequential", "residual", "mlp"])
def test_one_unit_alone_is_the_layers_unit(name):
    from cnnviz.maximization.truncated_network import _together, unit_function

    probe = cnnviz.wrap(zoo.make(name), scale="0-1")
    inputs = np.random.default_rng(2).random((4, *probe.runner.input_shape), np.float32)
    for path in [*(info.path for info in probe.layers), None]:
        for cell in ("mean", "peak", "center"):
            objective = objective_of(probe, path, cell)
            units = np.arange(4, dtype=np.int32) % objective.units
            whole = _together(probe.runner, objective)(inputs, units)[0].numpy()
            alone = unit_function(probe.runner, objective, whole=False)(inputs, units)[0].numpy()
            np.testing.assert_allclose(alone, whole, rtol=1e-4, atol=1e-5)
            numpy = (
                probe.logits(inputs)
                if objective.path is None
                else probe.runner.forward(inputs, (objective.path,))[1][0]
            )
            np.testing.assert_allclose(objective.of_array(numpy)[np.arange(4), units], whole, rtol=1e-4, atol=1e-5)


def test_caffes_channels_come_back_in_order():
    model = keras.Sequential(
        [keras.Input((4, 4, 3)), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(2, activation="softmax")]
    )
    # The first input channel is blue.
    model.layers[-1].set_weights([np.array([[1, 0], [0, 0], [0, 1]], np.float32), np.zeros(2, np.float32)])
    made = maximize(cnnviz.wrap(model, scale="imagenet-caffe"), penalties=(), transforms=(), steps=60)
    assert made[0][0, ..., 2].mean() > 0.75 and made[1][0, ..., 0].mean() > 0.75


def test_a_scale_that_is_no_line_is_refused():
    model, _ = one_kernel()
    with pytest.raises(UsageError, match="is not linear"):
        maximize(cnnviz.wrap(model, scale=lambda pixels: np.sqrt(pixels / 255)), "conv", steps=1)
    made = maximize(cnnviz.wrap(model, scale=lambda pixels: pixels / 255 - 0.5), "conv", steps=1)
    assert np.isfinite(made.reached).all()


def test_bad_words_are_refused(probe):
    for bad in ({"cell": "corner"}, {"engine": "other"}, {"stepz": 3}, {"transforms": ["jiter"]}, {"layer": "conv9"}):
        with pytest.raises(UnknownNameError):
            maximize(probe, **{"layer": "conv2", **bad})
    with pytest.raises(UsageError):
        maximize(probe, "conv2", [64])
    with pytest.raises(UsageError):
        maximize(probe, "conv2", restarts=0)


def test_a_control_has_weights_of_its_own_and_is_repeatable(probe):
    trained = maximize(probe, "conv2", [3, 17], steps=12)
    control, again = (maximize(probe, "conv2", [3, 17], steps=12, control=True) for _ in range(2))
    assert control.how.control and "random weights" in control.model.name
    np.testing.assert_array_equal(control.pictures, again.pictures)
    assert np.abs(control.pictures - trained.pictures).mean() > 0.05


def test_a_control_can_be_made_besides(probe):
    seen = []
    both = maximize(
        probe, "conv2", [3, 17], steps=4, with_control=True, progress=lambda done, total: seen.append((done, total))
    )
    assert both.control is not None and both.control.control is None and not both.how.control
    for made, control in ((both, False), (both.control, True)):
        np.testing.assert_array_equal(
            made.pictures, maximize(probe, "conv2", [3, 17], steps=4, control=control).pictures
        )
    assert both.take([1]).control.units.tolist() == [17]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen) and seen[-1][0] == seen[-1][1]
    with pytest.raises(UsageError, match="no control of its own"):
        maximize(probe, "conv2", [3], steps=0, control=True, with_control=True)


def test_frames_lead_from_the_start_to_the_picture(probe):
    made = maximize(probe, "conv2", [3], steps=10, frames=4)
    whole = maximize(probe, "conv2", [3], steps=10)
    assert made.frames.shape == (1, 4, 28, 28, 1)
    np.testing.assert_array_equal(made.frames[0, -1], made.images.pixels[0])
    np.testing.assert_array_equal(made.images.pixels, whole.images.pixels)
    np.testing.assert_array_equal(maximize(probe, "conv2", [3], steps=0).images.pixels[0], made.frames[0, 0])


def test_it_can_be_saved(probe, tmp_path):
    made = maximize(probe, "conv2", [3, 17], images=cnnviz.open_images("sample")[:40], steps=4, restarts=2, frames=2)
    back = Maximized.load(made.save(tmp_path / "made.npz"))
    assert back.how == made.how and back.nouns == made.nouns == ("channel 3", "channel 17")
    for name in ("unit", "reached", "started", "dead", "best", "values", "frames", "probabilities", "pictures"):
        np.testing.assert_array_equal(getattr(back, name), getattr(made, name))
    assert back.rivals is not None and made.rivals is not None
    np.testing.assert_array_equal(back.rivals.images.pixels, made.rivals.images.pixels)


def test_the_second_opinion_climbs_too(probe):
    made = maximize(probe, "conv2", [3, 17], engine="tf-keras-vis", transforms=(), penalties=(), steps=30)
    assert made.how.engine == "tf-keras-vis" and (made.reached > 2 * made.started).all()
    assert made.images.pixels.min() >= 0 and made.images.pixels.max() <= 1


def test_a_control_looks_different_from_what_training_made(probe):
    """Random filters drive pixels to black and white; trained ones leave greys where a picture may not have edges."""
    kinds = [maximize(probe, "conv2", range(16), control=control).pictures[:, 0] for control in (False, True)]
    ends = [((pixels < 0.02) | (pixels > 0.98)).mean(axis=(1, 2, 3)) for pixels in kinds]
    effect = (ends[1].mean() - ends[0].mean()) / np.sqrt((ends[0].var() + ends[1].var()) / 2)
    assert effect > 1
