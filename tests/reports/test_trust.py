"""Trust reports on networks whose explanation is known, and the rules by which a method is called faithful."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import cnnviz
from cnnviz.attribution.method import Maps, Method
from cnnviz.cli.main import cli
from cnnviz.core.errors import UsageError
from cnnviz.metrics.controls import CONTROLS
from cnnviz.models.reinitialize import reinitialized_copy

METRICS = ["deletion:output=logit", "insertion:output=logit", "mu-fidelity:samples=60", "randomization"]


def corner_network() -> cnnviz.Probe:
    """Return a network whose classes depend on the brightness of one corner of 3×3 pixels alone."""
    from keras import Sequential, layers

    net = Sequential([layers.Input((12, 12, 1)), layers.Flatten(), layers.Dense(2)])
    weights = np.zeros((12, 12, 2), np.float32)
    weights[8:11, 8:11, 1] = 1.0
    net.layers[-1].set_weights([weights.reshape(144, 2), np.array([3.0, 0.0], np.float32)])
    return cnnviz.wrap(net, scale="0-1", head="softmax", background="dark")


def marked_images(count: int = 24) -> cnnviz.Images:
    """Return noise with the mark on every other image, which is its class, and a bright square that means nothing."""
    pixels = np.random.default_rng(0).integers(1, 60, (count, 12, 12, 1), dtype=np.uint8)
    labels = np.arange(count) % 2
    pixels[labels == 1, 8:11, 8:11] = 255
    pixels[:, 1:5, 1:5] = 255
    return cnnviz.Images(pixels, labels)


class Mark(Method):
    """Knows the mark."""

    name, title, paper, measures, signed = "mark", "The mark", "", "", False

    def __call__(self, probe: cnnviz.Probe, images: cnnviz.Images, target: object) -> Maps:
        """Return the pixels that matter, where the network depends on them."""
        weights = np.abs(probe.model.get_weights()[0][:, 1]).reshape(12, 12)
        return Maps(np.broadcast_to(weights * (weights > 0.5), (len(images), 12, 12)).astype(np.float32))


@pytest.fixture(scope="module")
def known() -> cnnviz.Trust:
    images = marked_images()
    some = images.take(np.flatnonzero(images.labels == 1))
    methods = [Mark(), "input-x-gradient", "occlusion:patch=3,stride=1"]
    return cnnviz.trust(corner_network(), some, methods, METRICS[:3])


def test_the_mark_is_first_and_beats_all_controls(known: cnnviz.Trust) -> None:
    for metric in known.metrics:
        own = known.entry("mark", metric.spec)
        assert own is not None and own.beats_random
        sign = 1 if metric.better == "high" else -1
        for control in known.controls:
            other = known.entry(control, metric.spec)
            assert other is not None and sign * own.mean > sign * other.mean, (metric.spec, control)


def test_input_x_gradient_of_a_linear_network_is_as_good_as_the_mark(known: cnnviz.Trust) -> None:
    for metric in known.metrics[:2]:
        mark, gradient = (known.entry(name, metric.spec) for name in ("mark", "input-x-gradient"))
        assert mark is not None and gradient is not None and gradient.mean == pytest.approx(mark.mean, rel=0.05)


def test_deletion_is_what_the_weights_say(known: cnnviz.Trust) -> None:
    """Nine of 144 pixels carry the whole logit: deleted first, it falls from 9 to 0 within 1/16 of the pixels."""
    found = known.find("mark", "deletion:output=logit")
    assert found is not None
    assert found.curve[0] == pytest.approx(9, abs=1e-4) and found.curve[2:] == pytest.approx(0, abs=1e-4)


def test_of_a_network_that_guesses_nothing_is_called_faithful() -> None:
    guessing = reinitialized_copy(cnnviz.open_model("fmnist-cnn"), seed=3)
    found = cnnviz.trust(guessing, cnnviz.open_images("sample")[:40], ["input-x-gradient", "occlusion"], METRICS[:2])
    assert not found.learned and found.best is None
    assert not any(one.faithful for one in found.verdicts.values())
    assert "learned nothing" in found.findings[0]


def test_methods_that_ignore_the_network_fail_randomization() -> None:
    class Edges(Method):
        name, title, paper, measures, signed = "edges-of-it", "Edges", "", "", False

        def __call__(self, probe: object, images: cnnviz.Images, target: object) -> Maps:
            return Maps(CONTROLS["edges"](images))

    probe, images = cnnviz.open_model("fmnist-cnn"), cnnviz.open_images("sample")[:8]
    found = cnnviz.trust(probe, images, [Edges(), "guided-backprop", "grad-cam", "input-x-gradient"], "randomization")
    failing = {name for name, one in found.verdicts.items() if one.fails_randomization}
    assert failing == {"edges-of-it", "guided-backprop"}
    assert "Edges and Guided backpropagation keep their maps" in " ".join(found.findings) or (
        "Guided backpropagation and Edges keep their maps" in " ".join(found.findings)
    )


def test_ranks_and_p_values_are_of_the_stored_values(known: cnnviz.Trust) -> None:
    metric = "insertion:output=logit"
    for method in known.methods:
        entry, own, other = known.entry(method, metric), known.find(method, metric), known.find("random", metric)
        assert entry is not None and own is not None and other is not None
        assert entry.over_random == pytest.approx((own.values - other.values).mean())
        assert entry.low <= entry.mean <= entry.high and 0 < entry.p_random <= 1
    assert [one.rank for one in known.verdicts.values()] == sorted(one.rank for one in known.verdicts.values())


def test_saved_and_loaded_it_is_the_same(known: cnnviz.Trust, tmp_path: Path) -> None:
    again = cnnviz.Trust.load(known.save(tmp_path / "trust.npz"))
    assert again.document() == known.document() and again.to_html() == known.to_html()
    text = known.to_html().decode()
    assert "<script" not in text and text.count("<polyline") == 3 * 3 * 2


def test_what_cannot_be_measured_is_refused() -> None:
    probe, images = corner_network(), marked_images()
    with pytest.raises(UsageError, match="at least 8 images"):
        cnnviz.trust(probe, images[:4], "saliency", "gini")
    with pytest.raises(UsageError, match="metric"):
        cnnviz.trust(probe, images, "saliency", "deletions")
    with pytest.raises(UsageError, match="where the object is"):
        cnnviz.trust(probe, images, "saliency", "pointing")


def test_the_command(tmp_path: Path) -> None:
    out = tmp_path / "trust.json"
    line = f"trust --n 8 --method saliency --metric gini --metric deletion:steps=3 --out {out} --json -q"
    ended = CliRunner().invoke(cli, line.split(), catch_exceptions=False)
    assert ended.exit_code == 0
    said, held = json.loads(ended.stdout), json.loads(out.read_text())
    assert said["kind"] == "trust" and said["paths"] == [str(out)] and said["findings"] == held["findings"]
    assert {one["method"] for one in held["scores"]} == {"saliency", *CONTROLS}
