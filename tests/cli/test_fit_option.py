"""``--fit``: a folder evaluates as Keras does it, and a run is fed as it was trained."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import cnnviz
from cnnviz.data.fit import Fit
from tests.helpers.sweeps import sweep

SHAPES = {
    "square": [(48, 48)],
    "wide": [(40, 96)],
    "tall": [(90, 37)],
    "mixed": [(48, 48), (40, 96), (90, 37), (24, 24), (21, 30)],
}
FITS = {"stretch": {}, "crop": {"crop_to_aspect_ratio": True}, "pad": {"pad_to_aspect_ratio": True}}
SIDE, CLASSES, COUNT = 24, 2, 40


def scene(random: np.random.Generator, size: tuple[int, int], channels: int) -> np.ndarray:
    """Smooth blobs, light or dark, different at every edge."""
    small = random.integers(0, 256, (5, 5, channels), dtype=np.uint8)
    picture = Image.fromarray(small[..., 0] if channels == 1 else small)
    return np.asarray(picture.resize(size[::-1], Image.Resampling.BICUBIC))


def network(channels: int):
    """A network that sees the edges at every place by themselves, so that it notices any other shape."""
    import keras

    keras.utils.set_random_seed(3)
    layers = keras.layers
    wide = keras.initializers.RandomNormal(stddev=0.3)
    net = keras.Sequential(
        [
            layers.Input((SIDE, SIDE, channels)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(4, 3, use_bias=False),
            layers.Flatten(),
            layers.Dense(CLASSES, "softmax", kernel_initializer=wide),
        ]
    )
    kernel = net.layers[1].kernel.numpy()
    # What is plain, as a black frame is, speaks for no class.
    net.layers[1].set_weights([kernel - kernel.mean((0, 1, 2))])
    net.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return net


def dataset(folder: Path, channels: int, fit: str):
    import keras

    mode = "rgb" if channels == 3 else "grayscale"
    return keras.utils.image_dataset_from_directory(
        folder, image_size=(SIDE, SIDE), color_mode=mode, shuffle=False, verbose=False, **FITS[fit]
    )


def labeled_folder(folder: Path, shape: str, channels: int, net, fit: str, kind: str = "png") -> Path:
    """Write images in the folders of the classes that the network says when Keras reads them with this fit."""
    random = np.random.default_rng(9)
    loose = folder / "loose" / "all"
    loose.mkdir(parents=True)
    for i in range(COUNT):
        sizes = SHAPES[shape]
        Image.fromarray(scene(random, sizes[i % len(sizes)], channels)).save(loose / f"{i:02}.{kind}")
    said = net.predict(dataset(loose.parent, channels, fit), verbose=0).argmax(1)
    for i, label in enumerate(said):
        place = folder / "set" / f"c{label}"
        place.mkdir(parents=True, exist_ok=True)
        (loose / f"{i:02}.{kind}").rename(place / f"{i:02}.{kind}")
    assert len(set(said)) == CLASSES
    return folder / "set"


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("shape", sweep(SHAPES, "mixed"))
def test_a_folder_evaluates_as_in_keras(run, tmp_path: Path, shape: str, channels: int) -> None:
    net = network(channels)
    net.save("net.keras")
    accuracies = {}
    for fit in FITS:
        folder = labeled_folder(tmp_path / fit, shape, channels, net, fit)
        held = dataset(folder, channels, fit)
        loss, accuracy = net.evaluate(held, verbose=0)
        command = [
            "evaluate",
            "--model",
            "net.keras",
            "--data",
            str(folder),
            "--json",
            "--out",
            "evaluation.json",
            "-f",
        ]
        done = run(*command, *(() if fit == "stretch" else ("--fit", fit)))
        assert done.code == 0, done.err
        found = json.loads(done.out)
        assert found["accuracy"]["value"] == accuracy == 1
        assert found["loss"]["value"] == pytest.approx(loss, rel=1e-4)
        words = {"stretch": "stretched", "pad": "padded with black", "crop": "cropped"}[fit]
        assert ("bilinear" if shape == "square" else f"{words}, bilinear") in done.err
        for asked in FITS:
            result = cnnviz.evaluate(net, folder, fit=asked)
            accuracies[fit, asked] = result.accuracy
            if asked == fit:
                np.testing.assert_allclose(result.probabilities, net.predict(held, verbose=0), atol=1e-5)
    # The test would notice another shape.
    if shape != "square":
        assert all(accuracies[fit, asked] < 0.95 for fit in FITS for asked in FITS if fit != asked), accuracies


def test_a_folder_of_jpegs_has_the_same_predictions(run, tmp_path: Path) -> None:
    net = network(3)
    folder = labeled_folder(tmp_path, "mixed", 3, net, "stretch", "jpg")
    result = cnnviz.evaluate(net, folder)
    expected = net.predict(dataset(folder, 3, "stretch"), verbose=0)
    assert (result.predicted == expected.argmax(1)).mean() >= 0.95
    assert np.abs(result.probabilities - expected).max() < 0.2


def test_a_run_is_fed_as_it_was_trained(run, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for label in range(2):
        (tmp_path / "photos" / f"c{label}").mkdir(parents=True)
        for i in range(12):
            size = (24, 24) if i % 3 else (20, 40)
            path = tmp_path / "photos" / f"c{label}" / f"{i}.png"
            Image.fromarray(random.integers(0, 256, size, dtype=np.uint8)).save(path)
    words = ("train", "--layers", "conv 2 3x3, flatten, dense 2", "--epochs", "1", "--batch-size", "8", "-q")
    for name, given in (("padded", ("--fit", "pad")), ("plain", ())):
        done = run(*words, "--data", "photos", "--out", name, *given)
        assert done.code == 0, done.err
    about = json.loads(Path("padded", "run.json").read_text(encoding="utf-8"))
    assert (
        about["fit"] == "pad" and json.loads(Path("plain", "run.json").read_text(encoding="utf-8"))["fit"] == "stretch"
    )
    probe = cnnviz.open_model("padded")
    assert probe.card.fit == "pad" and probe.spec.fit == Fit("pad") and cnnviz.open_model("plain").card.fit == "stretch"
    results = {
        fit: json.loads(run("evaluate", "--model", "padded", "--data", "photos", "--json", "-f", "--fit", fit).out)
        for fit in ("auto", "pad", "stretch")
    }
    assert results["auto"]["loss"] == results["pad"]["loss"] != results["stretch"]["loss"]
    assert cnnviz.evaluate(probe, "photos").model.fit == "pad"
    # An enlarged set says how it was fitted, and so does a training on it.
    assert run("augment", "photos", "--fit", "crop", "--out", "more.npz", "-q").code == 0
    assert cnnviz.open_images("more.npz").fit == Fit("crop")
    assert run(*words, "--data", "more.npz", "--out", "more").code == 0
    assert cnnviz.open_model("more").card.fit == "crop"


def test_data_says_how_it_fits(run, tmp_path: Path) -> None:
    for i, size in enumerate([(8, 8), (8, 8), (8, 20)]):
        Image.fromarray(np.full(size, 50 * i, np.uint8)).save(tmp_path / f"{i}.png")
    done = run("data", str(tmp_path), "--fit", "crop", "--format", "json")
    assert done.code == 0 and "resized 1 image to 8×8 (cropped, bilinear)" in done.err, done.err


@pytest.mark.parametrize("wrong", ["squash", "pad,smooth", ""])
def test_another_word_is_refused(run, wrong: str) -> None:
    done = run("evaluate", "--fit", wrong)
    assert done.code == 2 and "stretch, pad, crop" in done.err and done.err.count("\n") <= 3


def test_heatmaps_over_the_original(run, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for name, size in (("a.png", (60, 90)), ("b.png", (40, 30))):
        Image.fromarray(random.integers(0, 256, size, dtype=np.uint8)).save(tmp_path / name)
    done = run("heatmap", "--original", "--fit", "crop", "a.png", "b.png", "--method", "saliency", "--out", "maps.png")
    assert done.code == 0, done.err
    sheet = np.asarray(Image.open("maps.png"))
    np.testing.assert_array_equal(sheet[132:192, 24:114, 0], np.asarray(Image.open("a.png")))
    assert run("heatmap", "--original", "a.png", "--method", "saliency", "--out", "maps.html").code == 0
    assert b'"originals":[{' in Path("maps.html").read_bytes()
    for wrong, words in (
        (("--out", "maps.npz", "a.png"), "html and png"),
        (("--compare", "shirt,coat"), "html and png"),
        (("--data", "sample"), "only images from image files"),
    ):
        refused = run("heatmap", "--original", *wrong)
        assert refused.code == 2 and words in refused.err, refused.err
