"""``cnnviz training``, and the training in a report on a run folder."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path

import pytest

import cnnviz
from tests.helpers.bright_squares import bright_squares


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A run folder of a short training."""
    path = tmp_path_factory.mktemp("runs") / "squares"
    layers = "conv 4 3x3 relu, pool 2, flatten, dense 3"
    cnnviz.train(layers=layers, images=bright_squares(), out=path, epochs=2, batch_size=32)
    return path


def sections(page: str) -> dict:
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert data
    return json.loads(data[1])["sections"]


def test_it_writes_the_page_and_prints_its_path(run, folder, tmp_path) -> None:
    done = run("training", str(folder))
    assert (done.code, done.out.strip()) == (0, "training.html")
    entry = sections((tmp_path / "training.html").read_text())["training"]
    assert entry["epochs"][0] == 0 and entry["epochs"][-1] == 2 and len(entry["history"]) == 2
    again = run("training", str(folder / "snapshots"), "--json")
    assert json.loads(again.out)["moments"] == len(entry["epochs"])


def test_curves_film_and_numbers(run, folder, tmp_path) -> None:
    history = json.loads((folder / "history.json").read_text())["history"]
    assert run("training", str(folder), "--out", "curves.csv").code == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "curves.csv").read_text())))
    assert [float(row["val_loss"]) for row in rows] == history["val_loss"]
    assert run("training", str(folder), "--out", "all.json").code == 0
    document = json.loads((tmp_path / "all.json").read_text())
    assert document["kind"] == "training" and document["history"][1]["loss"] == history["loss"][1]
    assert len(document["moments"][0]["probabilities"]) == len(document["pictures"])
    assert run("training", str(folder), "--format", "gif").code == 0
    assert (tmp_path / "training.gif").read_bytes().startswith(b"GIF89a")
    assert run("training", str(folder), "--format", "mp4").code == 0
    assert (tmp_path / "training.mp4").read_bytes()[4:8] == b"ftyp"


def test_without_an_encoder_mp4_is_refused_before_the_work(run, folder, monkeypatch) -> None:
    monkeypatch.setattr("cnnviz.cli.inputs.find_spec", lambda name: None)
    done = run("training", str(folder), "--out", "film.mp4")
    assert done.code == 2 and "pip install 'cnnviz[video]', or choose gif" in done.err
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(cnnviz.UsageError, match="needs an encoder"):
        cnnviz.open_snapshots(folder).to_mp4("film.mp4")
    assert not Path("film.mp4").exists()


def test_what_is_no_run_folder_is_told(run, tmp_path) -> None:
    done = run("training", ".")
    assert done.code == 3 and "has no snapshots; give a run folder" in done.err


def test_a_report_on_a_run_folder_brings_its_training(run, folder, tmp_path) -> None:
    few = ("--no-statistics", "--no-embedding", "--no-similarity", "--no-maximize")
    pictures = bright_squares(12, seed=2)
    import numpy as np

    np.savez(tmp_path / "squares.npz", x=pictures.pixels[..., 0], y=pictures.labels)
    for model in (str(folder), str(folder / "model.keras")):
        done = run("report", "--model", model, "--data", "squares.npz", *few, "--out", "report.html", "--force")
        assert done.code == 0
        page = (tmp_path / "report.html").read_text()
        assert len(sections(page)["training"]["history"]) == 2
    data = re.search(r'id="data">(.*?)</script>', page, re.S)
    assert data and len(json.loads(data[1])["model"]["history"]) == 2
