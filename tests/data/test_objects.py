"""Objects that a notebook holds, from libraries that need not be installed: their protocols, as small stand-ins."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnnviz.core.errors import DataError, UsageError
from cnnviz.data import open_images
from cnnviz.data.images import Images
from cnnviz.data.input_spec import InputSpec
from cnnviz.data.missing_values import MissingPixels
from cnnviz.data.objects import reading
from cnnviz.models.open import open_model

PIXELS = np.random.default_rng(1).integers(0, 256, (7, 12, 10, 3)).astype(np.uint8)
LABELS = np.array([0, 2, 1, 0, 1, 2, 0])
NAMES = ["cat", "dog", "newt"]


class Tensor:
    """What PyTorch's tensors have: no __array__ that works while gradients are recorded, but detach().cpu().numpy()."""

    def __init__(self, values: Any) -> None:
        self._values = np.asarray(values)
        self.dtype, self.shape = f"torch.{self._values.dtype}", self._values.shape

    def detach(self) -> Tensor:
        return self

    cpu = detach

    def numpy(self) -> np.ndarray:
        return self._values


class TorchDataset:
    classes = NAMES
    asked = 0

    def __len__(self) -> int:
        return len(PIXELS)

    def __getitem__(self, index: int) -> Any:
        self.asked += 1
        return Tensor(PIXELS[index].transpose(2, 0, 1).astype(np.float32) / 255), int(LABELS[index])


class Subset:
    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset


class DataLoader:
    batch_size = 3

    def __init__(self, dataset: Any, length: int | None = 3) -> None:
        self.dataset, self.length, self.given = dataset, length, 0

    def __len__(self) -> int:
        if self.length is None:
            raise TypeError("no length")
        return self.length

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, 7, 3) if self.length else iter(lambda: 0, 1):
            self.given += 1
            part = slice(start, start + 3)
            yield [Tensor(PIXELS[part].transpose(0, 3, 1, 2).astype(np.float32) / 255), Tensor(LABELS[part])]


class ClassLabel:
    names = NAMES


class IterableDataset:
    """PyTorch's inherits a __getitem__ that only fails; a length is the user's own."""

    def __init__(self, items: Any) -> None:
        self.items = items

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)


class HuggingFace:
    column_names = ("id", "image", "label")

    def __init__(self, features: Any = None) -> None:
        image = type("Image", (), {})()
        self.features = {"id": None, "photo": image, "label": ClassLabel()} if features is None else features

    def __len__(self) -> int:
        return len(PIXELS)

    def __getitem__(self, index: int) -> Any:
        return {"id": 9, "photo": Image.fromarray(PIXELS[index]), "label": int(LABELS[index])}


class Series:
    """A column of pandas."""

    iloc = None

    def __init__(self, values: Any) -> None:
        self.values = list(values)

    def to_numpy(self) -> np.ndarray:
        return np.array(self.values, object)

    __array__ = to_numpy

    def tolist(self) -> list[Any]:
        return self.values

    def __len__(self) -> int:
        return len(self.values)


class PyDataset:
    """What keras.utils.PyDataset and the Sequence of Keras 2 have, and an iteration without an end."""

    class_indices = {"newt": 2, "cat": 0, "dog": 1}  # noqa: RUF012

    def __init__(self, length: int | None = 4) -> None:
        self.length, self.asked = length, list[int]()

    def __len__(self) -> int:
        if self.length is None:
            raise NotImplementedError
        return self.length

    def __getitem__(self, number: int) -> Any:
        self.asked.append(number)
        part = slice(2 * number, 2 * number + 2)
        return PIXELS[part] / np.float32(1), np.eye(3)[LABELS[part]]

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError("never iterated: it has no end")

    def on_epoch_end(self) -> None: ...


def check(images: Images, labeled: bool = True, names: list[str] | None = None, unit: bool = False) -> None:
    right = PIXELS / np.float32(255) if unit else PIXELS
    np.testing.assert_array_equal(images.pixels, right)
    assert images.peak == (1 if unit else 255)
    if labeled:
        assert images.labels is not None
        assert images.labels.tolist() == LABELS.tolist()
    else:
        assert images.labels is None
    assert names is None or images.class_names == tuple(names)


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    made = [str(tmp_path / f"{i}.png") for i in range(7)]
    for path, pixels in zip(made, PIXELS, strict=True):
        Image.fromarray(pixels).save(path)
    return made


def test_torch_dataset_and_loader() -> None:
    check(open_images(TorchDataset()), names=NAMES, unit=True)
    check(open_images(DataLoader(TorchDataset())), names=NAMES, unit=True)
    check(open_images(DataLoader(Subset(TorchDataset()))), names=NAMES, unit=True)
    assert "channels moved last" in open_images(TorchDataset()).notes


FIRST = [Tensor(pixels.transpose(2, 0, 1).astype(np.float32) / 255) for pixels in PIXELS]


def test_torch_streams(fails) -> None:
    pairs = list(zip(FIRST, LABELS.tolist(), strict=True))
    with fails(DataError, "may have no end"):
        open_images(IterableDataset(pairs))
    check(open_images(IterableDataset(pairs), limit=9), unit=True)
    check(open_images(IterableDataset(FIRST), limit=9), labeled=False, unit=True)
    known = type("IterableDataset", (IterableDataset,), {"__len__": lambda self: 7})
    check(open_images(known(pairs)), unit=True)
    # Three tensors (1, h, w) each with a label, or one (3, h, w) with a one-hot label?
    with fails(DataError, "(3, 12, 10) with 3 labels", "one-hot"):
        open_images(IterableDataset([(FIRST[0], np.array([0, 1, 0]))]), limit=1)


def test_a_batch_of_a_loader() -> None:
    """next(iter(loader)): a list, with labels or without, or a dictionary."""
    batch = Tensor(PIXELS.transpose(0, 3, 1, 2).astype(np.float32) / 255)
    check(open_images([batch, Tensor(LABELS)]), unit=True)
    check(open_images([batch]), labeled=False, unit=True)
    check(open_images((batch, Tensor(LABELS), Tensor(np.ones(7)))), unit=True)
    check(open_images({"pixel_values": batch, "labels": Tensor(LABELS)}), unit=True)


def test_loaders_with_a_sampler_of_batches_and_without_batches() -> None:
    loader = DataLoader(TorchDataset())
    loader.batch_size, loader.batch_sampler = None, [[0, 1, 2], [3, 4, 5], [6]]  # type: ignore[assignment, attr-defined]
    check(open_images(loader), names=NAMES, unit=True)
    single = DataLoader(TorchDataset(), 7)
    single.batch_size = None  # type: ignore[assignment]
    single.__class__ = type(
        "DataLoader", (DataLoader,), {"__iter__": lambda self: map(self.dataset.__getitem__, range(7))}
    )
    check(open_images(single), names=NAMES, unit=True)


@pytest.mark.parametrize("like", [None, InputSpec(12, 10, 3), InputSpec(20, 20, 3)])
def test_a_tensor_with_channels_first_is_not_three_images(like: InputSpec | None, fails) -> None:
    with fails(DataError, "channels first", "3 grayscale images of 12×10"):
        open_images(FIRST[0], like=like)


def test_a_shuffling_loader_is_noted() -> None:
    dataset = TorchDataset()
    loader = DataLoader(Subset(dataset))
    loader.sampler = type("RandomSampler", (), {})()  # type: ignore[attr-defined]
    assert "a random draw (shuffled): the order is not that of the source" in open_images(loader).notes
    chain = [type(kind, (), {})() for kind in ("Resize", "RandomHorizontalFlip", "ColorJitter")]
    dataset.transform = type("Compose", (), {"transforms": chain})()  # type: ignore[attr-defined]
    loader.sampler = type("SequentialSampler", (), {})()  # type: ignore[attr-defined]
    note = "a random draw (randomly changed by RandomHorizontalFlip, ColorJitter): pixels are not those of the source"
    assert note in open_images(loader).notes and note in open_images(dataset).notes


def test_scaled_values_are_not_padded(fails) -> None:
    """Their black is unknown: zero would be gray."""
    scaled = [(pixels / np.float32(127.5) - 1)[: 6 + i] for i, pixels in enumerate(PIXELS)]
    with fails(UsageError, "black is unknown", "choose another fit"):
        open_images(scaled, like=InputSpec(12, 12, 3), fit="pad")
    assert open_images(scaled, like=InputSpec(12, 12, 3), fit="crop").scaled == pytest.approx((-1, 1), abs=0.1)
    assert open_images([PIXELS[0], PIXELS[1][:6]], like=InputSpec(12, 12, 3), fit="pad").pixels.min() == 0


def test_half_precision() -> None:
    class Bfloat(Tensor):
        def numpy(self) -> np.ndarray:
            raise TypeError("Got unsupported ScalarType BFloat16")

        def float(self) -> Tensor:
            return Tensor(self._values)

    held = Bfloat(PIXELS / np.float32(255))
    held.dtype = "torch.bfloat16"
    check(open_images(held), labeled=False, unit=True)


def test_streams_are_read_once_and_no_further_than_the_limit() -> None:
    dataset = TorchDataset()
    assert len(open_images(dataset, limit=2)) == 2 and dataset.asked == 2
    loader = DataLoader(TorchDataset())
    assert open_images(loader, limit=4).labels.tolist() == [0, 2, 1, 0] and loader.given == 2
    batches = PyDataset()
    assert len(open_images(batches, limit=3)) == 3 and batches.asked == [0, 1]


def test_hugging_face(fails) -> None:
    check(open_images(HuggingFace()), names=NAMES)
    with fails(DataError, "splits, 'train', 'test'", "data['train']"):
        open_images({"train": HuggingFace(), "test": HuggingFace()})
    with fails(DataError, "no column of images, only id, text"):
        open_images(HuggingFace({"id": None, "text": None}))


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def test_hugging_face_with_several_columns_of_a_kind_says_which_one_it_is() -> None:
    image = type("Image", (), {})()
    two = HuggingFace({"photo": image, "mask": image, "label": ClassLabel(), "coarse": ClassLabel()})
    images = open_images(two)
    check(images, names=NAMES)
    assert "images of the column 'photo'; remove it for 'mask'" in images.notes
    assert "labeled by the column 'label'; remove it for 'coarse'" in images.notes
    assert not open_images(HuggingFace()).notes


def test_hugging_face_as_it_is_after_a_transform_and_without_decoding(fails) -> None:
    class Transformed(HuggingFace):
        def __getitem__(self, index: int) -> Any:
            return {"pixel_values": FIRST[index], "label": int(LABELS[index])}

    class Undecoded(HuggingFace):
        def __getitem__(self, index: int) -> Any:
            return {"photo": {"bytes": png(PIXELS[index]), "path": None}, "label": int(LABELS[index])}

    class Holey(HuggingFace):
        def __getitem__(self, index: int) -> Any:
            return {"photo": None, "label": 0}

    check(open_images(Transformed()), unit=True)
    check(open_images(Undecoded()), names=NAMES)
    with fails(DataError, "holds a value of type NoneType where an image is expected"):
        open_images(Holey())
    with fails(DataError, "holds id, photo, label, none of which is called image"):
        open_images(HuggingFace()[0])


def test_files_in_memory(tmp_path: Path, fails) -> None:
    files = [png(pixels) for pixels in PIXELS]
    check(open_images(files), labeled=False)
    check(open_images([io.BytesIO(file) for file in files]), labeled=False)
    for column in (Series(files), Series({"bytes": file, "path": None} for file in files)):
        check(open_images((column, LABELS)))
    (tmp_path / "0.png").write_bytes(files[0])
    with (tmp_path / "0.png").open("rb") as opened:
        for one in (files[0], bytearray(files[0]), io.BytesIO(files[0]), opened):
            images = open_images(one, like=InputSpec(12, 10, 3))
            np.testing.assert_array_equal(images.pixels, PIXELS[:1])
            assert not images.paths and images.source == "file in memory"
    archive = io.BytesIO()
    np.savez(archive, x=PIXELS, y=LABELS)
    check(open_images(archive.getvalue()))
    deep = np.array([[0, 40000], [256, 65535]], np.uint16)
    buffer = io.BytesIO()
    Image.fromarray(deep).save(buffer, "PNG")
    np.testing.assert_array_equal(open_images([buffer.getvalue()]).pixels[0, ..., 0], deep)
    for wrong, words in (
        (b"hello", "the file in memory is not in a supported format"),
        (files[0][:60], "the file in memory is a damaged image"),
        (b"", "empty"),
        (io.StringIO("text"), "mode 'rb'"),
    ):
        with fails(DataError, words):
            open_images(wrong)


def test_keras_batches(fails) -> None:
    check(open_images(PyDataset()), names=NAMES)
    endless = PyDataset(None)
    with fails(DataError, "PyDataset", "limit=1000"):
        open_images(endless)
    assert endless.asked == []
    assert len(open_images(endless, limit=5)) == 5


def test_columns_of_paths(paths: list[str], fails) -> None:
    for column in (Series(paths), Series(map(Path, paths)), np.array(paths), np.array(paths, object), iter(paths)):
        limit = 7 if isinstance(column, Iterator) else None
        check(open_images(column, limit=limit), labeled=False)
    check(open_images(Series(map(Image.open, paths))), labeled=False)
    array = type("ArrowStringArray", (), {"to_numpy": None, "tolist": lambda self: paths, "__len__": lambda self: 7})
    check(open_images(array()), labeled=False)
    with fails(DataError, "row 1", "None"):
        open_images(Series([paths[0], None]))
    table = Series(paths)
    table.columns = ["file", "kind"]  # type: ignore[attr-defined]
    with fails(DataError, "table with the columns file, kind", "table['file']"):
        open_images(table)


@pytest.mark.parametrize("kind", [list, np.array, Series, tuple])
def test_paths_with_labels(paths: list[str], kind: Any) -> None:
    check(open_images((kind(paths), LABELS)))
    check(open_images((kind(paths), LABELS.tolist()), class_names=NAMES), names=NAMES)
    check(open_images((kind(paths), Series(LABELS))))
    words = [NAMES[i] for i in LABELS]
    check(open_images((kind(paths), words)), names=NAMES)
    turned = open_images((kind(paths), words), class_names=NAMES[::-1])
    assert turned.class_names == ("newt", "dog", "cat") and turned.labels.tolist() == (2 - LABELS).tolist()


def test_labels_that_do_not_match(paths: list[str], fails) -> None:
    with fails(DataError, "7 images but 6 labels"):
        open_images((paths, LABELS[:6]))
    with fails(DataError, "'newt'", "cat, dog"):
        open_images((paths, [NAMES[i] for i in LABELS]), class_names=NAMES[:2])


def test_lists_of_images(fails) -> None:
    pillows = [Image.fromarray(pixels) for pixels in PIXELS]
    check(open_images(pillows), labeled=False)
    check(open_images(tuple(pillows)), labeled=False)
    check(open_images((pillows, LABELS)))
    check(open_images(list(zip(pillows, LABELS.tolist(), strict=True))))
    check(open_images(list(zip(PIXELS, LABELS, strict=True))))
    check(open_images(list(PIXELS)), labeled=False)
    check(open_images({"image": PIXELS, "label": LABELS}))
    mixed = open_images([PIXELS[0], PIXELS[1], PIXELS[2][:6]])
    assert mixed.shape == (12, 10, 3) and (mixed.pixels[:2] == PIXELS[:2]).all()
    assert any("resized" in note and "1 of 3 images" in note for note in mixed.notes)
    assert open_images(pillows[:2], limit=1).pixels.shape == (1, 12, 10, 3)


@pytest.mark.parametrize(
    ("mode", "value", "right", "peak"),
    [
        ("L", 90, [90], 255),
        ("1", 1, [255], 255),
        ("I;16", 40000, [40000], 65535),
        ("I", 3000, [3000], 4095),
        ("F", 0.5, [0.5], 1),
        ("P", 7, None, 255),
        ("CMYK", (255, 0, 0, 0), [0, 255, 255], 255),
        ("RGBA", (200, 10, 10, 0), [255, 255, 255], 255),
    ],
)
def test_modes_of_pillow(mode: str, value: Any, right: Any, peak: int) -> None:
    images = open_images(Image.new(mode, (5, 4), value))
    assert images.pixels.shape[:3] == (1, 4, 5) and images.peak == peak
    if right is not None:
        assert images.pixels[0, 0, 0].tolist() == right


def test_generators(fails) -> None:
    with fails(DataError, "the generator", "may have no end", "cnnviz.open_images(…, limit=1000)"):
        open_images(pixels for pixels in PIXELS)
    check(open_images((pixels for pixels in PIXELS), limit=50), labeled=False)
    check(open_images(zip(PIXELS, LABELS, strict=True), limit=50))
    check(open_images(((PIXELS[i : i + 3], LABELS[i : i + 3]) for i in (0, 3, 6)), limit=50))
    with fails(DataError, "the generator holds no images"):
        open_images((x for x in ()), limit=3)


def test_each_image_is_fitted_when_it_arrives() -> None:
    images = open_images(
        ((np.full((size, size, 3), 7, np.uint8), 1) for size in (8, 12, 20)), limit=3, like=InputSpec(6, 6, 1)
    )
    assert images.pixels.shape == (3, 6, 6, 1) and (images.pixels == 7).all()
    assert (
        "resized images of several sizes to 6×6 (bilinear)" in images.notes and "converted to grayscale" in images.notes
    )


def test_depth_survives_fitting() -> None:
    deep = np.full((8, 8), 50000, np.uint16)
    images = open_images([deep, deep[:4, :4], deep], like=InputSpec(4, 4, 1))
    assert images.peak == 65535 and (images.pixels == 50000).all()


def test_labels_of_no_class_are_left_out() -> None:
    boxes = np.zeros((7, 2, 4))
    images = open_images(zip(PIXELS, boxes, strict=True), limit=7)
    assert images.labels is None and images.label_rows is None
    assert "labels left out, since they are not of classes" in images.notes


def test_too_much_for_memory(monkeypatch, fails) -> None:
    monkeypatch.setattr("cnnviz.data.formats.limits.MAX_SET_BYTES", 4 * PIXELS[0].nbytes)
    with fails(DataError, "the TorchDataset holds more than", "limit=1000"):
        open_images(TorchDataset())
    assert len(open_images((p for p in PIXELS), limit=4)) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="not for this platform: it has no resource limits")
@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("(np.zeros((64, 64, 3), np.uint8) for _ in itertools.count())", "limit=1000"),
        ("itertools.repeat(np.zeros((64, 64, 3), np.uint8))", "limit=1000"),
        ("Endless()", "limit=1000"),
    ],
)
def test_no_end_takes_no_memory(source: str, words: str) -> None:
    code = f"""
import itertools, resource
import numpy as np
from cnnviz.data import open_images
from cnnviz.core.errors import DataError
class Endless:
    def __getitem__(self, k): return np.zeros((4, 64, 64, 3), np.uint8), np.zeros(4)
    def __iter__(self): return (self[0] for _ in itertools.count())
    def on_epoch_end(self): ...
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
try:
    open_images({source})
except DataError as error:
    print(error)
print(len(open_images({source}, limit=10)))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    said, count = found.stdout.splitlines()
    assert words in said and count == "10"


def test_images_in_memory_are_inverted_as_their_files_are(tmp_path: Path) -> None:
    probe = open_model("fmnist-cnn")
    garments = 255 - open_images("sample").pixels[:3, ..., 0]
    paths = [tmp_path / f"{i}.png" for i in range(3)]
    for path, pixels in zip(paths, garments, strict=True):
        Image.fromarray(pixels).resize((56, 84), Image.Resampling.NEAREST).save(path)
    files = open_images(paths, like=probe.spec)
    assert any(note.startswith("inverted 3 images") for note in files.notes)
    held = open_images([Image.open(path) for path in paths], like=probe.spec)
    np.testing.assert_allclose(held.pixels, files.pixels, atol=1e-3)
    assert any(note.startswith("inverted 3 images") for note in held.notes)
    one = open_images(Image.open(paths[0]), like=probe.spec)
    np.testing.assert_allclose(one.pixels[0], files.pixels[0], atol=1e-3)
    assert "inverted (light background)" in one.notes
    plain = open_images(Image.open(paths[0]), like=probe.spec, invert="no")
    np.testing.assert_allclose(255 - plain.pixels[0], files.pixels[0], atol=1e-3)
    yes = open_images(Image.open(paths[0]), like=probe.spec, invert="yes")
    np.testing.assert_allclose(yes.pixels[0], files.pixels[0], atol=1e-3)


def test_the_memory_of_an_array_is_the_array() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (4, 6, 5), dtype=np.uint8)
    np.testing.assert_array_equal(open_images(memoryview(pixels)).pixels[..., 0], pixels)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("watched", [True, False])
def test_slow_reading_is_shown_where_someone_looks(monkeypatch, watched: bool) -> None:
    """A line that counts, changes in place, and is gone afterwards."""
    stream = Terminal() if watched else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(reading, "PATIENCE", 0.0)
    monkeypatch.setattr(reading, "PAUSE", 0.0)
    check(open_images((pixels for pixels in PIXELS), limit=7), labeled=False)
    said = stream.getvalue()
    if not watched:
        assert not said
        return
    assert "\rreading generator: 7 images, 2.5 kB" in said and "\n" not in said
    assert said.rsplit("\r", 2)[1].strip() == "" and said.endswith("\r")


def test_quick_reading_is_not_shown(monkeypatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    open_images((pixels for pixels in PIXELS), limit=7)
    assert not stream.getvalue()


def test_the_bound_is_a_third_of_what_is_free(monkeypatch, fails) -> None:
    monkeypatch.setattr("cnnviz.data.formats.limits.free_memory", lambda: 36 * PIXELS[0].nbytes)
    with fails(DataError, "more than 3 images", "4.3 kB, a third of the free memory", "limit=1000"):
        open_images(TorchDataset())
    monkeypatch.setattr("cnnviz.data.formats.limits.free_memory", lambda: None)
    check(open_images(TorchDataset()), unit=True)


def test_masked_pixels_are_missing(fails) -> None:
    """As rasterio reads no-data; what lies under the mask is no pixel."""
    held = np.ma.masked_equal(np.arange(48, dtype=np.uint8).reshape(1, 4, 4, 3), 7)
    with fails(MissingPixels, "pixels are missing", "1 value in 1 of 1 images"):
        open_images(held)
    assert open_images(np.ma.masked_equal(held.data, 200)).pixels.dtype == np.uint8


def test_an_object_array_is_a_list_of_images() -> None:
    held = np.empty(2, object)
    held[0], held[1] = np.full((8, 6, 3), 10, np.uint8), np.full((5, 9, 3), 20, np.uint8)
    images = open_images(held, like=InputSpec(4, 4, 3))
    assert images.pixels[:, 0, 0, 0].tolist() == [10, 20]
