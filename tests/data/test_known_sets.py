"""The sample, and Fashion-MNIST and MNIST in full: where they are looked for, and how they are fetched."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cnnviz.core.cache_folder import cache_folder
from cnnviz.core.errors import DataError
from cnnviz.data import known_sets, open_images
from cnnviz.data.bundled_sample import SAMPLE_FILE
from cnnviz.data.class_names import FASHION_MNIST
from cnnviz.data.known_sets import FMNIST, MNIST, find_set
from tests.helpers.tools import tool

from .makers import idx_bytes, npz_bytes

NAMES = {split: list(FMNIST.files[split]) for split in ("train", "test")}


def test_sample() -> None:
    images = open_images("sample")
    assert images.pixels.shape == (1000, 28, 28, 1) and images.pixels.dtype == np.uint8
    assert images.labels is not None and images.indices is not None
    assert np.bincount(images.labels).tolist() == [100] * 10
    assert images.class_names == FASHION_MNIST
    assert (np.diff(images.indices) > 0).all() and images.indices[0] == 0
    assert images.notes == ()


def test_sample_is_made_of_the_real_set_and_the_same_every_time(fashion_mnist_folder: Path) -> None:
    assert tool("make_sample").make(fashion_mnist_folder) == SAMPLE_FILE.read_bytes()
    sample, whole = open_images("sample"), open_images(f"{fashion_mnist_folder}:test")
    same = whole.take(sample.indices)
    np.testing.assert_array_equal(sample.pixels, same.pixels)
    np.testing.assert_array_equal(sample.labels, same.labels)


def test_its_licence_lies_beside_it() -> None:
    text = (SAMPLE_FILE.parent / "LICENSE-fashion-mnist.txt").read_text(encoding="utf-8")
    assert "MIT License" in text and "2017 Zalando SE" in text


@pytest.mark.parametrize(("split", "count", "mean"), [("train", 60_000, 72.9404), ("test", 10_000, 73.1466)])
def test_the_real_set(fashion_mnist_folder: Path, split: str, count: int, mean: float) -> None:
    images = open_images(f"{fashion_mnist_folder}:{split}")
    assert images.shape == (28, 28, 1) and len(images) == count
    assert round(float(images.pixels.mean()), 4) == mean
    assert images.labels is not None and np.bincount(images.labels).tolist() == [count // 10] * 10
    assert images.class_names == FASHION_MNIST


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer without any data set, and without a network."""
    monkeypatch.setenv("CNNVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("CNNVIZ_DATASETS_URL", "http://127.0.0.1:9/")
    monkeypatch.setattr(known_sets, "SYSTEM_DATASETS", tmp_path / "system")
    return tmp_path


def contents(split: str) -> dict[str, bytes]:
    """A small set under Fashion-MNIST's file names."""
    pictures = np.full((4, 3, 3), 1 if split == "train" else 2, np.uint8)
    return {
        name: gzip.compress(idx_bytes(pictures if "images" in name else np.arange(4, dtype=np.uint8)))
        for name in NAMES[split]
    }


def put(folder: Path, split: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents(split).items():
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("place", ["cache/datasets", "keras/datasets", "system"])
def test_places(nowhere: Path, place: str) -> None:
    put(nowhere / place / "fashion-mnist", "test")
    images = open_images("fmnist")
    assert images.source == "fmnist:test" and images.pixels.max() == 2
    assert images.class_names == FASHION_MNIST and len(open_images("fashion-mnist:test")) == 4


def test_the_first_place_with_both_files_counts(nowhere: Path) -> None:
    put(nowhere / "system" / "fashion-mnist", "train")
    put(nowhere / "cache" / "datasets" / "fashion-mnist", "test")
    assert open_images("fmnist:train").pixels.max() == 1
    (nowhere / "cache" / "datasets" / "fashion-mnist" / "train-images-idx3-ubyte").write_bytes(b"")
    assert open_images("fmnist:train").pixels.max() == 1


def test_mnist_of_keras(nowhere: Path) -> None:
    folder = nowhere / "keras" / "datasets"
    folder.mkdir(parents=True)
    pixels, labels = np.full((3, 28, 28), 5, np.uint8), np.array([7, 2, 1])
    (folder / "mnist.npz").write_bytes(npz_bytes(x_train=pixels, y_train=labels, x_test=pixels[:1], y_test=labels[:1]))
    images = open_images("mnist:train")
    assert images.source == "mnist:train" and images.class_names == tuple("0123456789")
    assert images.labels is not None and images.labels.tolist() == [7, 2, 1]
    assert len(open_images("mnist")) == 1


@pytest.mark.parametrize("name", ["fmnist", "fmnist:train", "mnist"])
def test_nowhere_to_be_had(nowhere: Path, name: str, fails) -> None:
    known = find_set(name.partition(":")[0])
    assert known
    with fails(DataError, name, nowhere / "cache", nowhere / "keras", nowhere / "system", "127.0.0.1", "refused"):
        open_images(name)
    with fails(DataError, "apt-get install dataset-fashion-mnist" if known is FMNIST else "put mnist.npz into"):
        open_images(name)
    assert not [path for path in nowhere.rglob("*") if path.is_file()]


def test_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_CACHE", "/some/where")
    assert cache_folder() == Path("/some/where")
    monkeypatch.delenv("CNNVIZ_CACHE")
    assert cache_folder().name == "cnnviz"


def test_names(fails) -> None:
    assert find_set("Fashion_MNIST") is FMNIST and find_set("mnist") is MNIST and find_set("cifar") is None
    with fails(DataError, "'fminst'", "choose from: fmnist, mnist", "sample"):
        open_images("fminst")


@pytest.fixture
def served(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """A server on this computer that offers what is put into the dictionary."""
    offered: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = offered.get(self.path.lstrip("/"))
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("CNNVIZ_DATASETS_URL", f"http://127.0.0.1:{server.server_port}/")
        yield offered
        server.shutdown()
        thread.join()


def published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the small set's checksums be those that are expected."""
    files = {
        split: {name: hashlib.sha256(gzip.decompress(content)).hexdigest() for name, content in contents(split).items()}
        for split in NAMES
    }
    monkeypatch.setattr(known_sets, "KNOWN_SETS", (replace(FMNIST, files=files), MNIST))


def test_download(nowhere: Path, served: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    published(monkeypatch)
    served.update(contents("test"))
    # Packed in another way, it is the same set still.
    name = NAMES["test"][0]
    served[name] = gzip.compress(gzip.decompress(served[name]), 1)
    assert open_images("fmnist").pixels.max() == 2
    folder = nowhere / "cache" / "datasets" / "fashion-mnist"
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES["test"])
    served.clear()
    assert len(open_images("fmnist")) == 4
    served.update(contents("train"))
    assert open_images("fmnist:train").pixels.max() == 1


@pytest.mark.parametrize("fault", ["other content", "no gzip", "cut", "second file missing", "empty"])
def test_download_that_fails_leaves_nothing(
    nowhere: Path, served: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, fault: str, fails
) -> None:
    published(monkeypatch)
    served.update(contents("test"))
    first, second = NAMES["test"]
    if fault == "second file missing":
        del served[second]
    else:
        served[second] = {
            "other content": gzip.compress(b"<html>"),
            "no gzip": b"<html>please log in</html>",
            "cut": served[second][:-9],
            "empty": b"",
        }[fault]
    with fails(DataError, "fmnist:test is in none of", "apt-get", first):
        open_images("fmnist")
    assert not [path for path in nowhere.rglob("*") if path.is_file() or path.name.startswith(".")]


@pytest.mark.skipif(os.name == "nt", reason="not for this platform: /dev/null is no folder there")
def test_a_cache_that_cannot_be_written(served: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, fails) -> None:
    monkeypatch.setenv("CNNVIZ_CACHE", "/dev/null/cache")
    with fails(DataError, "cannot keep downloads", "/dev/null"):
        open_images("fmnist")
