"""``cnnviz evaluate``: what it writes, what it says, its gate, and what it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import cnnviz
from cnnviz.data import known_sets
from tests.helpers.bright_squares import bright_squares
from tests.helpers.first_of_each import first_of_each

SAMPLE = ("--data", "sample", "--n", "100")


@pytest.fixture(scope="module")
def shaken(tmp_path_factory) -> str:
    """The bundled model with noise in its weights, as a file."""
    import keras

    model = keras.models.clone_model(cnnviz.open_model().model)
    random = np.random.default_rng(0)
    weights = cnnviz.open_model().model.get_weights()
    model.set_weights([w + random.normal(0, 0.1, w.shape) for w in weights])
    path = tmp_path_factory.mktemp("models") / "shaken.keras"
    model.save(path)
    return str(path)


def test_a_set_of_two_unnamed_classes_is_what_was_learned_from_it(run, tmp_path: Path) -> None:
    pictures = bright_squares(60, classes=2)
    np.savez(tmp_path / "two.npz", x=pictures.pixels[..., 0], y=pictures.labels)
    run("train", "--layers", "flatten, dense 2", "--data", "two.npz", "--epochs", "1", "--out", "run", "--quiet")
    done = run("evaluate", "--model", "run", "--data", "two.npz", "--out", "two.json", "--json")
    assert done.code == 0 and json.loads(done.out)["pictures"] == 60


def test_page_and_two_lines_of_figures(run) -> None:
    done = run("evaluate", *SAMPLE)
    assert (done.code, done.out) == (0, "evaluation.html\n"), done.err
    right = int((cnnviz.predict("fmnist-cnn", "sample").take(first_of_each(10)).right).sum())
    lines = done.err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"fmnist-cnn: accuracy {right:.2f} % on 100 images of sample (95 % interval ")
    assert "expected calibration error" in lines[1]
    assert b'"start":"#/evaluation"' in Path("evaluation.html").read_bytes()


def test_a_network_measured_on_what_it_learned_from_is_told(run, tmp_path) -> None:
    few = cnnviz.open_images("sample")[:60]
    cnnviz.train(layers="flatten, dense 10", images=few, epochs=1, snapshots=False, out=tmp_path / "run")
    done = run("evaluate", *SAMPLE, "--model", str(tmp_path / "run"), "--out", "e.json")
    assert "run was trained on sample: these figures do not hold for other images" in done.err
    assert "learned from" not in run("evaluate", *SAMPLE, "--out", "f.json").err


def test_against_another_model_with_json(run, shaken) -> None:
    done = run("evaluate", *SAMPLE, "--other", shaken, "--out", "e.json", "--json")
    assert done.code == 0, done.err
    told, held = json.loads(done.out), json.loads(Path("e.json").read_text(encoding="utf-8"))
    assert (told["kind"], told["paths"], told["format"], told["gate"]) == ("evaluation", ["e.json"], "json", None)
    assert told["accuracy"] == held["accuracy"] and held["other"]["model"]["name"] == "shaken"
    first, second = held["accuracy"]["value"], held["other"]["accuracy"]["value"]
    test = held["other"]["mcnemar"]
    assert test["only_second"] - test["only_first"] == round(100 * (second - first))
    assert held["other"]["difference"]["value"] == pytest.approx(second - first)
    assert "McNemar's test" in done.err


def test_csv_has_a_row_for_each_class_and_png_is_a_figure(run) -> None:
    assert run("evaluate", *SAMPLE, "--out", "e.csv", "--quiet").err == ""
    with Path("e.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["class"] for row in rows] == list(cnnviz.open_model().class_names)
    assert all(float(row["recall low"]) <= float(row["recall"]) <= float(row["recall high"]) for row in rows)
    assert run("evaluate", *SAMPLE, "--out", "e.png", "--quiet").code == 0
    assert Path("e.png").read_bytes().startswith(b"\x89PNG")


def test_the_gate_exits_with_4_after_writing(run) -> None:
    missed = run("evaluate", *SAMPLE, "--out", "e.csv", "--min-accuracy", "0.999", "--quiet", "--json")
    assert missed.code == 4 and "is below the minimum of 99.9 %" in missed.err
    assert json.loads(missed.out)["gate"] == {"min_accuracy": 0.999, "passed": False} and Path("e.csv").exists()
    kept = run("evaluate", *SAMPLE, "--out", "e.csv", "--min-accuracy", "0.5", "--quiet", "--json")
    assert kept.code == 0 and json.loads(kept.out)["gate"]["passed"] is True


def test_the_data_that_is_taken_where_nobody_said(monkeypatch) -> None:
    monkeypatch.setattr(known_sets, "find_copy", lambda known, split: Path("there"))
    assert known_sets.default_test_set() == "fmnist"
    monkeypatch.setattr(known_sets, "find_copy", lambda known, split: None)
    assert known_sets.default_test_set() == "sample"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--data", "bare.npz"), 3, "has no labels"),
        (("--data", "three.npz"), 3, "are of other classes than fmnist-cnn's (3 and 10), which has no 'a', 'b', 'c'; "),
        (("--data", "renamed.npz"), 3, "(10 and 10), which has no 'T-shirt' (nearest: 'T-shirt/top'); name them as"),
        (("--data", "sample", "--min-accuracy", "90"), 2, "min-accuracy"),
        (("--data", "sample", "--out", "e.txt"), 2, "has no known ending"),
        (("--data", "sample", "--against", "nothing"), 3, "nothing"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_nothing_is_written(run, tmp_path, arguments, code, words) -> None:
    pixels = np.zeros((30, 28, 28), np.uint8)
    np.savez(tmp_path / "bare.npz", images=pixels)
    np.savez(tmp_path / "three.npz", x=pixels, y=np.arange(30) % 3, class_names=np.array(["a", "b", "c"]))
    renamed = np.array(["T-shirt", *cnnviz.open_model().class_names[1:]])
    np.savez(tmp_path / "renamed.npz", x=pixels, y=np.arange(30) % 10, class_names=renamed)
    before = sorted(Path.cwd().iterdir())
    done = run("evaluate", *arguments, "--quiet")
    assert (done.code, done.out) == (code, ""), done.err
    assert words in done.err and len(done.err.splitlines()) == 1
    assert sorted(Path.cwd().iterdir()) == before


def _saved(tmp_path: Path, units: int, activation: str | None, loss: str) -> str:
    import keras

    keras.utils.set_random_seed(1)
    parts = [keras.layers.Rescaling(1 / 255), keras.layers.Flatten(), keras.layers.Dense(units, activation=activation)]
    model = keras.Sequential([keras.Input((6, 6, 1)), *parts])
    model.compile("adam", loss)
    model.save(tmp_path / "m.keras")
    return str(tmp_path / "m.keras")


@pytest.mark.parametrize("form", ["npz", "csv"])
def test_several_labels_per_image(run, tmp_path: Path, form: str) -> None:
    model = _saved(tmp_path, 3, "sigmoid", "binary_crossentropy")
    random = np.random.default_rng(0)
    pixels, tags = random.integers(0, 256, (30, 6, 6, 1), np.uint8), random.integers(0, 2, (30, 3))
    if form == "npz":
        np.savez(tmp_path / "set.npz", x_test=pixels, y_test=tags, class_names=["cat", "dog", "fox"])
    else:
        head = ",".join(["cat", "dog", "fox", *(f"p{i}" for i in range(36))])
        np.savetxt(tmp_path / "set.csv", np.c_[tags, pixels.reshape(30, -1)], "%d", ",", header=head, comments="")
    set_of = str(tmp_path / f"set.{form}")
    done = run("evaluate", "--model", model, "--data", set_of, "--threshold", "0.4", "--json", "--out", "l.json")
    assert done.code == 0, done.err
    summary, whole = json.loads(done.out), json.loads(Path("l.json").read_text())
    assert summary["kind"] == whole["kind"] == "label evaluation" and whole["threshold"] == 0.4
    assert [row["label"] for row in whole["labels"]] == ["cat", "dog", "fox"]
    assert [row["images"] for row in whole["labels"]] == tags.sum(axis=0).tolist()
    found = cnnviz.evaluate(model, set_of, threshold=0.4)
    assert summary["mean_average_precision"] == whole["mean_average_precision"]
    assert whole["mean_average_precision"]["value"] == pytest.approx(found.mean_average_precision, rel=1e-5)
    assert run("evaluate", "--model", model, "--data", set_of, "--out", "l.html").out == "l.html\n"
    assert b'"start":"#/labels"' in Path("l.html").read_bytes()
    assert run("evaluate", "--model", model, "--data", set_of, "--out", "l.csv").code == 0
    assert Path("l.csv").read_text().startswith("label,images,predicted,precision,precision low")
    gate = run("evaluate", "--model", model, "--data", set_of, "--min-accuracy", "0.5", "--out", "g.html")
    assert gate.code == 2 and "opened as multilabel, so it has no accuracy; leave it out" in gate.err
    assert run("evaluate", "--model", model, "--data", set_of, "--format", "gif").code == 2
    assert not Path("g.html").exists()


def test_a_regression(run, tmp_path: Path) -> None:
    model = _saved(tmp_path, 1, None, "mse")
    random = np.random.default_rng(0)
    pixels, ages = random.integers(0, 256, (30, 6, 6, 1), np.uint8), random.normal(40, 9, 30)
    np.savez(tmp_path / "set.npz", x=pixels, y=ages)
    done = run("evaluate", "--model", model, "--data", "set.npz", "--json", "--out", "r.json")
    assert done.code == 0, done.err
    whole = json.loads(Path("r.json").read_text())
    errors = np.array([one["predicted"][0] - one["true"][0] for one in whole["values"]])
    assert whole["outputs"][0]["mae"]["value"] == pytest.approx(np.abs(errors).mean(), rel=1e-4)
    assert json.loads(done.out)["outputs"] == whole["outputs"]
    page = run("evaluate", "--model", model, "--data", "set.npz", "--out", "r.html")
    assert page.out == "r.html\n" and "mean absolute error" in page.err and "RMSE" in page.err
    refused = run("evaluate", "--model", model, "--data", "sample", "--n", "4")
    assert refused.code == 3 and "labeled with classes (T-shirt/top, Trouser, Pullover, …)" in refused.err
    other = run("evaluate", "--data", "set.npz", "--fit", "stretch")
    assert other.code == 3 and "has numbers as labels, but fmnist-cnn predicts one class per image" in other.err
