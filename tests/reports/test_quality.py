"""Quality checks: figures equal those of the reports, bounds decide, and JUnit XML says which failed."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner

import cnnviz
from cnnviz.cli.main import cli
from cnnviz.core.errors import DataError, QualityGateError, UsageError
from cnnviz.reports.quality.result import Checked, QualityCheck


@pytest.fixture(scope="module")
def images() -> cnnviz.Images:
    return cnnviz.open_images("sample")[:200]


@pytest.fixture(scope="module")
def found(images: cnnviz.Images) -> QualityCheck:
    return cnnviz.check_quality("fmnist-cnn", images, min_accuracy=0.99, max_ece=0.2, max_dead=1.0)


def test_figures_are_those_of_the_reports(found: QualityCheck, images: cnnviz.Images) -> None:
    held = {one.name: one for one in found.checks}
    made = cnnviz.evaluate("fmnist-cnn", images)
    assert held["accuracy"].value == made.figures.accuracy.value
    assert (held["accuracy"].low, held["accuracy"].high) == made.figures.accuracy[1:]
    assert held["ece"].value == pytest.approx(made.calibration.error) and held["ece"].low is None
    layers = cnnviz.responses("fmnist-cnn", images, ["conv1", "conv2", "conv3", "dense1"]).layers.values()
    dead = np.concatenate([one.dead for one in layers])
    assert held["dead"].value == pytest.approx(dead.mean()) and len(dead) == 320


def test_bounds_decide(found: QualityCheck) -> None:
    assert [one.passed for one in found.checks] == [False, True, True] and not found.passed
    with pytest.raises(QualityGateError, match=r"fmnist-cnn fails the check: accuracy 0\.\d{4}"):
        found.enforce()


@pytest.mark.parametrize(
    ("name", "value", "bound", "passed"),
    [
        ("accuracy", 0.9, 0.9, True),
        ("accuracy", 0.89, 0.9, False),
        ("ece", 0.05, 0.05, True),
        ("ece", 0.051, 0.05, False),
        ("leak", 0.0, 0.0, True),
        ("leak", 1e-9, 0.0, False),
    ],
)
def test_a_bound_is_included(name: str, value: float, bound: float, passed: bool) -> None:
    one = Checked(name, value, None, None, bound, "", 0.0)
    assert one.passed == passed and ("which it is not" in one.sentence) != passed


def test_leaks_are_the_images_in_both(images: cnnviz.Images) -> None:
    found = cnnviz.check_quality("fmnist-cnn", images[:50], train=images[40:], max_leak=0.1)
    (one,) = found.checks
    assert (
        one.value == pytest.approx(10 / 50, abs=0.021)
        and one.about == f"{round(one.value * 50)} images of 50 found among 160"
    )
    assert not one.passed


def test_a_network_with_dead_channels_is_caught() -> None:
    from keras import Sequential, layers

    net = Sequential(
        [layers.Input((12, 12, 1)), layers.Conv2D(4, 3, activation="relu"), layers.Flatten(), layers.Dense(3)]
    )
    kernel, _ = net.layers[0].get_weights()
    net.layers[0].set_weights([kernel, np.array([0.0, -100.0, 0.5, -100.0])])
    pixels = np.random.default_rng(0).integers(0, 256, (20, 12, 12), dtype=np.uint8)
    found = cnnviz.check_quality(cnnviz.wrap(net, scale="0-1"), pixels, max_dead=0.4)
    assert found.checks[0].value == 0.5 and "2 of 4 channels and units" in found.checks[0].about and not found.passed


def test_faithfulness_is_the_advantage_over_a_random_map(images: cnnviz.Images) -> None:
    found = cnnviz.check_quality("fmnist-cnn", images[:40], min_faithfulness=0.05, method="rise:masks=200")
    made = cnnviz.trust("fmnist-cnn", images[:40], "rise:masks=200", ["insertion", "deletion"])
    gained = [made.entry("rise:masks=200", metric).over_random for metric in ("insertion", "deletion")]  # type: ignore[union-attr]
    (one,) = found.checks
    assert one.value == pytest.approx(np.mean(gained)) and one.passed and "RISE of 40 images" in one.about
    assert one.low is not None and one.high is not None and one.low < one.value < one.high


def test_junit_says_what_failed(found: QualityCheck, tmp_path: Path) -> None:
    tree = ElementTree.fromstring(str(found.to_junit()).split("\n", 1)[1])
    (suite,) = tree
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert failed == ["accuracy"]
    path = Path(found.to_junit(tmp_path / "check.xml"))
    assert ElementTree.parse(path).getroot().tag == "testsuites"


def test_names_that_xml_cannot_hold() -> None:
    one = Checked("ece", 0.5, None, None, 0.1, "on 3 images", 0.0)
    made = QualityCheck('a\x00b\x1b[2J]]><&"\ud800', "array", 3, (one,))
    tree = ElementTree.fromstring(str(made.to_junit()).encode("utf-8", "replace"))
    assert tree[0].get("failures") == "1" and "\x1b" not in repr(made)


@pytest.mark.parametrize(
    ("bounds", "says"),
    [
        ({}, "nothing to check"),
        ({"min_accuracy": 1.5}, "from 0 to 1, not 1.5"),
        ({"max_leak": 0.1}, "needs the images of the training"),
        ({"max_dead": 0.1, "train": "sample"}, "give both"),
    ],
)
def test_bad_bounds_are_refused(bounds: dict[str, object], says: str, images: cnnviz.Images) -> None:
    with pytest.raises(UsageError, match=says):
        cnnviz.check_quality("fmnist-cnn", images[:4], **bounds)  # type: ignore[arg-type]


def test_unlabeled_images_have_no_accuracy() -> None:
    with pytest.raises(DataError, match="labels"):
        cnnviz.check_quality("fmnist-cnn", np.zeros((4, 28, 28), np.uint8), min_accuracy=0.5)


def test_the_command(tmp_path: Path) -> None:
    junit, out = tmp_path / "check.xml", tmp_path / "check.json"
    line = f"check fmnist-cnn --data sample --n 50 --max-ece 0 --junit {junit} --out {out} --json -q"
    ended = CliRunner().invoke(cli, line.split())
    assert isinstance(ended.exception, QualityGateError) and ended.exception.exit_code == 4
    said = json.loads(ended.stdout)
    assert said["kind"] == "check" and not said["passed"] and said["paths"] == [str(junit), str(out)]
    assert json.loads(out.read_text())["checks"] == said["checks"] and junit.exists()
    for words in ("check fmnist-cnn", "check fmnist-cnn --max-leak 0", "check fmnist-cnn --max-ece 0 --out a.txt"):
        assert CliRunner().invoke(cli, words.split()).exit_code == 2
