"""Small models and sets of every kind, written once into a folder for the jobs to open."""

from __future__ import annotations

import csv
import gzip
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

#: Height, width and channels of the images of the models made here.
SHAPE = (16, 16, 3)
CLASSES = 4


@dataclass(frozen=True)
class Materials:
    """Paths by kind.

    ``models`` take gray images of 28×28, ``colored`` those of ``SHAPE``, ``signatures`` either, but show no inner
    layers; ``tagged`` gives several labels. ``folder`` holds what ``sets`` hold, its classes in the order of their
    names. What is ``bad`` has to be refused.
    """

    models: tuple[str, ...]
    colored: tuple[str, ...]
    signatures: tuple[str, str]
    tagged: str
    sets: tuple[str, ...]
    folder: str
    photos: tuple[str, ...]
    bad_models: tuple[str, ...]
    bad_sets: tuple[str, ...]


def make(place: Path) -> Materials:
    """Write them all below ``place``."""
    from cnnviz.models.import_tensorflow import tensorflow

    tensorflow()
    import keras

    place.mkdir(parents=True)
    keras.utils.set_random_seed(0)
    plain, branched, tagged = _plain((28, 28, 1), 10), _branched(), _tagged()
    plain.save(place / "plain.keras")
    plain.save(place / "plain.h5")
    plain.export(place / "plain-saved", verbose=False)
    branched.save(place / "branched.keras")
    branched.save(place / "branched.h5")
    branched.export(place / "branched-saved", verbose=False)
    tagged.save(place / "tagged.keras")
    whole = (place / "plain.keras").read_bytes()
    (place / "cut.keras").write_bytes(whole[: len(whole) // 2])
    (place / "cut.h5").write_bytes((place / "plain.h5").read_bytes()[:3000])
    (place / "text.keras").write_text("not a model")
    _lambda().save(place / "lambda.keras")
    models, colored = ("plain.keras", "plain.h5"), ("branched.keras", "branched.h5")
    bad = ("cut.keras", "cut.h5", "text.keras", "lambda.keras", "missing.keras")
    return Materials(
        models=("fmnist-cnn", *(str(place / name) for name in models)),
        colored=tuple(str(place / name) for name in colored),
        signatures=(str(place / "plain-saved"), str(place / "branched-saved")),
        tagged=str(place / "tagged.keras"),
        sets=_gray_sets(place),
        folder=str(place / "gray-folder"),
        photos=_photos(place),
        bad_models=tuple(str(place / name) for name in bad),
        bad_sets=_bad_sets(place),
    )


def _plain(shape: tuple[int, int, int], classes: int) -> Any:
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input(shape),
            layers.Rescaling(1 / 255),
            layers.Conv2D(6, 3, name="conv1"),
            layers.BatchNormalization(name="norm1"),
            layers.ReLU(name="relu1"),
            layers.MaxPooling2D(name="pool1"),
            layers.Conv2D(8, 3, activation="relu", name="conv2"),
            layers.Flatten(),
            layers.Dense(12, activation="relu", name="dense1"),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def _branched() -> Any:
    from keras import Model, layers

    given = layers.Input(SHAPE)
    start = layers.Conv2D(6, 3, padding="same", activation="relu", name="conv1")(layers.Rescaling(1 / 255)(given))
    left = layers.SeparableConv2D(6, 3, padding="same", activation="gelu", name="left")(start)
    right = layers.Conv2D(6, 1, activation="relu", name="right")(start)
    joined = layers.Concatenate(name="joined")([layers.Add()([start, left]), right])
    pooled = layers.GlobalAveragePooling2D()(layers.AveragePooling2D(2)(joined))
    return Model(given, layers.Dense(CLASSES, activation="softmax")(pooled), name="branched")


def _tagged() -> Any:
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input(SHAPE),
            layers.Rescaling(1 / 255),
            layers.Conv2D(6, 3, activation="relu", name="conv1"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(CLASSES, activation="sigmoid"),
        ]
    )


def _lambda() -> Any:
    from keras import Sequential, layers

    return Sequential([layers.Input((28, 28, 1)), layers.Lambda(lambda x: x / 2), layers.Flatten(), layers.Dense(10)])


def _gray_sets(place: Path) -> tuple[str, ...]:
    from PIL import Image

    import cnnviz

    some = cnnviz.open_images("sample")[:60]
    assert some.labels is not None
    pixels, labels = some.pixels[..., 0], some.labels
    np.savez(place / "gray.npz", x=pixels, y=labels)
    np.save(place / "gray.npy", pixels)
    with (place / "gray.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["label", *(f"pixel{i}" for i in range(28 * 28))])
        writer.writerows([label, *image.ravel()] for label, image in zip(labels, pixels, strict=True))
    head = struct.pack(">IIII", 0x803, len(pixels), 28, 28)
    (place / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(head + pixels.tobytes()))
    (place / "train-labels-idx1-ubyte.gz").write_bytes(
        gzip.compress(struct.pack(">II", 0x801, len(labels)) + labels.astype(np.uint8).tobytes())
    )
    for i, (label, image) in enumerate(zip(labels, pixels, strict=True)):
        folder = place / "gray-folder" / some.class_names[label].replace("/", "-")
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / f"{i}.png")
    names = ("gray.npz", "gray.csv", "train-images-idx3-ubyte.gz")
    return ("sample", *(str(place / name) for name in names))


def _photos(place: Path) -> tuple[str, ...]:
    from PIL import Image

    rng = np.random.default_rng(1)
    made = []
    for i, suffix in enumerate(("jpg", "png", "webp", "bmp", "gif", "tiff", "jpg", "png")):
        folder = place / "photos" / f"kind{i % CLASSES}"
        folder.mkdir(parents=True, exist_ok=True)
        coarse = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
        made.append(folder / f"{i}.{suffix}")
        Image.fromarray(coarse).resize((64 + i, 48), Image.Resampling.BILINEAR).save(made[-1])
    return (str(place / "photos"), *map(str, made))


def _bad_sets(place: Path) -> tuple[str, ...]:
    (place / "cut.npz").write_bytes((place / "gray.npz").read_bytes()[:5000])
    (place / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    (place / "words.csv").write_text("label,pixel0\nshirt,dark\n")
    np.save(place / "five.npy", np.zeros((2, 2, 2, 2, 2)))
    (place / "empty").mkdir()
    return tuple(str(place / name) for name in ("cut.npz", "cut.png", "words.csv", "five.npy", "empty", "no-such-set"))
