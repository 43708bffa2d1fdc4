"""A photo dropped on the page: the probabilities are those of the command line."""

from __future__ import annotations

import base64
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import cnnviz
from cnnviz.gallery import activations_page
from tests.helpers.sweeps import sweep

from .test_draw import DROP, exact

pytestmark = pytest.mark.browser

FITS = ["stretch", "pad", "crop", "stretch,antialias", "crop,nearest"]


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> list[Path]:
    """A square, a wide and a tall photo in color, a gray one, and one that fades out."""
    skimage = pytest.importorskip("skimage")
    held, folder = Path(skimage.__file__).parent / "data", tmp_path_factory.mktemp("photos")
    paths = [held / f"{name}.png" for name in ("astronaut", "coffee", "camera")]
    tall = folder / "tall.png"
    Image.open(held / "chelsea.png").rotate(90, expand=True).save(tall)
    fading = Image.open(held / "coffee.png").convert("RGB")
    fading.putalpha(Image.linear_gradient("L").resize(fading.size))
    fading.save(folder / "fading.png")
    return [*paths, tall, folder / "fading.png"]


def network(size: tuple[int, int], channels: int):
    """A network that answers differently to every fit."""
    import keras

    keras.utils.set_random_seed(5)
    layers = keras.layers
    net = keras.Sequential(
        [
            layers.Input((*size, channels)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(6, 3, activation="relu", name="conv"),
            layers.Flatten(),
            layers.Dense(4, "softmax", kernel_initializer=keras.initializers.RandomNormal(stddev=0.15)),
        ]
    )
    return cnnviz.wrap(net, class_names=["a", "b", "c", "d"])


def dropped(watched, path: Path) -> np.ndarray:
    """The probabilities that the page gives for a file dropped on it, to four digits."""
    page = watched.open("#/draw")
    page.evaluate(DROP, [base64.b64encode(path.read_bytes()).decode(), "drop"])
    page.wait_for_selector(".done:has-text('resized')")
    watched.settle()
    return exact(page)


@pytest.mark.parametrize("case", sweep(product((1, 3), FITS), (1, "pad"), (3, "crop,nearest")))
def test_the_page_answers_as_the_shell(visit, photos: list[Path], case: tuple[int, str]) -> None:
    channels, fit = case
    probe = network((20, 30), channels)
    shell_probe = probe.with_fit(fit)
    shell = cnnviz.activations(probe, photos, "conv", fit=fit)
    assert shell.model.fit == fit
    watched = visit(activations_page(shell))
    for i, path in enumerate(photos):
        np.testing.assert_allclose(dropped(watched, path), shell.probabilities[i], atol=1e-3, err_msg=path.name)
        said = watched.page.inner_text(".done").partition(": ")[2]
        notes = cnnviz.open_images(path, like=shell_probe.spec).notes
        assert said == ", ".join(note for note in notes if "repeated" not in note) + "."
    others = [cnnviz.activations(probe, photos, "conv", fit=other).probabilities for other in FITS if other != fit]
    assert all(np.abs(shell.probabilities - other).max() > 0.01 for other in others), "no photo tells the fits apart"


def test_what_is_inverted_in_the_shell_is_inverted_in_the_page(visit, photos: list[Path], tmp_path: Path) -> None:
    """A drawing for the bundled model, and for one that is not known; a photo for the bundled one."""
    skimage = pytest.importorskip("skimage")
    horse = tmp_path / "horse.png"
    Image.open(Path(skimage.__file__).parent / "data" / "horse.png").convert("L").save(horse)
    unknown = network((28, 28), 1)
    for model, layer, path, note in (
        ("fmnist-cnn", "conv1", horse, "inverted (light background)"),
        ("fmnist-cnn", "conv1", photos[2], "not inverted: light corners, but no plain background"),
        (unknown, "conv", horse, "not inverted, since it is unknown whether"),
    ):
        shell = cnnviz.activations(model, [path], layer)
        assert any(line.startswith(note) for line in shell.images.notes), shell.images.notes
        watched = visit(activations_page(shell))
        np.testing.assert_allclose(dropped(watched, path), shell.probabilities[0], atol=1e-3)
        assert note in watched.page.inner_text(".done")


@pytest.mark.parametrize("invert", sweep(("yes", "no"), "yes"))
def test_the_page_inverts_as_it_was_told(visit, photos: list[Path], invert: str) -> None:
    """``--invert`` of the command that made the page holds for what is dropped on it, whatever its background."""
    skimage = pytest.importorskip("skimage")
    horse = Path(skimage.__file__).parent / "data" / "horse.png"
    for path in (horse, photos[0]):
        shell = cnnviz.activations("fmnist-cnn", [path], "conv1", invert=invert)
        assert shell.model.invert == invert
        watched = visit(activations_page(shell))
        np.testing.assert_allclose(dropped(watched, path), shell.probabilities[0], atol=1e-3)
        assert (", inverted." in watched.page.inner_text(".done")) == (invert == "yes")
