"""What a limit asks for is all that is read, and it is the same as of the whole set; large sets stay on disk."""

from __future__ import annotations

import gzip
import io
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import cnnviz
from cnnviz.core.errors import DataError
from cnnviz.data import portions
from cnnviz.data.formats import limits
from cnnviz.data.images import Images
from cnnviz.data.input_spec import InputSpec
from cnnviz.data.missing_values import MissingPixels
from cnnviz.data.open import open_images
from cnnviz.data.pixel_range import pixel_range
from tests.data.makers import idx_bytes, npz_bytes

RNG = np.random.default_rng(4)
BYTES = RNG.integers(0, 256, (40, 6, 6), dtype=np.uint8)
LABELS = np.arange(40) % 7


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of five small images, so that sets have several."""
    monkeypatch.setattr(portions, "PORTION_BYTES", 5 * 36)


def npy(array: np.ndarray) -> bytes:
    held = io.BytesIO()
    np.save(held, array)
    return held.getvalue()


def table(labels: list[Any]) -> bytes:
    rows = [",".join(map(str, [label, *image.reshape(-1)])) for label, image in zip(labels, BYTES, strict=True)]
    return "\n".join([",".join(["label", *(f"pixel{i}" for i in range(36))]), *rows]).encode()


UNITS = BYTES.astype(np.float32) / 255
FEW = np.where(np.arange(40)[:, None, None] < 35, BYTES // 4, BYTES).astype(np.uint16)
FILES: dict[str, bytes] = {
    "bytes.npy": npy(BYTES),
    "floats.npy": npy(UNITS),
    "doubles.npy": npy(UNITS.astype(">f8") * 255),
    "halves.npy": npy(UNITS.astype(np.float16)),
    "columns-first.npy": npy(np.asfortranarray(UNITS)),
    "flat.npy": npy(BYTES.reshape(40, 36)),
    "channels-first.npy": npy(np.repeat(UNITS[:, None], 3, axis=1)),
    "booleans.npy": npy(BYTES > 99),
    # The first images alone would be bytes, or of 8 bits.
    "twelve-bits.npy": npy(np.concatenate([BYTES[:20].astype(np.uint16), BYTES[20:].astype(np.uint16) * 16])),
    "eight-of-sixteen.npy": npy(FEW),
    "wide.npy": npy(BYTES.astype(np.int64)),
    "overshoot.npy": npy(np.where(np.arange(40)[:, None, None] == 39, UNITS * 1.02, UNITS)),
    "scaled.npy": npy(np.concatenate([np.abs(UNITS[:20]), UNITS[20:] * 2 - 1])),
    "labels.npz": npz_bytes(x=BYTES, y=LABELS),
    "names.npz": npz_bytes(x=UNITS, y=LABELS, class_names=np.array(list("abcdefg"))),
    "one-hot.npz": npz_bytes(x_test=UNITS, y_test=np.eye(9)[LABELS], x_train=UNITS, y_train=np.eye(9)[LABELS]),
    "numbers.npz": npz_bytes(x=BYTES, y=LABELS / 3),
    "several.npz": npz_bytes(x=BYTES, y=(RNG.random((40, 3)) > 0.5).astype(int)),
    "images-idx3-ubyte": idx_bytes(BYTES),
    "images-idx3-ubyte.gz": gzip.compress(idx_bytes(BYTES)),
    "shorts.idx3": idx_bytes(FEW.astype(">i2")),
    "numbers.csv": table(list(LABELS)),
    "words.csv.gz": gzip.compress(table([f"kind_{label}" for label in LABELS])),
}


def assert_same(one: Images, other: Images) -> None:
    """Every field is the same, bit by bit."""
    for field in fields(Images):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes(), field.name
        else:
            assert a == b, field.name
    assert one.hash == other.hash


@pytest.mark.parametrize("name", FILES)
def test_the_first_images_are_those_of_the_whole_set(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    (tmp_path / "labels-idx1-ubyte").write_bytes(idx_bytes(LABELS.astype(np.uint8)))
    whole = open_images(path)
    assert len(whole) == 40
    for limit in (1, 5, 7, 39, 40, 41):
        assert_same(open_images(path, limit=limit), whole[:limit])


#: Values that no white is usual for.
ODD: dict[str, bytes] = {
    "fractions.npy": npy(UNITS * 9 + np.float32(0.25)),
    "doubles.npz": npz_bytes(x=UNITS.astype(np.float64) * 1e5, y=LABELS),
    "wide.npy": npy(np.where(np.arange(40)[:, None, None] < 35, 7, BYTES * np.int64(1000))),
}


@pytest.mark.parametrize("name", ["bytes.npy", "twelve-bits.npy", "eight-of-sixteen.npy", "labels.npz", *ODD])
def test_the_first_images_with_a_white_that_is_given(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes({**FILES, **ODD}[name])
    if name in ODD:
        for limit in (None, 3):
            with pytest.raises(DataError, match=r"the pixels reach .*say which value is white with --white"):
                open_images(path, limit=limit)
    for white in (255, 10, 4000, 300_000):
        whole = open_images(path, white=white)
        for limit in (1, 7, 40):
            found = open_images(path, white=white, limit=limit)
            assert found.peak == {10: 1023}.get(white, white) and len(found) == limit
            # The note on values beyond white is of the images that are returned.
            beyond = int((whole.pixels[:limit] > found.peak).sum())
            said = [note for note in found.notes if "lie outside" in note]
            assert [f"although {beyond:,} of {found.pixels.size:,} values" in note for note in said] == [True] * bool(
                beyond
            )
            rest = tuple(note for note in whole.notes if "lie outside" not in note)
            assert tuple(note for note in found.notes if note not in said) == rest
            assert_same(replace(found, notes=rest), replace(whole, notes=rest)[:limit])


SHAPES: dict[str, tuple[bytes, InputSpec]] = {
    "one gray image": (npy(BYTES[0, :4]), InputSpec(4, 6, 1)),
    "one image of bands": (npy(UNITS[:20, :, :5]), InputSpec(20, 6, 5)),
    "gray images": (npy(BYTES[:, :, :5]), InputSpec(6, 5, 1)),
    "bands first": (npy(UNITS[:, :5].reshape(40, 5, 6, 1).repeat(6, axis=3)), InputSpec(6, 6, 5)),
    "numbers": (npz_bytes(x=BYTES, y=LABELS * 200_000), InputSpec(6, 6, 1, numbers=True)),
    "one-hot as numbers": (npz_bytes(x=UNITS, y=np.eye(9)[LABELS]), InputSpec(6, 6, 1, numbers=True)),
    "any range": (ODD["fractions.npy"], InputSpec(6, 6, 1, any_range=True)),
    "any range of doubles": (ODD["doubles.npz"], InputSpec(6, 6, 1, any_range=True)),
}


@pytest.mark.parametrize("what", SHAPES)
def test_the_first_images_for_a_model(tmp_path: Path, what: str) -> None:
    content, like = SHAPES[what]
    path = tmp_path / ("set.npz" if content.startswith(b"PK") else "set.npy")
    path.write_bytes(content)
    whole = open_images(path, like=like)
    assert whole.shape == (like.height, like.width, like.channels)
    assert len(whole) == (1 if what.startswith("one ") else 40)
    if "number" in what:
        assert whole.label_rows is not None and whole.label_rows.dtype == np.float64
    for limit in (1, 7, 40):
        assert_same(open_images(path, like=like, limit=limit), whole[:limit])


def test_a_white_that_is_given_is_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "set.npy").write_bytes(FILES["bytes.npy"])
    monkeypatch.setattr(limits, "MOST_READ", 100)
    monkeypatch.setattr(limits, "free_memory", lambda: 3 * 3000)
    held = open_images(tmp_path / "set.npy")
    for ask in (lambda: open_images(tmp_path / "set.npy", white=4095), lambda: held.with_white(4095)):
        with pytest.raises(DataError, match=r"5\.8 kB in memory and more than 3\.0 kB, a third"):
            ask()
    assert open_images(tmp_path / "set.npy", white=4095, limit=3).pixels.dtype == np.float32
    assert open_images(held, white=4095, limit=3).pixels.dtype == np.float32


def test_inverting_a_set_on_disk_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "set.npy").write_bytes(FILES["bytes.npy"])
    monkeypatch.setattr(limits, "MOST_READ", 100)
    monkeypatch.setattr(limits, "free_memory", lambda: 3 * 1000)
    with pytest.raises(DataError, match=r"1\.4 kB in memory and more than 1\.0 kB, a third"):
        open_images(tmp_path / "set.npy", invert="yes")
    assert (open_images(tmp_path / "set.npy", invert="yes", limit=3).pixels[..., 0] == 255 - BYTES[:3]).all()


@settings(max_examples=60, deadline=None)
@given(
    arrays.arrays(
        st.sampled_from([np.uint8, np.int16, np.uint16, np.float32, np.float64]),
        st.tuples(st.integers(2, 6), st.integers(5, 6), st.integers(5, 6)),
        elements=st.sampled_from([0, 1, 2, 100, 255]) | st.integers(0, 120),
        fill=st.nothing(),
    ),
    st.integers(1, 5),
    st.sampled_from([1, 1 / 255, 17, 250]),
)
def test_any_array(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, limit: int, factor: float) -> None:
    path = tmp_path_factory.mktemp("any") / "set.npy"
    np.save(path, (array * factor).astype(array.dtype) if array.dtype.kind == "f" else array)
    try:
        whole = open_images(path)
    except DataError as error:
        with pytest.raises(DataError) as limited:
            open_images(path, limit=limit)
        assert str(limited.value) == str(error)
    else:
        assert_same(open_images(path, limit=limit), whole[:limit])


def test_the_range_of_portions_is_that_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every third value looked at, across the ends of portions."""
    values = RNG.normal(0.5, 0.4, (37, 6, 6, 1)).astype(np.float32)
    monkeypatch.setattr("cnnviz.data.pixel_range.MOST_VALUES", values.size // 3 + 1)
    found = pixel_range(values, False)
    monkeypatch.setattr(portions, "PORTION_BYTES", 2**24)
    assert found == pixel_range(values, False) and found.scaled is not None
    assert found.scaled[0] in values.reshape(-1)[::3] and found.scaled[1] in values.reshape(-1)[::3]


def test_fashion_mnist_is_recognized_by_an_image_that_is_not_asked_for(tmp_path: Path) -> None:
    sample = open_images("sample")
    others = np.random.default_rng(0).integers(0, 256, (30, 28, 28), dtype=np.uint8)
    pixels = np.concatenate([others, sample.pixels[:1, ..., 0]])
    np.savez(tmp_path / "set.npz", x=pixels, y=[*[3] * 30, int(sample.labels[0])])
    assert open_images(tmp_path / "set.npz", limit=2).class_names == cnnviz.open_images("sample").class_names


def test_what_is_missing_is_told_of_the_whole_set(tmp_path: Path) -> None:
    holes = UNITS.copy()
    holes[30, 2, 1] = np.nan
    (tmp_path / "set.npy").write_bytes(npy(holes))
    with pytest.raises(MissingPixels, match="1 value in 1 of 40 images, the first in image 30 at row 2, column 1"):
        open_images(tmp_path / "set.npy", limit=3)
    lines = FILES["numbers.csv"].decode().split("\n")
    lines[31] = lines[31].rpartition(",")[0] + ","
    (tmp_path / "set.csv").write_text("\n".join(lines))
    with pytest.raises(MissingPixels, match="in image 30 at row 5, column 5") as error:
        open_images(tmp_path / "set.csv", limit=3)
    assert len(error.value.without()) == 39 and error.value.without().pixels.dtype == np.uint8


def test_a_file_cut_short_behind_the_limit_gives_the_first_images(tmp_path: Path) -> None:
    (tmp_path / "set.gz").write_bytes(gzip.compress(idx_bytes(BYTES)[:-40]))
    assert_same_pixels = open_images(tmp_path / "set.gz", limit=3).pixels
    assert (assert_same_pixels[..., 0] == BYTES[:3]).all()
    with pytest.raises(DataError, match="and only"):
        open_images(tmp_path / "set.gz")


@pytest.mark.parametrize("name", ["bytes.npy", "floats.npy", "doubles.npy", "images-idx3-ubyte.gz", "names.npz"])
def test_a_large_set_stays_on_disk_and_is_the_same(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    held = open_images(path)
    monkeypatch.setattr(limits, "MOST_READ", 100)
    mapped = open_images(path)
    assert_same(mapped, held)
    # A limit that is none copies nothing into memory.
    assert (open_images(path, limit=40).pixels.base is None) == (mapped.pixels.base is None)
    # What is taken of it is in memory.
    assert_same(mapped[[4, 2]], held[[4, 2]])
    assert mapped[[4, 2]].pixels.base is None
    path.write_bytes(FILES[name][:-30])
    with pytest.raises(DataError, match="damaged"):
        open_images(path)


@pytest.mark.parametrize("name", ["doubles.npy", "eight-of-sixteen.npy", "numbers.csv", "columns-first.npy"])
def test_a_set_over_the_bound_names_it_and_the_option(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    monkeypatch.setattr(limits, "MOST_READ", 100)
    monkeypatch.setattr(limits, "free_memory", lambda: 3 * 1000)
    with pytest.raises(DataError, match=r"1\.0 kB, a third of the free memory; take fewer, .*limit=1000"):
        open_images(path)
    if name != "columns-first.npy":
        assert len(open_images(path, limit=3)) == 3


def test_labels_of_more_images_than_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnviz.data.label_arrays.most_bytes", lambda: (900, "900 bytes"))
    with pytest.raises(DataError, match="has 40 labels, which would take more than 900 bytes; split it"):
        open_images((BYTES, LABELS))
    with pytest.raises(DataError, match="there is a label 1000000000000"):
        Images(BYTES[:2], np.array([0, 10**12]))
