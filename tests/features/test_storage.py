"""Activations on disk: what is saved is read back, in bounded memory, and never half."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import DataError, OutputError, UsageError
from cnnviz.features.activations import save_stream
from tests.helpers.peak import PRINT_PEAK


@pytest.fixture(scope="module")
def result() -> cnnviz.Activations:
    return cnnviz.activations("fmnist-cnn", cnnviz.open_images("sample")[:7], ["conv2", "dense1"])


def test_a_round_trip(result, tmp_path: Path) -> None:
    back = cnnviz.Activations.load(result.save(tmp_path / "a.npz"))
    for path in result:
        assert back[path].tobytes() == result[path].tobytes()
    assert back.model == result.model
    assert back.images.hash == result.images.hash
    assert back.images.indices.tolist() == result.images.indices.tolist()
    assert (back.images.source, back.images.notes, back.images.peak) == ("sample", (), 255)
    assert back.probabilities.tolist() == result.probabilities.tolist()


def test_anyone_can_read_a_layer_by_its_name(result, tmp_path: Path) -> None:
    with np.load(result.save(tmp_path / "a.npz"), allow_pickle=False) as file:
        assert file["conv2"].shape == (7, 11, 11, 64)


def test_the_same_result_gives_the_same_bytes(result, tmp_path: Path) -> None:
    assert result.save(tmp_path / "a.npz").read_bytes() == result.save(tmp_path / "b.npz").read_bytes()


def test_a_stream_that_breaks_leaves_nothing(result, tmp_path: Path) -> None:
    def breaking():
        yield result
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_stream(breaking(), 14, tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_kept_without_force(result, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(b"mine")
    with pytest.raises(UsageError, match="--force"):
        save_stream(iter([result]), 7, path, force=False)
    assert path.read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_said(result, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        result.save(tmp_path / "file" / "a.npz")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_said() -> None:
    from cnnviz.core.files import atomic_path

    with pytest.raises(OutputError, match="no space left"), atomic_path(Path("/tmp/never.npz")) as temporary:
        with Path("/dev/full").open("wb") as full:
            full.write(b"x" * 100_000)
        temporary.write_bytes(b"")
    assert not Path("/tmp/never.npz").exists()


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match="no activations"):
        cnnviz.Activations.load(path)
    np.savez(path, x=np.zeros(3))
    with pytest.raises(DataError, match="no activations"):
        cnnviz.Activations.load(path)
    with pytest.raises(DataError, match="there is no file"):
        cnnviz.Activations.load(tmp_path / "none.npz")


_STREAM = (
    """
import sys
import cnnviz
from cnnviz.features.activations import stream_activations
from cnnviz.features.activations import save_stream
images = cnnviz.open_images(sys.argv[1])
probe = cnnviz.open_model("fmnist-cnn")
parts = stream_activations(probe, images, ["conv1", "conv2", "conv3"])
save_stream(parts, len(images), __import__("pathlib").Path(sys.argv[2]))
"""
    + PRINT_PEAK
)


@pytest.mark.slow
def test_ten_thousand_pictures_stream_in_bounded_memory(fashion_mnist_folder, tmp_path: Path) -> None:
    """10,000 × conv1…conv3 are 2.1 GB of floats; the process stays under 1.5 GiB."""
    target = tmp_path / "all.npz"
    run = subprocess.run(
        [sys.executable, "-c", _STREAM, str(fashion_mnist_folder), str(target)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert float(run.stdout) < 1.5
    with np.load(target, allow_pickle=False) as file:
        last = file["conv3"][-3:]
    target.unlink()
    expected = cnnviz.activations("fmnist-cnn", cnnviz.open_images(fashion_mnist_folder)[-3:], "conv3")
    np.testing.assert_allclose(last, expected["conv3"], atol=1e-5)
