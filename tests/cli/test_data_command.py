"""``cnnviz data``: what it writes in every format, what it says, and what it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import cnnviz

QUICKLY = ("--without", "importance", "--without", "labels", "--without", "drift", "--without", "odd")


@pytest.fixture
def sets(tmp_path) -> Path:
    """An .npz with a train and a test part: two classes, one picture of the test part also in the train part."""
    rng = np.random.default_rng(0)
    train, test = (rng.integers(0, 256, (n, 12, 12)).astype(np.uint8) for n in (40, 20))
    test[3] = train[7]
    path = tmp_path / "sets.npz"
    np.savez(path, x_train=train, y_train=np.arange(40) % 2, x_test=test, y_test=np.arange(20) % 2)
    return path


def test_every_format_is_what_python_gives(run, sets) -> None:
    for suffix in ("html", "json", "csv", "png"):
        done = run("data", str(sets), *QUICKLY, "--out", f"d.{suffix}", "--quiet")
        assert (done.code, done.out, done.err) == (0, f"d.{suffix}\n", "")
    parts = ("medians", "noise", "separability", "duplicates")
    report = cnnviz.profile_images(str(sets), parts=parts)
    assert Path("d.json").read_text(encoding="utf-8") == report.to_json()
    document = json.loads(Path("d.json").read_text(encoding="utf-8"))
    assert document["kind"] == "data" and document["schema_version"] == 1
    assert document["leaks"]["pairs"][0]["pictures"] == [7, 3] and document["leaks"]["exact"] == 1
    with Path("d.csv").open(encoding="utf-8", newline="") as file:
        assert [row["set"] for row in csv.DictReader(file) if row["pictures"] != "0"] == ["train"] * 2 + ["test"] * 2
    assert Path("d.png").read_bytes() == report._repr_png_()
    assert b"#/data" in Path("d.html").read_bytes()


def test_it_says_what_stands_out_and_prints_one_document(run, sets) -> None:
    done = run("data", str(sets), *QUICKLY, "--json")
    told = json.loads(done.out)
    assert told["kind"] == "data" and told["paths"] == ["data.html"] and told["pictures"] == [40, 20]
    assert any(words.startswith("1 duplicate pair spans train and test") for words in told["findings"])
    assert told["findings"][0] in done.err and any("not requested" in words for words in told["left_out"])


def test_one_part_alone_and_another_set_beside_it(run, sets) -> None:
    done = run("data", f"{sets}:train", *QUICKLY, "--json", "--quiet")
    assert json.loads(done.out)["pictures"] == [40]
    rng = np.random.default_rng(1)
    np.save("other.npy", rng.integers(0, 256, (9, 24, 24)).astype(np.uint8))
    done = run("data", f"{sets}:test", "--other", "other.npy", *QUICKLY, "--json", "--out", "o.csv")
    assert json.loads(done.out)["pictures"] == [20, 9] and "resized from 24×24 to 12×12 (bilinear)" in done.err


def test_missing_values_are_left_out_or_refused(run) -> None:
    pixels = np.random.default_rng(2).random((8, 6, 6)).astype(np.float32)
    pixels[5, 2, 1] = np.nan
    np.save("holes.npy", pixels)
    done = run("data", "holes.npy", *QUICKLY)
    assert done.code == 0 and "1 value is NaN or infinite, in 1 image" in done.err
    done = run("data", "holes.npy", "--missing", "refuse", "--out", "r.html")
    assert done.code == 3 and "1 value in 1 of 8 images, the first in image 5 at row 2, column 1" in done.err
    assert done.err.count("\n") == 1 and not Path("r.html").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nothing.npz",), 3, "there is no file or folder"),
        (("sample", "--without", "means"), 2, "means"),
        (("sample", "--format", "gif"), 2, "gif"),
        (("sample", "--out", "d.txt"), 2, "has no known ending"),
    ],
)
def test_refusals_are_one_line_and_write_nothing(run, arguments, code, words) -> None:
    done = run("data", *arguments, "--quiet")
    assert done.code == code and words in done.err and done.err.count("\n") == 1


def test_parts_are_those_of_the_library() -> None:
    from cnnviz.cli.commands.data import PARTS
    from cnnviz.reports.dataset.result import PARTS as KNOWN

    assert tuple(KNOWN) == PARTS
