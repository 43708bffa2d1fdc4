"""Commands on models without class scores."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image


def saved(tmp_path: Path, *ends: layers.Layer, loss: object = None) -> str:
    keras.utils.set_random_seed(0)
    start = keras.Input((28, 28, 1))
    x = layers.Conv2D(4, 3, strides=2, activation="relu", name="conv")(start)
    x = layers.Conv2D(3, 3, name="last")(x)
    for end in ends:
        x = end(x)
    model = keras.Model(start, x, name="net")
    if loss is not None:
        model.compile("sgd", loss)
    model.save(tmp_path / "net.keras")
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)).save(tmp_path / "x.png")
    return "net.keras"


def test_layers_say_what_the_output_is(run, tmp_path: Path) -> None:
    model = saved(tmp_path)
    said = run("layers", model).out
    assert "note:" not in said and "gives:       11×11×3" in said
    assert "head:        none (the output is a map of 11×11×3)" in said
    told = json.loads(run("layers", model, "--json").out)["model"]
    assert told["head"] == "none" and told["output_shape"] == [11, 11, 3] and told["class_names"] == []


@pytest.mark.parametrize("command", ["predict", "evaluate"])
def test_predictions_are_refused_in_one_line(run, tmp_path: Path, command: str) -> None:
    model = saved(tmp_path)
    done = run(command, *(["x.png"] if command == "predict" else ["--data", "sample"]), "--model", model)
    assert done.code == 2 and "net has no class scores" in done.err and "--target last/0" in done.err
    assert len([line for line in done.err.splitlines() if line.startswith("cnnviz:")]) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.keras", "x.png"]


def test_a_heatmap_of_a_channel_and_of_a_region(run, tmp_path: Path) -> None:
    model = saved(tmp_path)
    for target in ("conv/3", "2@4,5", "2@0,0-4,4"):
        done = run(
            "heatmap", "x.png", "--model", model, "--target", target, "--method", "saliency", "--out", "h.csv", "-f"
        )
        assert done.code == 0, done.err
        row = (tmp_path / "h.csv").read_text().splitlines()[1]
        assert "saliency" in row and ",,,saliency" in row
    assert run("heatmap", "x.png", "--model", model, "--out", "i.html").code == 2


def test_a_regression_prints_its_numbers(run, tmp_path: Path) -> None:
    model = saved(tmp_path, layers.GlobalAveragePooling2D(), layers.Dense(2), loss="mse")
    done = run("predict", "x.png", "--model", model)
    assert done.code == 0 and done.out.split()[:5] == ["image", "output", "0", "output", "1"] and "%" not in done.out
    told = json.loads(run("predict", "x.png", "--model", model, "--json").out)
    assert list(told["pictures"][0]["outputs"]) == ["output 0", "output 1"]


def test_one_number_is_said_to_be_an_assumption_unless_it_is_settled(run, tmp_path: Path) -> None:
    model = saved(tmp_path, layers.GlobalAveragePooling2D(), layers.Dense(1))
    done = run("predict", "x.png", "--model", model)
    assert done.code == 0 and "one number without a sigmoid is taken as a measurement; set --head binary" in done.err
    done = run("predict", "x.png", "--model", model, "--head", "binary")
    assert done.code == 0 and "measurement" not in done.err and "class 1" in done.out
    assert run("predict", "x.png", "--model", model, "--head", "softmax").code == 2
    assert run("predict", "x.png", "--model", model, "--head", "classes").code == 2
