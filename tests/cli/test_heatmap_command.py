"""``cnnviz heatmap``, ``deconv`` and ``methods``: what they write, and what they refuse."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.all_methods import METHODS
from tests.helpers.peak import PRINT_PEAK


def test_npz_is_what_python_gives(run) -> None:
    done = run("heatmap", "--n", "5", "--class", "shirt", "--against", "t-shirt", "--out", "a.npz", "--quiet")
    assert (done.code, done.out, done.err) == (0, "a.npz\n", "")
    held = cnnviz.Attribution.load("a.npz")
    assert held.how.target == "Shirt − T-shirt/top" and held.images.labels.tolist() == [6] * 5
    images = cnnviz.open_images("sample").numbered(held.images.indices)
    expected = cnnviz.attribute("fmnist-cnn", images, "grad-cam", "shirt", against="t-shirt")
    np.testing.assert_array_equal(held.values, expected.values)


def test_csv_has_a_row_for_each_picture_and_map(run) -> None:
    chosen = ("--method", "grad-cam", "--method", "smoothgrad:samples=2", "--target", "top-2", "--layer", "conv2")
    done = run("heatmap", "--n", "3", *chosen, "--out", "a.csv", "--quiet")
    assert done.code == 0
    with Path("a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * 2 * 2
    assert [row["method"] for row in rows[:4]] == ["grad-cam", "grad-cam", "smoothgrad", "smoothgrad"]
    assert [row["layer"] for row in rows[:4]] == ["conv2", "conv2", "", ""]
    assert rows[0]["explained class"] == rows[0]["predicted"] != rows[1]["explained class"]
    image = cnnviz.open_images("sample").numbered([int(rows[0]["picture"])])
    made = cnnviz.attribute("fmnist-cnn", image, "grad-cam", layer="conv2").maps[0]
    row, column = np.unravel_index(made.argmax(), made.shape)
    assert (int(rows[0]["peak row"]), int(rows[0]["peak column"])) == (row, column)
    assert float(rows[0]["highest"]) == pytest.approx(float(made.max()), rel=1e-5)


def test_json_tells_how_and_holds_the_values(run) -> None:
    done = run("heatmap", "--index", "4,17", "--method", "saliency", "--out", "a.json", "--json", "--quiet")
    told = json.loads(done.out)
    assert (told["kind"], told["paths"], told["pictures"]) == ("heatmaps", ["a.json"], 2)
    document = json.loads(Path("a.json").read_text(encoding="utf-8"))
    assert document["made"][0]["method"] == "saliency" and "Simonyan" in document["made"][0]["paper"]
    assert [picture["index"] for picture in document["pictures"]] == [4, 17]
    assert np.shape(document["pictures"][0]["maps"][0]["values"]) == (28, 28)


def test_deconv_json(run) -> None:
    done = run(
        "deconv", "--layer", "conv2", "--channel", "3,17", "--top", "2", "--n", "20", "--out", "a.json", "--quiet"
    )
    assert done.code == 0, done.err
    document = json.loads(Path("a.json").read_text(encoding="utf-8"))
    assert [one["channel"] for one in document["channels"]] == [3, 17]
    first = document["channels"][0]["pictures"]
    assert len(first) == 2 and first[0]["value"] >= first[1]["value"]
    assert np.shape(first[0]["reconstruction"]) == (8, 8, 1)


def test_methods_lists_every_method_and_tells_of_one(run) -> None:
    done = run("methods")
    assert done.code == 0 and all(name in done.out for name in METHODS)
    told = json.loads(run("methods", "smoothgrad", "--json").out)["methods"][0]
    assert told["parameters"] == {"samples": 20, "noise": 0.15, "seed": 0, "absolute": False}
    one = run("methods", "integrated-gradients").out
    assert "arXiv:1703.01365" in one and "steps=50" in one


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("heatmap", "--method", "grad_cam2"), 2, "there is no method 'grad_cam2'; choose from: grad-cam"),
        (("heatmap", "--method", "smoothgrad:samples=no"), 2, "samples must be a whole number"),
        (("heatmap", "--layer", "dense1"), 2, "dense1 has no maps"),
        (("heatmap", "--method", "saliency", "--layer", "conv2"), 2, "saliency takes no layer"),
        (("heatmap", "--class", "frock"), 2, "there is no class 'frock'"),
        (("heatmap", "--method", "saliency", "--method", "grad-cam", "--out", "a.npz"), 2, "one method and one target"),
        (("heatmap", "--out", "a.txt"), 2, "has no known ending"),
        (("deconv",), 2, "--layer"),
        (("deconv", "--layer", "conv9"), 2, "there is no layer 'conv9'"),
        (("deconv", "--layer", "conv2", "--channel", "64"), 2, "there is no channel 64 in conv2"),
        (("deconv", "--layer", "conv2", "--channel", "x"), 2, "'x' is not a valid channel number"),
        (("methods", "nothing"), 2, "there is no method 'nothing'"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_nothing_is_written(run, arguments, code, message) -> None:
    done = run(*arguments, "--quiet") if arguments[0] != "methods" else run(*arguments)
    assert (done.code, done.out) == (code, "")
    assert message in done.err and len(done.err.splitlines()) == 1
    assert not list(Path.cwd().iterdir())


@pytest.mark.slow
def test_sixty_thousand_pictures_stream_in_bounded_memory(tmp_path: Path, fashion_mnist_folder: Path) -> None:
    code = f"""
from cnnviz.cli.main import main
data = {str(fashion_mnist_folder)!r} + ":train"
try:
    main(["heatmap", "--data", data, "--n", "60000", "--out", "m.npz", "-q"])
except SystemExit as end:
    assert not end.code, end.code
"""
    run = subprocess.run([sys.executable, "-c", code + PRINT_PEAK], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert float(run.stdout.split()[-1]) < 1.5
    held = cnnviz.Attribution.load(tmp_path / "m.npz")
    assert held.values.shape == (60_000, 3, 3)
    some = [0, 30_000, 59_999]
    again = cnnviz.attribute("fmnist-cnn", held.images.take(some))
    np.testing.assert_allclose(held.values[some], again.values, atol=1e-4)
