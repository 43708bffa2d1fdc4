"""Random bytes, and valid files with a few bytes changed: only errors of our own may come of them."""

from __future__ import annotations

import gzip
import io
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cnnviz.core.errors import CnnvizError
from cnnviz.data import Images, open_images
from cnnviz.data.input_spec import InputSpec

from .makers import csv_bytes, idx_bytes, npz_bytes

SPEC = InputSpec(6, 6, 1, "dark")
GENTLE = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@cache
def valid(name: str) -> bytes:
    """A small valid file of each kind."""
    from PIL import Image

    rng = np.random.default_rng(7)
    pictures = rng.integers(0, 256, (3, 4, 4), dtype=np.uint8)
    labels = np.array([0, 2, 1])
    if name.startswith("idx"):
        return gzip.compress(idx_bytes(pictures), mtime=0) if name.endswith("gz") else idx_bytes(pictures)
    if name.endswith("csv"):
        return csv_bytes(pictures, labels)
    if name.endswith("csv.gz"):
        return gzip.compress(csv_bytes(pictures, labels), mtime=0)
    buffer = io.BytesIO()
    if name.endswith("npy"):
        np.save(buffer, pictures)
    elif name.endswith("npz"):
        return npz_bytes(name != "stored.npz", x_train=pictures, y_train=labels)
    else:
        mode, suffix = name.split(".")
        array = rng.integers(0, 256, (6, 7, 4), dtype=np.uint8)
        image = Image.fromarray(array).convert({"deep": "I;16", "grey": "L"}.get(mode, mode))
        exif = Image.Exif()
        exif[0x0112] = 6
        options: dict[str, object] = {} if suffix in ("bmp", "gif") else {"exif": exif}
        if mode == "P" and suffix == "gif":
            options = {"save_all": True, "append_images": [image.rotate(90)], "transparency": 3}
        image.save(buffer, {"jpg": "JPEG"}.get(suffix, suffix), **options)
    return buffer.getvalue()


KINDS = "idx3 idx3.gz table.csv table.csv.gz packed.npz stored.npz array.npy".split() + (
    "L.png RGBA.png P.png RGB.jpg L.jpg CMYK.jpg RGB.webp RGBA.webp RGB.bmp L.bmp P.bmp P.gif L.gif".split()
)


def read(path: Path) -> None:
    """Open, and demand pictures or an error of ours whose message is one line."""
    try:
        images = open_images(path, like=SPEC)
    except CnnvizError as error:
        assert str(error).isprintable(), error
    else:
        assert isinstance(images, Images) and images.shape == (6, 6, 1) and len(images)


@pytest.mark.parametrize("name", KINDS)
def test_valid_files_are_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(valid(name))
    assert len(open_images(tmp_path / name, like=SPEC)) in (1, 3)


@pytest.mark.parametrize("name", KINDS)
@GENTLE
@given(st.binary(max_size=200), st.integers(0, 40))
@example(b"", 0)
def test_random_bytes(tmp_path: Path, name: str, content: bytes, kept: int) -> None:
    path = tmp_path / name
    path.write_bytes(valid(name)[:kept] + content)
    read(path)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(("set", "drop", "insert", "cut", "repeat")),
        st.floats(0, 1, exclude_max=True),
        st.one_of(st.binary(min_size=1, max_size=4), st.sampled_from([b"\xff" * 4, b"\0" * 4, b"\x7f" + b"\xff" * 3])),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("name", KINDS)
@GENTLE
@given(CHANGES)
def test_mutated_files(tmp_path: Path, name: str, changes: list[tuple[str, float, bytes]]) -> None:
    content = valid(name)
    for how, where, new in changes:
        at = int(where * len(content))
        content = {
            "set": content[:at] + new + content[at + len(new) :],
            "drop": content[:at] + content[at + len(new) :],
            "insert": content[:at] + new + content[at:],
            "cut": content[:at],
            "repeat": content[:at] + content[at : at + 20] * 3 + content[at + 20 :],
        }[how]
    path = tmp_path / name
    path.write_bytes(content)
    read(path)


@GENTLE
@given(st.text(max_size=30))
@example("**/**/**")
@example("[")
@example(":train")
@example("~")
@example("fmnist:")
@example("C:\\x.png")
def test_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNVIZ_DATASETS_URL", "http://127.0.0.1:9/")
    if name.startswith(("/", "~", "..")):
        name = "x" + name
    try:
        open_images(name)
    except CnnvizError as error:
        assert str(error).isprintable(), error


@GENTLE
@given(
    st.lists(st.integers(0, 5), min_size=0, max_size=5),
    st.sampled_from(["?", "u1", "i2", "u8", "f2", "f4", "f8", "c8", "O", "U3", "M8[s]", "V3"]),
    st.one_of(st.none(), st.lists(st.one_of(st.integers(-2, 300), st.floats(), st.text(max_size=2)), max_size=5)),
    st.sampled_from(["auto", "yes", "no"]),
)
def test_any_array(shape: list[int], kind: str, labels: list[object] | None, invert) -> None:
    pixels = np.ones(shape).astype(kind) if kind not in ("M8[s]", "V3") else np.zeros(shape, kind)
    source: object = pixels if labels is None else (pixels, labels)
    try:
        images = open_images(source, like=SPEC, invert=invert)
    except CnnvizError as error:
        assert str(error).isprintable(), error
    else:
        assert images.shape == (6, 6, 1)
