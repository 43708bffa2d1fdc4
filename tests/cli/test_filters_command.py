"""``cnnviz filters``: every format says what Python says, and what makes no sense is refused in a line."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

import cnnviz


def test_table_document_and_arrays_are_what_python_gives(run) -> None:
    chosen = ("filters", "--layer", "conv1", "--n", "40", "--top", "4", "--quiet")
    assert [run(*chosen, "--out", f"f.{form}").code for form in ("csv", "json", "npz")] == [0, 0, 0]
    held = cnnviz.Filters.load("f.npz")
    expected = cnnviz.filters(
        "fmnist-cnn",
        cnnviz.open_images("sample").numbered(held.images.indices),
        "conv1",
        count=4,
        include=(),
    )
    assert list(held.rows()) == list(expected.rows())
    with Path("f.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 64 and float(rows[5]["norm"]) == pytest.approx(expected["conv1"].norm[5], rel=1e-6)
    document = json.loads(Path("f.json").read_text(encoding="utf-8"))
    assert (document["kind"], document["pictures"], document["findings"]) == ("filters", 40, list(expected.findings))
    (layer,) = document["layers"]
    assert [row["filter"] for row in layer["filters"]] == list(range(64))
    position, cell, value = expected.responses.top("conv1", 7, 1)[0]
    told = layer["filters"][7]["highest_pictures"]
    assert len(told) == 4 and told[0] == {"index": int(held.images.indices[position]), "cell": cell, "value": value}


@pytest.mark.slow
def test_the_page_opens_at_the_layer_and_has_reconstructions_unless_told_otherwise(run) -> None:
    done = run("filters", "--layer", "conv2", "--n", "20", "--top", "2", "--json")
    assert done.code == 0 and json.loads(done.out)["paths"] == ["filters-conv2.html"]
    assert json.loads(done.out)["filters"] == {"conv2": 64} and "conv2: " in done.err
    found = re.search(r'id="data">(.*?)</script>', Path("filters-conv2.html").read_text(encoding="utf-8"), re.DOTALL)
    data = json.loads(found[1])
    assert data["start"] == "#/layer/conv2" and list(data["sections"]["filters"]["layers"]) == ["conv2"]
    assert data["sections"]["deconv"]["layers"][0]["kept"] == 2
    assert [one["extremes"] for one in data["sections"]["deconv"]["lowest"]] == ["bottom"]
    bare = ("--no-reconstruct", "--no-maximize", "--out", "bare.html")
    assert run("filters", "--layer", "conv2", "--n", "20", *bare, "-q").code == 0
    data = Path("bare.html").read_text(encoding="utf-8").split('id="data">')[1].split("</script>")[0]
    assert '"deconv":{' not in data and '"filters":{' in data


def test_sheets_are_one_a_layer_and_layers_without_filters_are_refused(run) -> None:
    done = run("filters", "--layer", "conv1", "--layer", "dense1", "--n", "10", "--out", "f.png", "-q")
    assert done.out.split() == ["f-conv1.png", "f-dense1.png"] and Path("f-dense1.png").stat().st_size > 5_000
    done = run("filters", "--layer", "pool1", "--n", "5")
    assert done.code == 2 and "layer pool1 has no filters of its own; choose from: conv1, conv2" in done.err
    assert len(done.err.strip().splitlines()) == 1
