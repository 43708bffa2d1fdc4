"""Of which models it is known that they were trained on line art."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import cnnviz
from cnnviz.data.class_names import DIGITS, FASHION_MNIST
from cnnviz.models.known_background import background_of_names, background_of_set, recorded_background

LOOSE = ("tshirt/top", "Trouser", "pullover", "DRESS", "coat", "sandal", "shirt", "sneaker", "bag", "ankle_boot")


@pytest.mark.parametrize(
    ("names", "shape", "known"),
    [
        (FASHION_MNIST, (28, 28, 1), "dark"),
        (LOOSE, (28, 28, 1), "dark"),
        (tuple(reversed(FASHION_MNIST)), (28, 28, 1), "dark"),
        (FASHION_MNIST, (224, 224, 3), None),
        (FASHION_MNIST[:9], (28, 28, 1), None),
        (("Hat", *FASHION_MNIST[1:]), (28, 28, 1), None),
        (("Shirt", *FASHION_MNIST[1:]), (28, 28, 1), None),
        (DIGITS, (28, 28, 1), None),
    ],
)
def test_by_class_names(names: tuple[str, ...], shape: tuple[int, int, int], known: str | None) -> None:
    assert background_of_names(names, shape) == known


def test_by_the_name_of_a_set_that_it_is_given() -> None:
    import keras

    net = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])
    pixels, labels = np.zeros((12, 28, 28), np.uint8), np.arange(12) % 10
    published = cnnviz.data.Images(pixels, labels, DIGITS, source="mnist:test")
    own = cnnviz.data.Images(pixels, labels, DIGITS, source="digits")
    found = [cnnviz.wrap(net).align(images)[0].card.background for images in (published, own)]
    assert found == ["dark", None]


def test_by_the_set() -> None:
    sample = cnnviz.open_images("sample")
    light = cnnviz.data.Images(255 - sample.pixels, sample.labels, sample.class_names)
    unit = cnnviz.data.Images(sample.pixels / 255, sample.labels, sample.class_names)
    assert [background_of_set(images) for images in (sample, light, unit)] == ["dark", "light", "dark"]
    # A scan is dark around too, but of other classes.
    scans = cnnviz.data.Images(sample.pixels, sample.labels % 2, ("healthy", "ill"))
    noise = np.random.default_rng(0).integers(0, 256, (50, 28, 28), dtype=np.uint8)
    numbers = cnnviz.data.Images(noise, np.arange(50) % 10, DIGITS)
    assert background_of_set(scans) is background_of_set(numbers) is background_of_set(sample.take([])) is None


def test_by_the_record() -> None:
    assert recorded_background({"background": "light"}) == "light"
    assert recorded_background({"background": None, "source": "fmnist:train"}) is None
    assert recorded_background({"source": "fmnist:train"}) == recorded_background({"source": "mnist:train"}) == "dark"
    assert recorded_background({"source": "photos"}) is recorded_background({"background": "blue"}) is None


def test_a_copy_of_unknown_origin_inverts_nothing(tmp_path: Path) -> None:
    """The bundled network as a file that somebody found: with the names of its classes it is known again."""
    from cnnviz.models.bundled import bundled_models

    shutil.copy(bundled_models()["fmnist-cnn"].path, tmp_path / "found.keras")
    bundled, found = cnnviz.open_model(), cnnviz.open_model(tmp_path / "found.keras")
    named = cnnviz.open_model(tmp_path / "found.keras", class_names=FASHION_MNIST)
    assert [probe.card.background for probe in (bundled, found, named)] == ["dark", None, "dark"]
    # So it is after a set that names its classes.
    assert found.align(cnnviz.open_images("sample"))[0].card.background == "dark"
    drawing = np.full((56, 56), 250, np.uint8)
    drawing[10:40, 20:40] = 20
    from PIL import Image

    Image.fromarray(drawing).save(tmp_path / "shirt.png")
    notes = {name: cnnviz.predict(probe, tmp_path / "shirt.png").images.notes for name, probe in
             {"bundled": bundled, "found": found, "named": named}.items()}  # fmt: skip
    assert "inverted (light background)" in notes["bundled"] and notes["named"] == notes["bundled"]
    assert any("--invert yes" in note for note in notes["found"])


def test_a_run_on_garments_records_its_background(tmp_path: Path) -> None:
    sample = cnnviz.open_images("sample")[:200]
    cnnviz.train(images=sample, layers="flatten, dense 10", epochs=1, out=tmp_path / "run", snapshots=False)
    about = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert (about["background"], about["fit"]) == ("dark", None)
    card = cnnviz.open_model(tmp_path / "run").card
    assert (card.background, card.fit) == ("dark", "stretch")
