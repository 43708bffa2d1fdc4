"""``augment`` and ``synth-digits``: sets that are written, and opened by everything else."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import matplotlib
import numpy as np
import pytest

import cnnviz

DEJAVU = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """An archive of 30 training and 10 test pictures."""
    sample = cnnviz.open_images("sample")
    path = tmp_path / "both.npz"
    arrays = {"x_train": sample.pixels[:30], "x_test": sample.pixels[30:40]}
    labels = {"y_train": sample.labels[:30], "y_test": sample.labels[30:40]}
    np.savez(path, **arrays, **labels, class_names=np.array(sample.class_names))
    return path


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    (tmp_path / "fonts").mkdir()
    shutil.copy(DEJAVU, tmp_path / "fonts")
    return tmp_path / "fonts"


def test_augment_works_at_once(run, tmp_path: Path) -> None:
    done = run("augment")
    assert (done.code, done.out) == (0, "augmented.npz\n")
    assert "changes: shift 2, flip 0.5, rotate 8, scale 0.1, brightness 0.1 (preset clothes)" in done.err
    assert "images: 1,000 originals and 1,000 changed copies" in done.err
    made, sample = cnnviz.open_images(tmp_path / "augmented.npz"), cnnviz.open_images("sample")
    expected = cnnviz.augment(sample, 2)
    np.testing.assert_array_equal(made.pixels, expected.pixels)
    np.testing.assert_array_equal(made.labels, expected.labels)
    assert made.class_names == sample.class_names
    assert made.notes == ("1,000 changed copies: shift, flip, rotate, scale, brightness, seed 0",)


def test_train_and_test_grow_by_factors_of_their_own(run, both: Path, tmp_path: Path) -> None:
    done = run(
        "augment", str(both), "--factor", "3", "--test-factor", "1.5", "--change", "shift 4", "--change", "flip",
        "--seed", "7", "--out", "larger.npz", "--json",
    )  # fmt: skip
    document = json.loads(done.out)
    assert document["kind"] == "augmented" and document["paths"] == ["larger.npz"] and document["preset"] is None
    assert document["changes"] == [{"name": "shift", "pixels": 4}, {"name": "flip", "share": 0.5}]
    assert document["sets"] == {"train": {"before": 30, "after": 90}, "test": {"before": 10, "after": 15}}
    train, test = (cnnviz.open_images(f"larger.npz:{split}") for split in ("train", "test"))
    assert (len(train), len(test)) == (90, 15) and train.class_names[9] == test.class_names[9] == "Ankle boot"
    before = cnnviz.open_images(f"{both}:test")
    np.testing.assert_array_equal(test.pixels[:10], before.pixels)
    with np.load("larger.npz") as arrays:
        owners = arrays["made_from_test"]
        np.testing.assert_array_equal(test.labels, before.labels[owners])
        assert owners[10:].tolist() == [0, 2, 4, 6, 8]


def test_test_pictures_stay_as_they_are_unless_asked(run, both: Path) -> None:
    assert "test: 10 originals and 0 changed copies" in run("augment", str(both)).err
    before = cnnviz.open_images(f"{both}:test")
    np.testing.assert_array_equal(cnnviz.open_images("augmented.npz:test").pixels, before.pixels)


def test_the_same_command_gives_the_same_bytes(run, both: Path, fonts: Path, tmp_path: Path) -> None:
    for arguments in (("augment", str(both)), ("synth-digits", "--n", "50", "--fonts", "fonts")):
        for name in ("one.npz", "two.npz"):
            assert run(*arguments, "--out", name, "--force").code == 0
        assert Path("one.npz").read_bytes() == Path("two.npz").read_bytes()
        assert run(*arguments, "--out", "one.npz").code == 0, "the same content needs no --force"
        refused = run(*arguments, "--seed", "1", "--out", "one.npz")
        assert refused.code == 2 and "--force" in refused.err.splitlines()[-1]
        assert run(*arguments, "--seed", "1", "--out", "one.npz", "--force").code == 0
        assert Path("one.npz").read_bytes() != Path("two.npz").read_bytes()


def test_digits_are_drawn_and_told(run, fonts: Path) -> None:
    done = run("synth-digits", "--n", "40", "--test-n", "20", "--fonts", "fonts", "--size", "20", "--json")
    document = json.loads(done.out)
    assert document["kind"] == "digits" and document["fonts"] == ["DejaVu Sans Book"]
    assert document["sets"] == {"train": 40, "test": 20}
    train, test = (cnnviz.open_images(f"digits.npz:{split}") for split in ("train", "test"))
    assert train.shape == (20, 20, 1) and np.bincount(train.labels).tolist() == [4] * 10
    assert train.notes == ("digits drawn from 1 font: DejaVu Sans Book, seed 0",)
    assert not {picture.tobytes() for picture in train.pixels} & {picture.tobytes() for picture in test.pixels}
    with np.load("digits.npz") as arrays:
        assert arrays["fonts"].tolist() == ["DejaVu Sans Book"]


def test_what_was_written_can_be_augmented(run, fonts: Path) -> None:
    assert run("synth-digits", "--n", "40", "--fonts", "fonts").code == 0
    assert "(preset digits)" in run("augment", "digits.npz").err


@pytest.mark.parametrize("form", ["html", "png"])
def test_previews(run, fonts: Path, both: Path, form: str) -> None:
    begins = {"html": b"<!doctype html>", "png": b"\x89PNG"}[form]
    for arguments in (("augment", str(both)), ("synth-digits", "--n", "40", "--fonts", "fonts")):
        done = run(*arguments, "--preview", f"seen.{form}", "--force", "--quiet")
        assert done.code == 0 and done.out.splitlines()[1] == f"seen.{form}" and done.err == ""
        assert Path(f"seen.{form}").read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("augment", "nowhere.npz"), 3, "there is no file"),
        (("augment", "sampel"), 3, "choose from: sample"),
        (("augment", "--factor", "0.5"), 2, "--factor"),
        (("augment", "--test-factor", "2"), 2, "sample has no train and test part"),
        (("augment", "--change", "turn 5"), 2, "there is no change 'turn'"),
        (("augment", "--change", "shift far"), 2, "whole number"),
        (("augment", "--preset", "cars"), 2, "lab"),
        (("augment", "--preset", "lab", "--change", "flip"), 2, "not both"),
        (("augment", "--out", "set.csv"), 2, ".npz"),
        (("augment", "--preview", "seen.gif"), 2, ".html or .png"),
        (("synth-digits", "--n", "0"), 2, "--n"),
        (("synth-digits", "--fonts", "nowhere"), 3, "there is no folder nowhere"),
        (("synth-digits", "--size", "4"), 2, "--size"),
        (("synth-digits", "--n", "100000000000", "--quiet"), 2, "make fewer"),
    ],
)
def test_wrong_words_get_one_line(run, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = run(*arguments)
    assert done.code == code and words in done.err and done.err.count("\n") == 1 and not done.out
    assert not list(tmp_path.iterdir())


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C while the set is being written: the file in the making goes, and the exit code says so."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cnnviz", "augment", "--factor", "1000", "--quiet"],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    until = time.monotonic() + 60
    while not any(held.is_file() and held.stat().st_size > 10**6 for held in tmp_path.rglob("*.npy")):
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert "interrupted; nothing was left half written" in process.communicate(timeout=60)[1]
    assert process.returncode == 130 and not list(tmp_path.iterdir())
