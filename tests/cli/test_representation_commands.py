"""``cnnviz embedding`` and ``cnnviz similarity``: what they write, and what they refuse."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import cnnviz


def test_an_embedding_in_every_format_is_what_python_gives(run) -> None:
    for suffix in ("npz", "csv", "json", "png", "html"):
        done = run("embedding", "--n", "20", "--out", f"a.{suffix}", "--quiet")
        assert (done.code, done.out, done.err) == (0, f"a.{suffix}\n", "")
    held = cnnviz.Embedding.load("a.npz")
    assert held.layer.path == "dense1" and list(held.points) == ["pca", "tsne"]
    images = cnnviz.open_images("sample").numbered(held.images.indices)
    np.testing.assert_array_equal(cnnviz.embedding("fmnist-cnn", images, methods="pca")["pca"], held["pca"])
    with Path("a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["picture"]) for row in rows] == held.images.indices.tolist()
    np.testing.assert_array_equal([np.float32(row["tsne_y"]) for row in rows], held["tsne"][:, 1])
    document = json.loads(Path("a.json").read_text(encoding="utf-8"))
    assert document["kind"] == "embedding" and len(document["pictures"]) == 20
    assert Path("a.png").read_bytes().startswith(b"\x89PNG")
    assert b"#/embedding" in Path("a.html").read_bytes()


def test_similarity_of_two_models(run) -> None:
    for suffix in ("npz", "csv", "json", "png", "html"):
        done = run(
            "similarity", "--other", "fmnist-cnn", "--layer", "conv2", "--n", "12", "--out", f"s.{suffix}", "--quiet"
        )
        assert (done.code, done.out) == (0, f"s.{suffix}\n"), done.err
    held = cnnviz.Similarity.load("s.npz")
    assert held.rows == ("conv2",) and "conv1" in held.columns and held.other.name == "fmnist-cnn"
    assert held["conv2", "conv2"] == pytest.approx(1)
    with Path("s.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["layer"] == "conv2" and float(rows[0]["conv1"]) == pytest.approx(held["conv2", "conv1"], abs=1e-6)
    assert json.loads(Path("s.json").read_text(encoding="utf-8"))["rows"] == ["conv2"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("embedding", "--n", "2"), 2, "at least 3 images"),
        (("embedding", "--layer", "conv9"), 2, "there is no layer 'conv9'"),
        (("embedding", "--method", "umap"), 2, "umap"),
        (("similarity", "--n", "3"), 2, "at least 4 images"),
        (("similarity", "--with", "nothing.keras"), 3, "there is no model file"),
    ],
)
def test_refusals_are_one_line_and_write_nothing(run, arguments, code, words) -> None:
    done = run(*arguments, "--quiet")
    assert done.code == code and words in done.err and done.err.count("\n") == 1
    assert not list(Path().iterdir())
