"""The page that a command writes is the page of the Python call, byte for byte, for every command that writes one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import skimage.io

import cnnviz
from cnnviz.core.render import show
from cnnviz.data.augmentation import preview_rows as augmentation
from cnnviz.data.synthesis import preview_rows as synthesis
from cnnviz.reports.dataset.result import PARTS
from tests.cli.conftest import Run
from tests.helpers.sweeps import sweep

#: Parts of the data report that take no time.
KEPT = ("medians",)
SHOWN = ("--index", "0-11")


def shown() -> cnnviz.Images:
    return cnnviz.open_images("sample").numbered(range(12))


PAGES: dict[tuple[str, ...], Callable[[], Any]] = {
    ("report", "--layer", "conv1", *SHOWN): lambda: cnnviz.report("fmnist-cnn", shown(), "conv1"),
    ("report", "--no-embedding", "--no-maximize", *SHOWN): lambda: cnnviz.report(
        "fmnist-cnn", shown(), include={"embedding": False, "maximize": False}
    ),
    ("activations", *SHOWN): lambda: cnnviz.activations("fmnist-cnn", shown()),
    ("activations", "--layer", "conv2", *SHOWN): lambda: cnnviz.activations("fmnist-cnn", shown(), "conv2"),
    ("heatmap", "--method", "grad-cam", "--method", "saliency", *SHOWN): lambda: cnnviz.heatmaps(
        "fmnist-cnn", shown(), ["grad-cam", "saliency"]
    ),
    ("heatmap", "--compare", "shirt,coat", "--n", "1000"): lambda: cnnviz.confused_pairs(
        "fmnist-cnn", "sample", "shirt", "coat", ["grad-cam"]
    ),
    ("filters", "--layer", "conv1", *SHOWN): lambda: cnnviz.filters("fmnist-cnn", shown(), "conv1"),
    ("deconv", "--layer", "conv1", "--channel", "0-3", *SHOWN): lambda: cnnviz.reconstruct(
        "fmnist-cnn", shown(), "conv1", range(4)
    ),
    ("maximize", "--layer", "conv1", "--channel", "0-3", "--n", "1000"): lambda: cnnviz.maximize(
        "fmnist-cnn", "conv1", range(4), images="sample"
    ),
    ("maximize", "--layer", "conv1", "--channel", "0-3", "--steps", "8", "--control", "--n", "1000"): lambda: (
        cnnviz.maximize("fmnist-cnn", "conv1", range(4), images="sample", steps=8, with_control=True)
    ),
    ("embedding", *SHOWN): lambda: cnnviz.embedding("fmnist-cnn", shown()),
    ("similarity", *SHOWN): lambda: cnnviz.similarity("fmnist-cnn", shown()),
    ("ablate", "--layer", "conv1", *SHOWN): lambda: cnnviz.ablate("fmnist-cnn", shown(), "conv1"),
    ("data", "sample", *(word for part in PARTS for word in ("--without", part) if part not in KEPT)): lambda: (
        cnnviz.profile_images("sample", parts=KEPT)
    ),
    ("evaluate", "--data", "sample", *SHOWN): lambda: cnnviz.evaluate("fmnist-cnn", shown()),
    ("evaluate", "--data", "sample", "--other", "fmnist-best", *SHOWN): lambda: cnnviz.evaluate(
        "fmnist-cnn", shown(), other="fmnist-best"
    ),
    ("compare", "fmnist-cnn", "fmnist-best", *SHOWN): lambda: cnnviz.compare(
        "fmnist-cnn", shown(), other="fmnist-best"
    ),
    ("compare", "shirt", "coat", *SHOWN): lambda: cnnviz.compare_classes("fmnist-cnn", shown(), "shirt", "coat"),
    ("predict", "a.png", "b.png", "--format", "html"): lambda: cnnviz.heatmaps(
        "fmnist-cnn", ["a.png", "b.png"], ["grad-cam"]
    ),
    ("training", "run"): lambda: cnnviz.open_snapshots("run"),
}


#: One page of each family; the others are swept.
FIRST = (
    ("activations", *SHOWN),
    ("heatmap", "--method", "grad-cam", "--method", "saliency", *SHOWN),
    ("deconv", "--layer", "conv1", "--channel", "0-3", *SHOWN),
    ("embedding", *SHOWN),
    ("evaluate", "--data", "sample", "--other", "fmnist-best", *SHOWN),
    ("compare", "shirt", "coat", *SHOWN),
    ("predict", "a.png", "b.png", "--format", "html"),
)


@pytest.mark.parametrize("arguments", sweep(PAGES, *FIRST), ids=" ".join)
def test_the_page_of_a_command_is_that_of_the_call(arguments: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    for name, pixels in zip(("a", "b"), shown().pixels, strict=False):
        skimage.io.imsave(tmp_path / f"{name}.png", pixels[:, :, 0], check_contrast=False)
    if arguments[0] == "training":
        cnnviz.train("depp-fc", "sample", out=tmp_path / "run", epochs=1)
    done = run(*arguments, "--out", "page.html")
    assert done.code == 0, done.err
    assert PAGES[arguments]().to_html() == (tmp_path / "page.html").read_bytes()


PREVIEWS: dict[tuple[str, ...], Callable[[], Any]] = {
    ("augment", "sample", "--factor", "1", "--preset", "lab"): lambda: augmentation.preview(
        cnnviz.open_images("sample"), "lab"
    ),
    ("synth-digits", "--n", "20", "--size", "20"): lambda: synthesis.preview(cnnviz.synth_digits(20, size=20)),
}


@pytest.mark.parametrize("arguments", list(PREVIEWS), ids=" ".join)
def test_the_preview_page_of_a_command_is_that_of_the_call(
    arguments: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    done = run(*arguments, "--out", "set.npz", "--preview", "page.html")
    assert done.code == 0, done.err
    assert show(PREVIEWS[arguments](), "page").single() == (tmp_path / "page.html").read_bytes()
