"""Sources with a train and a test part, and archives that are written and opened again."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.core.errors import DataError, UsageError
from cnnviz.data import Images, open_images
from cnnviz.data.dispatch import split_names
from cnnviz.data.formats.npz_write import Growing, write_npz
from cnnviz.data.train_test import open_splits

from .makers import idx_bytes, npz_bytes

NAMES = ("cat", "dog", "hen")
LABELS = np.array([0, 1, 2, 0, 1, 2])


def halves(images: Images) -> Growing:
    """The same pictures in two parts."""
    return Growing(len(images), iter([images[:2], images[2:]]))


@pytest.mark.parametrize(
    ("source", "names"),
    [("sample", ("",)), ("fmnist", ("train", "test")), ("fmnist:train", ("",)), ("nothing.npz", ("",)), ("", ("",))],
)
def test_the_parts_of_named_sources(source: str, names: tuple[str, ...]) -> None:
    assert split_names(source) == names


def test_an_archive_is_two_parts_or_one(tmp_path: Path, pictures: np.ndarray) -> None:
    both, one = tmp_path / "both.npz", tmp_path / "one.npz"
    both.write_bytes(npz_bytes(x_train=pictures, y_train=LABELS, x_test=pictures[:2], y_test=LABELS[:2]))
    one.write_bytes(npz_bytes(x_train=pictures, y_train=LABELS))
    found = open_splits(both)
    assert [(name, len(images)) for name, images in found.items()] == [("train", 6), ("test", 2)]
    np.testing.assert_array_equal(found["train"].pixels[..., 0], pictures)
    assert [(name, len(images)) for name, images in open_splits(one).items()] == [("", 6)]
    assert [(name, len(images)) for name, images in open_splits(f"{both}:train").items()] == [("", 6)]


def test_a_folder_of_idx_files_is_two_parts(tmp_path: Path, pictures: np.ndarray) -> None:
    for name, count in (("train", 6), ("t10k", 2)):
        (tmp_path / f"{name}-images-idx3-ubyte").write_bytes(idx_bytes(pictures[:count]))
        (tmp_path / f"{name}-labels-idx1-ubyte").write_bytes(idx_bytes(LABELS[:count].astype("u1")))
    assert {name: len(images) for name, images in open_splits(tmp_path).items()} == {"train": 6, "test": 2}


def test_classes_that_the_test_part_lacks_keep_their_numbers(tmp_path: Path, pictures: np.ndarray) -> None:
    for split, names in (("train", NAMES), ("test", ("hen", "cat"))):
        for name, picture in zip(names, pictures, strict=False):
            path = tmp_path / split / name / "1.png"
            path.parent.mkdir(parents=True)
            Image.fromarray(picture).save(path)
    found = open_splits(tmp_path)
    assert found["train"].class_names == found["test"].class_names == NAMES
    assert found["test"].labels is not None and sorted(found["test"].labels) == [0, 2]
    (tmp_path / "test" / "hen").rename(tmp_path / "test" / "fox")
    with pytest.raises(DataError, match=r"train has the classes cat, dog, hen and test cat, fox; .*:train"):
        open_splits(tmp_path)


def test_what_is_written_is_opened_again(tmp_path: Path, pictures: np.ndarray) -> None:
    train = Images(pictures, LABELS, NAMES, notes=("as it was",), indices=np.arange(6) + 40)
    test = Images(255 - pictures[:3], LABELS[:3], NAMES, notes=("inverted",))
    path = write_npz(tmp_path / "set.npz", {"train": halves(train), "test": halves(test)}, numbered=True)
    for split, images in (("train", train), ("test", test)):
        again = open_images(f"{path}:{split}")
        np.testing.assert_array_equal(again.pixels, images.pixels)
        np.testing.assert_array_equal(again.labels, images.labels)
        assert (again.class_names, again.notes) == (NAMES, images.notes)
    with np.load(path) as arrays:
        assert arrays["made_from_train"].tolist() == [40, 41, 42, 43, 44, 45]
    first = path.read_bytes()
    write_npz(path, {"train": halves(train), "test": halves(test)}, numbered=True)
    assert path.read_bytes() == first


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_one_part_without_labels(tmp_path: Path, kind: type) -> None:
    colour = np.random.default_rng(0).random((5, 4, 6, 3)) * (255 if kind is np.uint8 else 1)
    path = write_npz(tmp_path / "set.npz", {"": halves(Images(colour.astype(kind)))})
    again = open_images(path)
    np.testing.assert_array_equal(again.pixels, colour.astype(kind))
    assert again.labels is None and not again.notes


@pytest.mark.parametrize("words", [np.arange(3), np.array([["cat", "dog", "hen"]]), np.array([b"cat"] * 3)])
def test_what_only_happens_to_be_called_class_names_is_let_be(
    tmp_path: Path, pictures: np.ndarray, words: np.ndarray
) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(npz_bytes(x=pictures, y=LABELS, class_names=words, notes=words))
    images = open_images(path)
    assert images.class_names == tuple("0123456789") and images.notes == ()


def test_names_given_come_before_names_in_the_file(tmp_path: Path, pictures: np.ndarray) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(npz_bytes(x=pictures, y=LABELS, class_names=np.array(NAMES)))
    assert open_images(path).class_names == NAMES
    assert open_images(path, class_names=("a", "b", "c")).class_names == ("a", "b", "c")
    path.write_bytes(npz_bytes(x=pictures, y=LABELS, class_names=np.array(NAMES[:2])))
    with pytest.raises(DataError, match="labels up to 2 but only 2 class names"):
        open_images(path)


def test_a_set_that_could_not_be_opened_again_is_not_begun(tmp_path: Path, pictures: np.ndarray) -> None:
    parts = itertools.repeat(Images(pictures))
    with pytest.raises(UsageError, match=r"would take 20\.0 GB, more than the 4\.3 GB"):
        write_npz(tmp_path / "set.npz", {"": Growing(10**9, parts)})
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_of_a_set_that_was_interrupted(tmp_path: Path, pictures: np.ndarray) -> None:
    def interrupted():
        yield Images(pictures)
        raise KeyboardInterrupt

    (tmp_path / "set.npz").write_bytes(b"what was there")
    with pytest.raises(KeyboardInterrupt):
        write_npz(tmp_path / "set.npz", {"": Growing(12, interrupted())})
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"what was there"]
