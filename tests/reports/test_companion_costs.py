"""Unasked, filters make only the companions that are quick for their model and images."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.features.filters.shuffle_test import FEWEST, MOST_WORK, SHUFFLES, shuffle_counts
from cnnviz.models.kernels import kernel_of
from cnnviz.reports import companion_costs
from cnnviz.reports.companion_costs import is_quick_to_ablate, quick_to_maximize, quick_to_reconstruct


def large() -> keras.Model:
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((256, 256, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 3, activation="relu", name="first"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(4),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(32, name="wide"),
            layers.Dense(5, "softmax"),
        ]
    )


@pytest.mark.parametrize("name", ["fmnist-cnn", "fmnist-best"])
def test_bundled_networks_get_everything(name: str) -> None:
    probe, images = cnnviz.open_model(name), cnnviz.open_images("sample")[:20]
    result = cnnviz.filters(probe, images, include=())
    # With as many images as the command takes by default.
    result = type(result)(**{**vars(result), "images": cnnviz.open_images("sample")})
    assert quick_to_maximize(probe, result) == quick_to_reconstruct(probe, result) == list(result)
    assert is_quick_to_ablate(probe, result)
    assert {held.structure.shuffles for held in result.layers.values()} == {SHUFFLES}


def test_large_images_get_what_is_quick_and_notes_say_what_is_not(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 256, 256, 3), dtype=np.uint8)
    result = cnnviz.filters(large(), pixels, ["first", "wide"])
    made = {type(one).__name__ + getattr(getattr(one, "layer", None), "path", "") for one in result.companions}
    assert made == {"Statistics", "Reconstructionsfirst"}
    for title, name in (("reconstructions of wide", "reconstruct"), ("maximized images of first, wide", "maximize")):
        said = f"skipped {title}: slow for this model and these images; ask for {name!r} to include it"
        assert said in result.notes


def test_what_is_asked_for_is_made_whatever_it_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("MOST_MAXIMIZED", "MOST_PROJECTED", "MOST_REMOVED"):
        monkeypatch.setattr(companion_costs, limit, 0)
    images = cnnviz.open_images("sample")[:4]
    unasked = cnnviz.filters("fmnist-cnn", images, "conv1")
    assert [type(one).__name__ for one in unasked.companions] == ["Statistics"] and len(unasked.notes) == 3
    asked = cnnviz.filters("fmnist-cnn", images, "conv1", include={"reconstruct": True})
    assert [type(one).__name__ for one in asked.companions] == ["Statistics", "Reconstructions", "Reconstructions"]


def test_shuffles_share_the_time() -> None:
    shapes = {"small": (3, 3, 8, 8), "wide": (1, 1, 2048, 1000), "middle": (1, 1, 160, 960), "deep": (3, 3, 512, 512)}
    counts = shuffle_counts(shapes)
    assert counts["small"] == SHUFFLES and counts["wide"] == 0
    assert all(count == 0 or FEWEST <= count <= SHUFFLES for count in counts.values())
    assert shuffle_counts({"middle": shapes["middle"]})["middle"] >= counts["middle"] > 0
    many = shuffle_counts({str(i): (1, 1, 96, 576) for i in range(200)})
    assert sum(count * 48 * 96 * 576 for count in many.values()) <= MOST_WORK
    probe = cnnviz.open_model("fmnist-best")
    kernels = {layer.path: kernel_of(probe, layer.path) for layer in probe.layers}
    assert set(shuffle_counts({path: k.shape for path, k in kernels.items() if k is not None}).values()) == {SHUFFLES}


@pytest.mark.slow
def test_memory_is_bounded(tmp_path: Path) -> None:
    large().save(tmp_path / "net.keras")
    np.save(tmp_path / "x.npy", np.random.default_rng(0).integers(0, 256, (3, 256, 256, 3), dtype=np.uint8))
    code = (
        "import cnnviz, resource\n"
        "from cnnviz.cli.main import main\n"
        "try: main(['filters', '--model', 'net.keras', '--data', 'x.npy', '--layer', 'first', '-q'])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=True
    )
    assert int(done.stdout.split()[-1]) * (1 if sys.platform != "darwin" else 1 / 1024) < 1_500_000
