"""Class names beside a model of Teachable Machine."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.models.label_file import names_beside


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network inside a Sequential inside a Sequential, in HDF5, as Teachable Machine saves one."""
    body = keras.applications.MobileNetV2(
        weights=None, include_top=False, input_shape=(96, 96, 3), alpha=0.35, pooling="avg"
    )
    head = keras.Sequential([keras.Input((1280,)), layers.Dense(10, "relu"), layers.Dense(3, "softmax")])
    path = tmp_path_factory.mktemp("machine") / "keras_model.h5"
    keras.Sequential([keras.Input((96, 96, 3)), keras.Sequential([body]), head]).save(path)
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 Cat\n1 Big dog\n2 None of both\n", ("Cat", "Big dog", "None of both")),
        ("\ufeff0 Katze\r\n1 Hund\r\n2 Vögel\r\n", ("Katze", "Hund", "Vögel")),
        ("0 Cat\n1 Dog\n", ("Cat", "Dog")),
        ("Cat\nDog\nBird\n", None),
        ("0 Cat\n2 Dog\n1 Bird\n", None),
        ("0 Cat\n1\n2 Bird\n", None),
        ("0 Cat\n1 Dog\n2 Bird\n" + "\n" * (1 << 20), None),
        (b"0 \xff\n1 \xfe\n2 \xfd\n", None),
        (None, None),
    ],
    ids="three bom-and-windows two unnumbered disordered nameless long bytes none".split(),
)
def test_the_numbered_lines_are_the_class_names(tmp_path: Path, text, expected: tuple[str, ...] | None) -> None:
    if text is not None:
        (tmp_path / "labels.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert names_beside(tmp_path / "keras_model.h5") == (expected or ())


def test_a_saved_model_takes_the_names_beside_it(saved: Path) -> None:
    labels = saved.parent / "labels.txt"
    labels.write_text("0 Cat\n1 Big dog\n2 None of both\n")
    probe = cnnviz.open_model(saved)
    assert probe.class_names == ("Cat", "Big dog", "None of both")
    assert any(note.startswith("class names from labels.txt") for note in probe.card.notes)
    assert probe.card.fit == "crop,antialias"
    labels.write_text("0 Cat\n1 Dog\n")
    plain = cnnviz.open_model(saved)
    assert plain.class_names == ("class 0", "class 1", "class 2")
    assert plain.card.fit != "crop,antialias"


def test_names_that_are_given_come_first(saved: Path) -> None:
    (saved.parent / "labels.txt").write_text("0 a\n1 b\n2 c\n")
    assert cnnviz.open_model(saved, class_names=["x", "y", "z"]).class_names == ("x", "y", "z")


def test_its_scale_is_that_of_its_backbone_and_loudly_assumed(saved: Path) -> None:
    probe = cnnviz.open_model(saved)
    assert (probe.scale.name, probe.scale.settled) == ("-1-1", False)
    pixels = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3), dtype=np.uint8)
    expected = keras.models.load_model(saved, compile=False).predict(pixels / 127.5 - 1, verbose=0)
    np.testing.assert_allclose(probe.probabilities(cnnviz.Images(pixels)), expected, atol=1e-5)
