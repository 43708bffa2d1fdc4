"""``cnnviz maximize``: what it writes is what Python gives, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import cnnviz
from tests.helpers.first_of_each import first_of_each

SHORT = ("maximize", "--layer", "conv2", "--channel", "3,17", "--steps", "6", "--n", "20", "--quiet")


@pytest.mark.slow
def test_every_format_is_what_python_gives(run) -> None:
    for suffix in ("npz", "json", "png", "gif", "html"):
        done = run(*SHORT, "--restarts", "2", "--out", f"a.{suffix}")
        assert (done.code, done.out, done.err) == (0, f"a.{suffix}\n", "")
    held = cnnviz.Maximized.load("a.npz")
    # Twenty pictures are two of each class.
    twenty = cnnviz.open_images("sample").take(first_of_each(2))
    made = cnnviz.maximize("fmnist-cnn", "conv2", [3, 17], images=twenty, steps=6, restarts=2)
    np.testing.assert_array_equal(held.pictures, made.pictures)
    np.testing.assert_array_equal(held.from_best, made.from_best)
    assert held.how.among == 20
    document = json.loads(Path("a.json").read_text(encoding="utf-8"))
    assert [unit["unit"] for unit in document["units"]] == [3, 17]
    np.testing.assert_array_equal(np.float32(document["units"][1]["pictures"][0]["pixels"]), made[17][0])
    assert Path("a.png").read_bytes().startswith(b"\x89PNG") and Path("a.gif").read_bytes().startswith(b"GIF89a")
    assert b"#/layer/conv2" in Path("a.html").read_bytes()


def test_a_class_by_name_and_other_hyperparameters(run) -> None:
    done = run(
        "maximize", "--class", "shirt", "--steps", "3", "--n", "10", "--penalty", "none", "--transform",
        "jitter:pixels=2", "--parametrization", "pixels", "--out", "a.npz", "--json", "--quiet",
    )  # fmt: skip
    assert done.code == 0 and json.loads(done.out)["units"] == 1
    how = cnnviz.Maximized.load("a.npz").how
    assert how.parameters["penalties"] == [] and how.parameters["transforms"] == ["jitter:pixels=2"]
    assert cnnviz.Maximized.load("a.npz").nouns == ("Shirt",)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("maximize", "--layer", "conv9"), 2, "there is no layer 'conv9'"),
        (("maximize", "--layer", "conv2", "--channel", "64", "--steps", "1"), 2, "there is no unit 64 in conv2"),
        (("maximize", "--class", "shirt", "--layer", "conv2"), 2, "--class selects logits"),
        (("maximize", "--class", "hat"), 2, "'hat'"),
        (("maximize", "--transform", "shear", "--steps", "1"), 2, "there is no transform 'shear'"),
        (("maximize", "--control", "--format", "png"), 2, "--control is only shown on the page"),
    ],
)
def test_what_is_refused(run, words, code, said) -> None:
    done = run(*words)
    assert done.code == code and said in done.err and done.out == ""
