"""Folders, classes, patterns, lists."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from cnnviz.core.errors import DataError, UsageError
from cnnviz.data import open_images
from cnnviz.data.folders import list_folder
from cnnviz.data.paths import natural_key


@pytest.fixture
def fill(save):
    """Save pictures, each a plain number, under these names."""

    def filling(*names: str) -> Path:
        for value, name in enumerate(names):
            path = save(np.full((4, 4), value, np.uint8), f"set/{name}")
        return next(parent for parent in path.parents if parent.name == "set")

    return filling


def values(images) -> list[int]:
    return images.pixels[:, 0, 0, 0].tolist()


def test_natural_order() -> None:
    names = ["10", "2", "a10", "a2", "A3", "a", "a1b", "02", "1", "", "b", "a" + "9" * 5000]
    assert sorted(names, key=natural_key)[:6] == ["", "1", "02", "2", "10", "a"]
    assert sorted(["A3", "a10", "a2"], key=natural_key) == ["a2", "A3", "a10"]


def test_folder(fill) -> None:
    folder = fill("10.png", "2.PNG", "1.bmp")
    (folder / ".hidden.png").write_bytes(b"")
    (folder / "Thumbs.db").write_bytes(b"")
    (folder / "notes.txt").write_text("?")
    images = open_images(folder)
    assert images.names == ("1.bmp", "2.PNG", "10.png") and values(images) == [2, 1, 0]
    assert images.labels is None and images.notes == ("left out 1 file that is not an image",)
    assert images.source == str(folder)


def test_a_sub_folder_a_class(fill) -> None:
    folder = fill("Coat/1.png", "Ankle boot/2.png", "Coat/0.png", "Bag/x.gif")
    (folder / "empty").mkdir()
    (folder / ".git").mkdir()
    images = open_images(folder)
    assert images.class_names == ("Ankle boot", "Bag", "Coat", "empty")
    assert images.labels is not None and images.labels.tolist() == [0, 1, 2, 2]
    assert images.names == ("Ankle boot/2.png", "Bag/x.gif", "Coat/0.png", "Coat/1.png")


def test_numbered_classes_are_in_natural_order(fill) -> None:
    images = open_images(fill("10/a.png", "9/a.png", "1/a.png"))
    assert images.class_names == ("1", "9", "10")


def test_given_class_names_decide_the_labels(fill, fails) -> None:
    folder = fill("coat/1.png", "T-shirt_top/2.png", "9/3.png")
    names = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", *"5678", "Ankle boot")
    images = open_images(folder, class_names=names)
    by_file = (
        dict(zip(images.names, images.labels or [], strict=True))
        if images.labels is None
        else {name: int(label) for name, label in zip(images.names, images.labels, strict=True)}
    )
    assert by_file == {"coat/1.png": 4, "T-shirt_top/2.png": 0, "9/3.png": 9}
    assert images.class_names == names
    with fails(DataError, "set", "'9'", "choose from: "):
        open_images(folder, class_names=("T-shirt/top", "Coat"))
    (folder / "COAT_").mkdir()
    with fails(DataError, "the same class"):
        open_images(folder, class_names=names)


def test_limit_takes_some_of_each_class(fill) -> None:
    folder = fill("a/1.png", "a/2.png", "a/3.png", "a/4.png", "b/1.png", "c/1.png", "c/2.png")
    images = open_images(folder, limit=5)
    assert images.names == ("a/1.png", "a/2.png", "b/1.png", "c/1.png", "c/2.png")
    assert images.labels is not None and images.labels.tolist() == [0, 0, 1, 2, 2]
    assert len(open_images(folder, limit=100)) == 7
    assert open_images(folder / "a", limit=2).names == ("1.png", "2.png")


def test_train_and_test_folders(fill, fails) -> None:
    folder = fill("train/a/1.png", "train/b/2.png", "test/a/3.png", "test/b/4.png")
    assert values(open_images(folder)) == [2, 3]
    assert values(open_images(f"{folder}:train")) == [0, 1]
    assert open_images(folder).source == f"{folder}:test"
    with fails(DataError, "no sub-folder train"):
        open_images(f"{folder / 'train'}:train")


def test_classes_called_train_and_test(fill) -> None:
    assert open_images(fill("train/1.png", "test/2.png", "bus/3.png")).class_names == ("bus", "test", "train")


def test_nothing_in_it(tmp_path: Path, fill, fails) -> None:
    with fails(DataError, tmp_path, "holds no images", "png"):
        open_images(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text("")
    (tmp_path / "fashion-mnist_test.csv").write_text("")
    with fails(DataError, "holds no images", "such as fashion-mnist_test.csv"):
        open_images(tmp_path)


def test_pictures_on_both_levels(fill, fails) -> None:
    folder = fill("1.png", "a/2.png")
    with fails(DataError, "both itself and in sub-folders"):
        open_images(folder)
    assert values(open_images(folder / "*")) == [0]


@pytest.mark.parametrize(
    ("pattern", "expected"), [("*.png", [0, 1]), ("a/*", [2]), ("**/*.png", [0, 1, 2]), ("[12].png", [0, 1])]
)
def test_patterns(fill, monkeypatch, pattern: str, expected: list[int]) -> None:
    folder = fill("1.png", "2.png", "a/3.png")
    assert values(open_images(f"{folder}/{pattern}")) == expected
    monkeypatch.chdir(folder)
    assert values(open_images(pattern)) == expected


def test_a_file_called_like_a_pattern(fill) -> None:
    folder = fill("[1].png", "1.png")
    assert values(open_images(folder / "[1].png")) == [0]


def test_patterns_that_find_nothing(tmp_path: Path, fill, fails) -> None:
    fill("1.png")
    for pattern in ("*.jpg", "nowhere/*.png", "set/?"):
        with fails(DataError, "no image matches", pattern):
            open_images(f"{tmp_path}/{pattern}")
    with pytest.raises((UsageError, DataError), match=r"pattern|matches"):  # Python before 3.13 refuses this one
        open_images(f"{tmp_path}/**x/[.png")


def test_lists(fill, fails) -> None:
    folder = fill("1.png", "2.png")
    images = open_images([folder / "2.png", str(folder / "1.png")])
    assert values(images) == [1, 0] and images.names == ("2.png", "1.png") and images.source == "2 files"
    with fails(DataError, "is empty"):
        open_images([])
    with fails(DataError, "no.png", "there is no file"):
        open_images([folder / "1.png", folder / "no.png"])


def test_files_of_one_name_are_told_apart(fill) -> None:
    folder = fill("a/x.png", "b/x.png")
    twins = [folder / "a" / "x.png", folder / "b" / "x.png"]
    assert open_images(twins).names == tuple(map(str, twins)) == open_images(f"{folder}/*/x.png").names


def test_one_damaged_file_among_many_is_named(fill, fails) -> None:
    folder = fill(*(f"{i}.png" for i in range(40)))
    (folder / "33.png").write_bytes((folder / "33.png").read_bytes()[:60])
    with fails(DataError, "1 of 40 images cannot be read", folder / "33.png", "damaged", "or leave it out"):
        open_images(folder)


def test_all_damaged_files_among_many_are_named_at_once(fill, fails) -> None:
    folder = fill(*(f"{kind}/{i}.png" for kind in "ab" for i in range(20)), "a/cut.jpg")
    for name, length in (("b/3.png", 60), ("a/7.png", 0)):
        (folder / name).write_bytes((folder / name).read_bytes()[:length])
    # Its header is whole: only decoding tells.
    (folder / "a/cut.jpg").write_bytes((folder / "a/cut.jpg").read_bytes()[:-20])
    named = "a/7.png (damaged, or not an image), a/cut.jpg (damaged), b/3.png (damaged)"
    with fails(DataError, f"3 of 41 images in {folder} cannot be read: {named}; repair or remove them"):
        open_images(folder)
    for i in range(20):
        (folder / f"b/{i}.png").write_bytes(b"")
    with fails(DataError, "22 of 41 images", "b/5.png (damaged, or not an image) and 14 more; repair or remove them"):
        open_images(folder)


def test_files_of_a_list_that_are_missing_are_named_with_the_damaged_ones(fill, monkeypatch, fails) -> None:
    folder = fill("1.png", "2.png", "3.png")
    (folder / "2.png").write_bytes(b"")
    monkeypatch.chdir(folder)
    with fails(DataError, "2 of 3 images cannot be read: no.png (not there), 2.png (damaged, or not an image); repair"):
        open_images(["1.png", "no.png", "2.png"])
    with fails(
        DataError, f"in {folder} cannot be read: 2.png (damaged, or not an image), x/no.png (not there); repair"
    ):
        open_images([folder / "1.png", folder / "2.png", folder / "x" / "no.png"])
    with fails(DataError, "2 of 3 images cannot be read: 2.png (damaged, or not an image), ", "no.png (not there)"):
        open_images([folder / "1.png", "2.png", "no.png"])
    # Some of the whole way, some not: there is no folder to leave out of the names.
    with fails(DataError, f"2 of 2 images cannot be read: {folder / '2.png'} (damaged, or not an image), no.png (not"):
        open_images([folder / "2.png", "no.png"])


def test_every_file_is_decoded_once(fill, monkeypatch) -> None:
    from cnnviz.data import image_files
    from cnnviz.data.formats import image_file

    decoded: list[str] = []

    def counting(path: Path, colour: bool, *bits: int):
        decoded.append(path.name)
        return image_file.read_image(path, colour, *bits)

    monkeypatch.setattr(image_files, "read_image", counting)
    open_images(fill("1.png", "2.png", "3.jpg"))
    assert sorted(decoded) == ["1.png", "2.png", "3.jpg"]


def test_links_in_circles(tmp_path: Path, fill, fails) -> None:
    folder = fill("1.png")
    try:
        (folder / "loop").symlink_to(folder, target_is_directory=True)
        (folder / "self.png").symlink_to(folder / "self.png")
        (folder / "gone.png").symlink_to(folder / "nowhere.png")
    except OSError:
        pytest.skip("not for this platform: it refuses symbolic links")
    with fails(DataError, "both itself and in sub-folders"):
        open_images(folder)
    assert values(open_images(f"{folder}/**/*.png"))[0] == 0
    with fails(DataError, "there is no file"):
        open_images(folder / "self.png")


def test_odd_names_stay_on_one_line(save, tmp_path: Path, fails) -> None:
    try:
        path = save(np.zeros((2, 2), np.uint8), "a\nb\x1b.png")
    except OSError:
        pytest.skip("not for this platform: it refuses such names")
    path.write_bytes(b"")
    with fails(DataError, "damaged"):
        open_images(path)


def test_refused_by_the_system(fill, monkeypatch, fails) -> None:
    folder = fill("a/1.png")

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with fails(DataError, "cannot read", "permission denied"):
        list_folder(folder)
    with fails(DataError, "cannot read", "permission denied"):
        open_images(folder)


@pytest.mark.skipif(os.name == "nt", reason="not for this platform: its names are text")
def test_names_that_are_no_text(tmp_path: Path, fails) -> None:
    name = os.fsdecode(b"\xff\xfe.png")
    try:
        (tmp_path / name).write_bytes(b"")
    except OSError:
        pytest.skip("not for this platform: it refuses such names")
    with fails(DataError, "damaged"):
        open_images(tmp_path)
