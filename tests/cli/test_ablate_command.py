"""``cnnviz ablate``: what it writes, what it says, and what it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import keras
import numpy as np
import pytest

import cnnviz

FEW = ("--n", "40", "--layer", "dense1", "--quiet")


def test_csv_has_a_row_for_each_filter(run) -> None:
    done = run("ablate", *FEW, "--out", "a.csv")
    assert (done.code, done.out, done.err) == (0, "a.csv\n", "")
    with Path("a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["filter"]) for row in rows] == list(range(64))
    costs = [float(row["loss gained (zero)"]) for row in rows]
    assert int(rows[int(np.argmax(costs))]["rank"]) == 1


def test_json_holds_findings_curves_and_the_smaller_model(run) -> None:
    done = run("ablate", *FEW, "--out", "a.json", "--save", "p.keras", "--remove", "dense1=10", "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert (told["kind"], told["paths"], told["pictures"]) == ("ablation", ["a.json", "p.keras"], 40)
    assert "neurons of dense1 can be removed for under 0.5 points" in told["findings"][0]
    model = keras.models.load_model("p.keras", compile=False)
    assert told["pruned"]["parameters"] == {"before": 185866, "after": model.count_params()}
    assert len(told["pruned"]["removed"]["dense1"]) == 10 and told["pruned"]["pictures"] == 20
    sizes = told["pruned"]["bytes"]
    assert sizes["after"] == Path("p.keras").stat().st_size < sizes["before"]
    document = json.loads(Path("a.json").read_text(encoding="utf-8"))
    assert document["layers"][0]["curves"]["removed"][-1] == 64 and document["overall"] is None
    assert not set(document["pictures"]["choosing"]) & set(document["pictures"]["measuring"])


def test_npz_and_png_and_what_is_said(run) -> None:
    done = run("ablate", *FEW[:-1], "--out", "a.npz")
    assert "measured on 40 labeled images of sample: 20 set the orders, the other 20" in done.err
    assert cnnviz.Ablation.load("a.npz")["dense1"].count == 64
    assert run("ablate", *FEW, "--out", "a.png").code == 0
    assert Path("a.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--layer", "predictions"), 2, "predictions is the last layer"),
        (("--layer", "pool1"), 2, "pool1 (MaxPooling2D) has no filters"),
        (("--layer", "conv9"), 2, "there is no layer 'conv9'"),
        (("--remove", "conv2=3"), 2, "need --save PATH"),
        (("--save", "p.h5"), 2, "end its name in .keras"),
        (("--save", "p.keras", "--remove", "conv2"), 2, "write conv2=22"),
        (("--save", "p.keras", "--remove", "conv2=3", "--share", "0.1"), 2, "not both"),
        (("--out", "a.txt"), 2, "has no known ending"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_nothing_is_written(run, arguments, code, message) -> None:
    done = run("ablate", "--n", "20", *arguments, "--quiet")
    assert (done.code, done.out) == (code, "")
    assert message in done.err and len(done.err.splitlines()) == 1
    assert not list(Path.cwd().iterdir())


def test_pictures_without_labels_say_what_to_do(run, tmp_path) -> None:
    np.savez(tmp_path / "bare.npz", images=np.zeros((30, 28, 28), np.uint8))
    done = run("ablate", "--data", "bare.npz", "--quiet")
    assert done.code == 3 and "has no labels" in done.err and "sub-folder for each class" in done.err
