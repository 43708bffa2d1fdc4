"""``--bands``: every command that shows images draws the chosen ones, and computes with all."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import cnnviz
from tests.helpers.five_bands import NAMES, five_band_model, five_bands

SAID = "bands 4, 3 and 2 of 5 are drawn as red, green and blue"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A model and its images."""
    folder = tmp_path_factory.mktemp("five")
    five_band_model().save(folder / "five.keras")
    images = five_bands(30)
    np.savez(folder / "five.npz", x=images.pixels, y=images.labels, class_names=np.array(NAMES))
    return str(folder / "five.keras"), str(folder / "five.npz")


@pytest.mark.parametrize(
    "command",
    [
        ("activations", "--layer", "conv1", "--out", "x.png"),
        ("heatmap", "--n", "2", "--out", "x.png"),
        ("deconv", "--layer", "conv2", "--out", "x.png"),
        ("filters", "--layer", "conv1", "--out", "x.png"),
        ("maximize", "--layer", "conv1", "--channel", "0", "--steps", "2", "--out", "x.png"),
        ("embedding", "--out", "x.csv"),
        ("ablate", "--layer", "conv1", "--out", "x.json"),
        ("similarity", "--out", "x.csv"),
        ("report", "--n", "6", "--out", "x.json"),
    ],
    ids=lambda command: command[0],
)
def test_commands_say_and_draw_the_bands(run, files, command: tuple[str, ...]) -> None:
    model, data = files
    made = run(*command, "--model", model, "--data", data, "--scale", "0-1", "--bands", "4,3,2")
    assert made.code == 0 and SAID in made.err and Path(command[-1]).is_file(), made


def test_chosen_bands_change_the_drawing_and_no_value(run, files) -> None:
    model, data = files
    told = {}
    for bands in ("4,3,2", "1"):
        given = ("--model", model, "--data", data, "--scale", "0-1", "--bands", bands, "--force", "--n", "4")
        assert run("activations", *given, "--layer", "conv1", "--out", "a.png").code == 0
        assert run("activations", *given, "--layer", "conv1", "--out", "a.json").code == 0
        sheet = np.asarray(Image.open(io.BytesIO(Path("a.png").read_bytes())).convert("RGB"))
        told[bands] = sheet, json.loads(Path("a.json").read_text())
    assert (told["4,3,2"][0] != told["1"][0]).any() and told["4,3,2"][1] == told["1"][1]


def test_evaluation_is_that_of_keras(run, files) -> None:
    model, data = files
    made = run("evaluate", "--model", model, "--data", data, "--scale", "0-1", "--out", "x.json")
    held, images = cnnviz.open_model(model, scale="0-1"), cnnviz.open_images(data)
    right = held.model.predict(images.pixels / np.float32(255), verbose=0).argmax(axis=1) == images.labels
    assert made.code == 0 and json.loads(Path("x.json").read_text())["accuracy"]["value"] == pytest.approx(right.mean())
    assert "choose others with --bands" in made.err


def test_augment_and_train(run, files) -> None:
    """A larger set of five bands trains a network, whose snapshots are drawn by their bands."""
    _, data = files
    made = run("augment", data, "--factor", "2", "--bands", "5", "--out", "larger.npz", "--preview", "larger.html")
    assert made.code == 0 and cnnviz.open_images("larger.npz").shape == (16, 16, 5)
    network = "conv 4 3x3, relu, pool 2, flatten, dense 3"
    made = run("train", "--layers", network, "--data", "larger.npz", "--epochs", "1", "--out", "run")
    assert made.code == 0, made
    assert run("training", "run", "--out", "film.html").code == 0
    assert "bands 1, 2 and 3 of 5" in Path("film.html").read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--bands", "6"), "there is no band 6: the images have 5 channels"),
        (("--bands", "0,1,2"), "counted from 1, so there is no band 0"),
        (("--bands", "1,2"), "three numbers or one"),
        (("--data", "sample"), "sample has images of 1 channel where 5 are taken"),
        (("--scale", "imagenet-torch"), "is for 3 channels and these images have 5"),
    ],
)
def test_what_is_refused(run, files, options: tuple[str, ...], words: str) -> None:
    model, data = files
    made = run("heatmap", "--model", model, "--data", data, *options, "--out", "x.html")
    assert made.code in (2, 3) and words in made.err and made.err.count("\n") == 1
    assert not Path("x.html").exists()
