"""Model files on the command line: old ones are repaired and told of, what is none writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import pytest
from keras import layers

from tests.helpers import old_forms, zoo
from tests.helpers import old_keras as old
from tests.helpers.lambda_files import dumped, file_of


@pytest.mark.parametrize(
    ("name", "version"), [("nested", old.TF_2_12), ("residual", old.TF_2_0), ("mlp", old.KERAS_2_2)]
)
def test_an_old_file_is_checked_and_looked_into(run, tmp_path: Path, name: str, version: str) -> None:
    old_forms.write(tmp_path / "net.h5", zoo.make(name), version)
    told = run("layers", "net.h5")
    assert told.code == 0 and "batch_input_shape" in told.out and version in told.out
    document = json.loads(run("layers", "net.h5", "--json").out)
    path = document["layers"][0]["path"]
    done = run("activations", "--model", "net.h5", "--layer", path, "--out", "page.html")
    assert done.code == 0, done.err
    assert (tmp_path / "page.html").stat().st_size > 10_000


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


@pytest.mark.parametrize("content", [LFS, b"<!DOCTYPE html><html>", b"import keras\n", b"notes\n", b"PK\x03\x04cut"])
def test_what_is_no_model_ends_in_one_line_and_writes_nothing(run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "net.h5").write_bytes(content)
    for command in (("layers", "net.h5"), ("activations", "--model", "net.h5", "--out", "page.html")):
        done = run(*command)
        assert done.code == 3 and done.out == ""
        assert len(done.err.strip().splitlines()) == 1 and "net.h5" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["net.h5"]


def test_models_of_text_and_of_tables_are_refused(run, tmp_path: Path) -> None:
    # 784 words are as many numbers as a picture of 28×28.
    words = keras.Sequential(
        [keras.Input((784,)), layers.Embedding(9, 2), layers.Flatten(), layers.Dense(2, "softmax")]
    )
    irises = keras.Sequential([keras.Input((4,)), layers.Dense(8, "relu"), layers.Dense(3, "softmax")])
    for model, says in (
        (words, "models of text"),
        (irises, "not a grayscale or color image"),
    ):
        done = run("layers", str(old_forms.write(tmp_path / "net.h5", model)))
        assert done.code == 3 and says in done.err and len(done.err.strip().splitlines()) == 1


def test_a_lambda_needs_to_be_trusted(run, tmp_path: Path) -> None:
    file_of(tmp_path / "net.h5", dumped(lambda t: t / 2), lambda t: t / 2)
    refused = run("layers", "net.h5")
    assert refused.code == 3 and "'scale' is a Lambda" in refused.err and "--trust-model" in refused.err
    assert run("layers", "net.h5", "--trust-model").code == 0
