"""Several labels per image, and numbers as labels, from every source that has labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

from cnnviz import open_images
from cnnviz.core.errors import DataError, UsageError
from cnnviz.data.formats.npz_write import Growing, write_npz
from cnnviz.data.images import Images
from cnnviz.data.input_spec import InputSpec

PIXELS = np.random.default_rng(0).integers(0, 256, (7, 6, 6, 1), dtype=np.uint8)
TAGS = np.array([[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 1, 0]])
NUMBERS = np.array([0.5, -1, 2, 3.25, 0, 7, 1e6])
HEAD = "label,p1,p2,p3,p4\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def rows_of(source: Any, **options: Any) -> np.ndarray:
    images = open_images(source, **options)
    assert images.labels is None and images.label_rows is not None
    return images.label_rows


class Batches(keras.utils.PyDataset):
    """Two batches of images and labels."""

    def __init__(self, labels: np.ndarray) -> None:
        super().__init__()
        self.labels = labels

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        part = slice(0, 4) if index == 0 else slice(4, 7)
        return PIXELS[part], self.labels[part]


def sources(labels: np.ndarray, folder: Path) -> dict[str, Any]:
    import tensorflow as tf

    np.savez(folder / "set.npz", x_test=PIXELS, y_test=labels)
    files = [folder / f"{i}.png" for i in range(7)]
    for file, image in zip(files, PIXELS, strict=True):
        Image.fromarray(image[..., 0]).save(file)
    dataset = tf.data.Dataset.from_tensor_slices((PIXELS, labels))
    return {
        "npz": folder / "set.npz",
        "arrays": (PIXELS, labels),
        "tf.data": dataset,
        "batches of tf.data": dataset.batch(3),
        "PyDataset": Batches(labels),
        "paths": (files, labels),
        "dictionary": {"image": PIXELS, "label": labels},
    }


KINDS = ("npz", "arrays", "tf.data", "batches of tf.data", "PyDataset", "paths", "dictionary")


@pytest.mark.parametrize("kind", KINDS)
def test_several_labels_come_in(kind: str, tmp_path: Path) -> None:
    images = open_images(sources(TAGS, tmp_path)[kind])
    assert images.labels is None and images.label_rows is not None and images.label_rows.dtype == bool
    assert images.label_rows.tolist() == TAGS.astype(bool).tolist()
    assert images.class_names == ("0", "1", "2") and "labeled with any of 3 labels" in images.notes
    assert images.without_classes == "several labels per image"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("labels", [NUMBERS, np.stack([NUMBERS, NUMBERS / 3], axis=1)], ids=["one", "two"])
def test_numbers_come_in(kind: str, labels: np.ndarray, tmp_path: Path) -> None:
    images = open_images(sources(labels, tmp_path)[kind])
    assert images.labels is None and images.label_rows is not None
    assert images.label_rows.tolist() == labels.reshape(7, -1).tolist()
    assert images.class_names == () and any("labeled with" in note for note in images.notes)


def test_one_label_each_is_a_class() -> None:
    for rows in (np.eye(3)[[0, 2, 1]], np.array([0, 2, 1]), np.array([[0], [2], [1]]), np.array([0.0, 2, 1])):
        images = open_images((PIXELS[:3], rows))
        assert images.label_rows is None and images.labels is not None and images.labels.tolist() == [0, 2, 1]
    # Twelve outputs are twelve classes, although the last ones have no image.
    assert len(open_images((PIXELS[:2], np.eye(12)[:2])).class_names) == 12


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("cat,dog,p1\n1,0,9\n1,1,8\n0,0,7\n", ("cat", "dog"), [[1, 0], [1, 1], [0, 0]]),
        ("p1,dog,cat\n9,0,1\n8,0,1\n", ("dog", "cat"), [[0, 1], [0, 1]]),
        (HEAD + "cat;dog,1,2,3,4\n,1,2,3,4\ndog,1,2,3,4\n", ("cat", "dog"), [[1, 1], [0, 0], [0, 1]]),
        (HEAD + "red fox|dog,1,2,3,4\nNaN,1,2,3,4\n", ("dog", "red fox"), [[1, 1], [0, 0]]),
        (HEAD + '"a;b,c",1,2,3,4\nä,1,2,3,4\n', ("a", "b,c", "ä"), [[1, 1, 0], [0, 0, 1]]),
        (HEAD + "cat dog,1,2,3,4\ncat,1,2,3,4\ndog,1,2,3,4\n", ("cat", "dog"), [[1, 1], [1, 0], [0, 1]]),
    ],
)
def test_tables(tmp_path: Path, text: str, names: tuple[str, ...], rows: list[list[int]]) -> None:
    images = open_images(write(tmp_path / "a.csv", text))
    if images.label_rows is None:  # one label each
        assert images.labels is not None
        rows, names = np.argmax(rows, axis=1).tolist(), names
        assert images.labels.tolist() == rows
    else:
        assert images.label_rows.astype(int).tolist() == rows
    assert images.class_names == names


def test_tables_of_one_name_or_number_each(tmp_path: Path) -> None:
    one = open_images(write(tmp_path / "a.csv", HEAD + "Ankle boot,1,2,3,4\nbag,1,2,3,4\nAnkle boot,5,6,7,8\n"))
    assert one.class_names == ("Ankle boot", "bag") and one.labels is not None and one.labels.tolist() == [0, 1, 0]
    assert one.pixels[2].reshape(-1).tolist() == [5, 6, 7, 8]
    numbers = open_images(write(tmp_path / "b.csv", HEAD + "3,1,2,3,4\n-0.5,1,,3,4\n".replace(",,", ",0,")))
    assert numbers.label_rows is not None and numbers.label_rows.tolist() == [[3], [-0.5]]
    known = open_images(write(tmp_path / "c.csv", HEAD + "x y,1,2,3,4\ny,1,2,3,4\n"), class_names=["y", "x"])
    assert known.class_names == ("y", "x") and known.label_rows is not None
    assert known.label_rows.astype(int).tolist() == [[1, 1], [1, 0]]
    with pytest.raises(DataError, match="'z' that is not among the class names"):
        open_images(write(tmp_path / "d.csv", HEAD + "y;z,1,2,3,4\n"), class_names=["y", "x"])


def test_they_stay_with_their_images(tmp_path: Path) -> None:
    images = open_images((PIXELS, TAGS), class_names=["cat", "dog", "fox"])
    some = images.take([5, 0])
    assert some.label_rows is not None and some.label_rows.tolist() == TAGS[[5, 0]].astype(bool).tolist()
    assert images.hash != open_images((PIXELS, 1 - TAGS), class_names=["cat", "dog", "fox"]).hash
    back = open_images(write_npz(tmp_path / "a.npz", {"": Growing(7, [images[:4], images[4:]])}))
    assert back.label_rows is not None and back.label_rows.tolist() == TAGS.astype(bool).tolist()
    assert back.class_names == ("cat", "dog", "fox") and back.hash == images.hash
    ordered = images.in_terms_of(["Fox", "Cat", "Dog"])
    assert ordered.label_rows is not None and ordered.label_rows.tolist() == TAGS[:, [2, 0, 1]].astype(bool).tolist()
    # Some of the model's labels alone say nothing about the others.
    assert images.in_terms_of(["cat", "dog", "fox", "owl"]) is images
    numbered = open_images((PIXELS, TAGS)).in_terms_of(["cat", "dog", "fox"])
    assert numbered.class_names == ("cat", "dog", "fox")


def test_an_image_without_values_leaves_with_its_labels(tmp_path: Path) -> None:
    from cnnviz.data.missing_values import MissingPixels

    pixels = PIXELS / np.float32(255)
    pixels[2, 1, 1] = np.nan
    with pytest.raises(MissingPixels) as caught:
        open_images((pixels, TAGS))
    rest = caught.value.without()
    assert rest.label_rows is not None and rest.label_rows.tolist() == np.delete(TAGS, 2, 0).astype(bool).tolist()


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (np.array([0, 1, -1, 0, 0, 0, 0]), "label 2 is -1; classes are counted from 0, and numbers to predict are fl"),
        (np.array([0.5, np.nan, 0, 0, 0, 0, 0]), "label 1 is nan; leave out images without a label"),
        (TAGS[:6], "7 images but 6 labels"),
    ],
)
def test_refused(labels: np.ndarray, says: str) -> None:
    with pytest.raises(DataError, match=says):
        open_images((PIXELS, labels))


def test_what_needs_classes_says_what_there_is() -> None:
    with pytest.raises(UsageError, match="has several labels per image, so no class can be chosen"):
        open_images((PIXELS, TAGS)).of_class(0)
    with pytest.raises(DataError, match="not both"):
        Images(PIXELS, np.zeros(7, int), label_rows=TAGS)
    with pytest.raises(DataError, match="2 class names"):
        Images(PIXELS, class_names=("a", "b"), label_rows=TAGS.astype(bool))


@pytest.mark.parametrize(
    "labels", [np.array([0, -5, 3]), np.array([10**6, 2, 3]), np.eye(3, dtype=int), np.array([[0, 1], [1, 1], [0, 0]])]
)
def test_whole_numbers_are_numbers_for_a_model_that_predicts_numbers(labels: np.ndarray) -> None:
    pixels = np.zeros((3, 8, 8), np.uint8)
    like = InputSpec(8, 8, 1, numbers=True)
    for source in ((pixels, labels), [(image[..., None], label) for image, label in zip(pixels, labels, strict=True)]):
        found = open_images(iter(source) if isinstance(source, list) else source, like=like, limit=3).label_rows
        np.testing.assert_array_equal(found, labels.reshape(3, -1).astype(np.float64))
