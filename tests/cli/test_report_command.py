"""``cnnviz report``: one page of everything."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import cnnviz
from tests.helpers import zoo

#: The page alone.
BARE = ("--no-maximize", "--no-embedding", "--no-similarity", "--no-statistics")


def data_of(path: str) -> dict:
    found = re.search(r'id="data">(.*?)</script>', Path(path).read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return json.loads(found[1])


def test_a_page_of_the_whole_sample(run) -> None:
    done = run("report", "--quiet", *BARE)
    assert (done.code, done.out, done.err) == (0, "report.html\n", "")
    data = data_of("report.html")
    assert data["pictures"]["count"] == 1000 and data["maps"] == []
    assert {entry["pictures"] for entry in data["sections"]["channel"]["layers"].values()} == {1000}
    assert not {"maximized", "embedding", "similarity", "statistics"} & set(data["sections"])
    assert Path("report.html").stat().st_size <= 2_000_000


@pytest.mark.slow
def test_the_full_report_of_a_thousand_pictures_is_below_five_megabytes(run) -> None:
    assert run("report", "--quiet").code == 0
    data = data_of("report.html")
    assert data["pictures"]["count"] == 1000 and Path("report.html").stat().st_size <= 5_000_000
    paths = [layer["path"] for layer in data["sections"]["maximized"]["layers"]]
    assert paths == ["conv1", "conv2", "conv3", "dense1"] and "predictions" in data["sections"]["similarity"]["rows"]
    assert len(data["sections"]["embedding"]["positions"]) == 1000


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("model") / "small.keras"
    zoo.make("sequential").save(path)
    return str(path)


def test_a_report_brings_along_what_is_quick(run, small_model, monkeypatch) -> None:
    from cnnviz.reports import companions

    chosen = ("report", "--model", small_model, "--scale", "0-1", "--n", "12", "--force", "--out", "report.html")
    assert run(*chosen, "--quiet", "--layer", "conv1", "--layer", "pool1").code == 0
    data = data_of("report.html")
    sections = data["sections"]
    paths = [layer["path"] for layer in sections["maximized"]["layers"]]
    assert paths == ["conv1"]
    assert all(layer["among"] == 12 for layer in sections["maximized"]["layers"])
    assert sections["similarity"]["pictures"] == 12 and list(sections["statistics"]["layers"]) == ["conv1", "pool1"]
    pictures = cnnviz.open_images("sample").numbered(data["pictures"]["ids"])
    held = cnnviz.embedding(cnnviz.open_model(small_model, scale="0-1"), pictures, methods="pca")
    assert sections["embedding"]["explained"] == pytest.approx(held.plane.explained.tolist(), abs=1e-5)
    # What would take long is left out and said, unless it is asked for.
    for bound in ("MOST_PIXELS", "MOST_VALUES", "MOST_NEIGHBORS"):
        monkeypatch.setattr(companions, bound, 0)
    done = run(*chosen, "--layer", "conv1")
    sections = data_of("report.html")["sections"]
    assert not {"maximized", "similarity", "statistics"} & set(sections)
    assert [one["name"] for one in sections["embedding"]["maps"]] == ["pca"]
    for what in ("maximized images", "layer statistics"):
        assert f"skipped {what}: slow for this model and these images" in done.err
    run(*chosen, "--layer", "conv1", "--quiet", "--maximize", "--no-embedding")
    sections = data_of("report.html")["sections"]
    assert [layer["path"] for layer in sections["maximized"]["layers"]] == ["conv1"] and "embedding" not in sections


def test_json_and_n_and_layer(run) -> None:
    done = run("report", "--n", "30", "--layer", "conv2", "--json", "--quiet", "--no-maximize", "--out", "some.html")
    told = json.loads(done.out)
    assert (told["kind"], told["paths"], told["pictures"]) == ("report", ["some.html"], 30)
    sample = cnnviz.open_images("sample")
    data = data_of("some.html")
    assert data["pictures"]["count"] == 30 and list(data["sections"]["channel"]["layers"]) == ["conv2"]
    assert list(data["sections"]["statistics"]["layers"]) == ["conv2"] and "similarity" not in data["sections"]
    assert [one["name"] for one in data["sections"]["embedding"]["maps"]] == ["pca", "tsne"]
    labels = np.array(data["pictures"]["labels"])
    assert told["accuracy"] == (labels == np.array(data["pictures"]["predicted"])).mean()
    np.testing.assert_array_equal(labels, sample.numbered(data["pictures"]["ids"]).labels)


def test_the_same_again_is_fine_and_something_else_needs_force(run) -> None:
    small = ("report", "--layer", "dense1", "--quiet", "--out", "a.html", *BARE)
    assert run(*small, "--n", "5").code == run(*small, "--n", "5").code == 0
    held = Path("a.html").read_bytes()
    differs = run(*small, "--n", "6")
    assert differs.code == 2 and "--force" in differs.err and Path("a.html").read_bytes() == held
    assert run(*small, "--n", "6", "--force").code == 0


def test_a_csv_has_a_row_a_picture_with_what_the_model_says(run) -> None:
    done = run("report", "--n", "30", "--quiet", "--out", "some.csv")
    assert (done.code, done.out, done.err) == (0, "some.csv\n", "")
    with Path("some.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sample = cnnviz.open_images("sample").numbered([int(row["number"]) for row in rows])
    said = cnnviz.predict("fmnist-cnn", sample)
    names = said.model.class_names
    assert len(rows) == 30
    assert [*rows[0]] == ["number", "file", "true class", "predicted class", "confidence", "right", "loss"] + [
        f"p({name})" for name in names
    ]
    shares = np.array([[float(row[f"p({name})"]) for name in names] for row in rows])
    np.testing.assert_allclose(shares, said.probabilities, rtol=1e-4, atol=1e-7)
    labels = [names.index(row["true class"]) for row in rows]
    np.testing.assert_array_equal(labels, sample.labels)
    for row, label, own in zip(rows, labels, shares, strict=True):
        assert row["predicted class"] == names[own.argmax()] and float(row["confidence"]) == own.max()
        assert row["right"] == ("true" if own.argmax() == label else "false")
        assert float(row["loss"]) == pytest.approx(-np.log(own[label]), rel=1e-6, abs=1e-7)


def test_json_is_one_document_of_the_model_its_layers_and_every_picture(run) -> None:
    done = run("report", "--n", "40", "--layer", "conv2", "--layer", "dense1", "--format", "json", "--json", "--quiet")
    told = json.loads(done.out)
    assert (told["kind"], told["paths"], told["format"]) == ("report", ["report.json"], "json")
    document = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert (document["schema_version"], document["kind"], document["model"]["name"]) == (1, "report", "fmnist-cnn")
    sample = cnnviz.open_images("sample").numbered([picture["number"] for picture in document["pictures"]])
    held = cnnviz.activations("fmnist-cnn", sample, ["conv2", "dense1"])
    names = document["model"]["class_names"]
    counts = np.zeros((10, 10), int)
    for picture, label, said in zip(document["pictures"], sample.labels, held.predicted, strict=True):
        assert (picture["label"], picture["predicted"]) == (names[label], names[said])
        assert picture["right"] is bool(label == said)
        counts[label, said] += 1
    assert document["confusion"] == counts.tolist()
    assert document["accuracy"] == told["accuracy"] == np.trace(counts) / 40
    shares = np.array([picture["probabilities"] for picture in document["pictures"]])
    np.testing.assert_allclose(shares, held.probabilities, rtol=1e-4, atol=1e-7)
    assert [layer["path"] for layer in document["layers"]] == ["conv2", "dense1"]
    for layer in document["layers"]:
        values = held[layer["path"]]
        rows = values.reshape(-1, values.shape[-1])
        assert layer["channels"] == rows.shape[1] and layer["silent"] == np.flatnonzero(~rows.any(axis=0)).tolist()
        assert layer["lowest"] == pytest.approx(rows.min()) and layer["highest"] == pytest.approx(rows.max(), rel=1e-4)
        assert layer["share_active"] == pytest.approx((rows != 0).mean(), rel=1e-3)


def test_without_labels_nothing_is_called_right(run, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("L", (28, 28), 90).save("grey.png")
    assert run("report", "grey.png", "--quiet", "--out", "a.csv").code == 0
    with Path("a.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["file"] == "grey.png" and row["true class"] == row["right"] == row["loss"] == ""
    assert run("report", "grey.png", "--layer", "dense1", "--quiet", "--out", "a.json").code == 0
    refused = run("report", "grey.png", "--quiet", "--out", "a.png")
    assert refused.code == 2 and "needs labels" in refused.err and not Path("a.png").exists()
    assert run("report", "--n", "40", "--quiet", "--out", "a.png").code == 0
    with Image.open("a.png") as sheet:
        assert sheet.format == "PNG"
    document = json.loads(Path("a.json").read_text(encoding="utf-8"))
    assert document["accuracy"] is None and document["confusion"] is None
    assert document["pictures"][0]["right"] is document["pictures"][0]["loss"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--out", "report.gif"], 2, "html"),
        (["--layer", "conv2", "--out", "a.png"], 2, "leave it out"),
        (["--out", "a.csv", "--format", "json"], 2, "contradict"),
        (["--out", "a.csv", "--layer", "conv2"], 2, "leave it out"),
        (["--out", "."], 2, "folder"),
        (["--out", "/dev/null/a.html", "--n", "1", *BARE], 1, "cannot write"),
        (["--out", "a.csv", "--maximize"], 2, "--format html"),
        (["--n", "2", "--layer", "dense1", "--embedding"], 2, "at least 3 images"),
        (["--n", "0"], 2, "--n"),
        (["--n", "5000"], 2, "more images than there are"),
        (["--layer", "conv9"], 2, "choose from: conv"),
        (["--model", "gone.keras"], 3, "no model file"),
        (["gone.png"], 3, "gone.png"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_is_one_line_and_writes_nothing(run, tmp_path: Path, arguments, code, says) -> None:
    done = run("report", "--quiet", *arguments)
    assert done.code == code, done.err
    assert says in done.err and done.err.count("\n") == 1 and done.err.startswith("cnnviz: ")
    assert done.out == "" and list(tmp_path.iterdir()) == []


def test_help_imports_neither_tensorflow_nor_numpy() -> None:
    code = (
        "import sys\nfrom cnnviz.cli.main import main\n"
        "try: main(['report', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'tensorflow', 'keras', 'numpy'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "canvas to draw on" in " ".join(done.stdout.split()) and done.stderr.strip() == "[]"
