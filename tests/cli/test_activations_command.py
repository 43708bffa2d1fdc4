"""``cnnviz activations``: which pictures, which layers, which format, where to."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import cnnviz


def held(path: str = "a.npz") -> cnnviz.Activations:
    return cnnviz.Activations.load(path)


def labels(result: cnnviz.Activations) -> list[int]:
    return result.images.labels.tolist()


def test_ten_pictures_one_of_each_class_are_the_default(run) -> None:
    done = run("activations", "--layer", "conv3", "--out", "a.npz")
    assert (done.code, done.out, done.err) == (0, "a.npz\n", "")
    assert sorted(labels(held())) == list(range(10))
    assert list(held()) == ["conv3"]


def test_all_layers_with_no_option(run) -> None:
    run("activations", "--out", "a.npz", "--n", "1")
    assert list(held()) == ["conv1", "pool1", "conv2", "pool2", "conv3", "dense1", "predictions"]


def test_the_values_are_those_of_the_library(run) -> None:
    run("activations", "--layer", "conv2", "--index", "3,5", "--index", "10-12", "--out", "a.npz")
    sample = cnnviz.open_images("sample")
    chosen = sample.numbered([3, 5, 10, 11, 12])
    assert held().images.indices.tolist() == [3, 5, 10, 11, 12]
    np.testing.assert_allclose(held()["conv2"], cnnviz.activations("fmnist-cnn", chosen, "conv2")["conv2"], atol=1e-6)


def test_class_and_mistakes_narrow_down(run) -> None:
    run("activations", "--layer", "dense1", "--class", "shirt", "--wrong", "--n", "4", "--out", "a.npz")
    assert labels(held()) == [6] * 4
    assert (held().predicted != 6).all()


def test_a_seed_chooses_at_random_and_repeatably(run) -> None:
    chosen = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        run("activations", "--layer", "dense1", "--seed", seed, "--out", f"{name}.npz")
        chosen.append(held(f"{name}.npz").images.indices.tolist())
    assert chosen[0] == chosen[1] != chosen[2]


def test_ones_own_pictures(run, tmp_path: Path) -> None:
    ramp = np.full((60, 40, 3), 250, np.uint8)
    ramp[15:45, 12:28] = (180, 20, 20)
    Image.fromarray(ramp).save(tmp_path / "red.png")
    Image.fromarray(255 - ramp).save(tmp_path / "other.jpg")
    done = run("activations", "red.png", "other.jpg", "--layer", "conv3", "--out", "a.npz")
    assert done.code == 0
    assert held().images.names == ("red.png", "other.jpg")
    assert "inverted" in done.err and "28×28" in done.err
    assert np.median(held().images.pixels[0, :, 0]) < 60, "a picture on white is turned for a model trained on black"


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("html", b"<!doctype html>"),
        ("png", b"\x89PNG"),
        ("npz", b"PK"),
        ("json", b"{"),
        ("gif", b"GIF89a"),
        ("csv", b"picture,"),
    ],
)
def test_each_format_by_option_and_by_suffix(run, form: str, start: bytes) -> None:
    by_option = run("activations", "--layer", "conv3", "--n", "2", "--format", form)
    assert by_option.out == f"activations-conv3.{form}\n"
    by_suffix = run("activations", "--layer", "conv3", "--n", "2", "--out", f"mine.{form}")
    assert by_suffix.out == f"mine.{form}\n"
    content = Path(f"mine.{form}").read_bytes()
    assert content.lower().startswith(start.lower())
    assert content == Path(f"activations-conv3.{form}").read_bytes()


def test_sheets_of_several_layers_are_several_files(run) -> None:
    done = run("activations", "--layer", "conv1", "--layer", "conv2", "--n", "1", "--out", "sheet.png")
    assert done.out.split() == ["sheet-conv1.png", "sheet-conv2.png"]
    assert all(Path(name).exists() for name in done.out.split())


def test_an_animation_has_a_frame_a_picture_and_a_file_a_layer(run) -> None:
    done = run("activations", "--layer", "conv1", "--layer", "dense1", "--n", "3", "--out", "film.gif")
    assert done.out.split() == ["film-conv1.gif", "film-dense1.gif"]
    for name in done.out.split():
        with Image.open(name) as image:
            assert (image.format, image.n_frames, image.info["loop"], image.info["duration"]) == ("GIF", 3, 1, 1000)


def test_a_table_has_a_row_for_each_picture_layer_and_channel(run) -> None:
    run("activations", "--layer", "conv2", "--layer", "dense1", "--index", "3,5", "--out", "a.npz")
    # Batches of one: the header comes once all the same.
    arguments = ("--layer", "conv2", "--layer", "dense1", "--index", "3,5", "--batch-size", "1", "--out", "a.csv")
    assert run("activations", *arguments).out == "a.csv\n"
    with Path("a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    result = held()
    assert len(rows) == 2 * (64 + 64)
    assert [row["picture"] for row in rows[::128]] == ["3", "5"]
    names = result.images.class_names
    for i, start in enumerate((0, 128)):
        for channel in range(64):
            row, values = rows[start + channel], result["conv2"][i, ..., channel]
            assert (row["layer"], row["channel"]) == ("conv2", str(channel))
            assert (row["true"], row["predicted"]) == (names[labels(result)[i]], names[result.predicted[i]])
            numbers = [float(row[key]) for key in ("lowest", "mean", "highest", "share_not_zero")]
            expected = [values.min(), values.mean(), values.max(), (values != 0).mean()]
            np.testing.assert_allclose(numbers, expected, rtol=1e-4, atol=1e-6)
            row, value = rows[start + 64 + channel], result["dense1"][i, channel]
            assert row["layer"] == "dense1" and row["lowest"] == row["mean"] == row["highest"]
            np.testing.assert_allclose(float(row["mean"]), value, rtol=1e-4, atol=1e-6)


def test_json_says_what_each_picture_is_taken_for(run) -> None:
    run("activations", "--layer", "dense1", "--index", "0", "--format", "json", "--out", "a.json")
    document = json.loads(Path("a.json").read_text())
    assert document["schema_version"] == 1
    (picture,) = document["pictures"]
    assert picture["label"] == picture["predicted"] == "Ankle boot"
    assert len(picture["activations"]["dense1"]) == 64


def test_the_json_option_prints_one_document(run) -> None:
    done = run("activations", "--layer", "dense1", "--format", "npz", "--json")
    assert json.loads(done.out) == {
        "schema_version": 1,
        "kind": "activations",
        "paths": ["activations-dense1.npz"],
        "pictures": 10,
        "format": "npz",
    }


def test_the_same_again_is_fine_and_something_else_needs_force(run) -> None:
    assert run("activations", "--layer", "dense1", "--out", "a.npz").code == 0
    assert run("activations", "--layer", "dense1", "--out", "a.npz").code == 0
    differs = run("activations", "--layer", "dense1", "--n", "3", "--out", "a.npz")
    assert differs.code == 2
    assert "--force" in differs.err
    assert len(held()) == 10
    assert run("activations", "--layer", "dense1", "--n", "3", "--out", "a.npz", "--force").code == 0
    assert len(held()) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--layer", "conv9"], 2, "choose from: conv"),
        (["--class", "shoe"], 2, "Sneaker"),
        (["--class", "s"], 2, "Sandal"),
        (["--seed", "-1"], 2, "--seed"),
        (["x.png", "--data", "fmnist"], 2, "not both"),
        (["--out", "x.html", "--format", "npz"], 2, "contradict"),
        (["--out", "-"], 2, "not a file"),
        (["--out", "a" * 300 + ".html"], 2, "too long"),
        (["--input-size", "big"], 2, "224x224"),
        (["--index", "5000"], 2, "no image 5000"),
        (["--index", "x"], 2, "not a valid image number"),
        (["--index", "9-3"], 2, "lower number first"),
        (["--index", "3", "--class", "bag"], 2, "--index selects the images"),
        (["--n", "0"], 2, "--n"),
        (["--n", "5000"], 2, "more images than there are"),
        (["--model", "fmnist-cn"], 3, "fmnist-cnn"),
        (["--model", "gone.keras"], 3, "no model file"),
        (["--data", "fmnst"], 3, "fmnist"),
        (["--data", "gone.csv"], 3, "gone.csv"),
        (["gone.png"], 3, "gone.png"),
        (["x.png", "--index", "3"], 2, "not both"),
        (["--scale", "0-254"], 2, "0-255"),
        (["--out", "a.xyz"], 2, "--format"),
        (["--out", "."], 2, "folder"),
        (["--format", "bmp"], 2, "html"),
        (["--lair", "conv2"], 2, "--layer"),
        (["--out", "/dev/null/a.html", "--n", "1"], 1, "cannot write"),
        (["--n", "1000", "--format", "json"], 2, "--format npz"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_is_one_line_and_writes_nothing(
    run, tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    done = run("activations", *arguments)
    assert done.code == code, done.err
    assert says in done.err
    assert done.out == ""
    assert done.err.count("\n") == 1 and done.err.startswith("cnnviz: ")
    assert list(tmp_path.iterdir()) == []
