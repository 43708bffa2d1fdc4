"""Photograph every route of the gallery for visual review: light and dark, wide and narrow, and odd cases.

    python tools/review_screens.py [FOLDER] [--only WORD]

Writes PNGs to test-artifacts/review/CASE/ROUTE-WIDTH-THEME.png.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

import cnnviz

sys.path.insert(0, str(Path(__file__).resolve().parent))

FOLDER = Path(__file__).resolve().parents[1] / "test-artifacts" / "review"

#: Name to width and height.
SIZES = {"wide": (1280, 900), "narrow": (360, 780)}

ROUTES = {
    "overview": "#/",
    "images": "#/images",
    "images-wrong": "#/images?right=0&sort=loss",
    "image": "#/image/ID",
    "layer": "#/layer/LAYER?image=ID",
    "units": "#/layer/UNITS?image=ID",
    "channel": "#/layer/LAYER/1?image=ID",
    "unit": "#/layer/UNITS/1?image=ID",
    "compare": "#/compare",
    "compare-classes": "#/compare?of=classes",
    "compare-models": "#/compare?of=models",
    "compare-methods": "#/compare?of=methods&image=ID",
    "compare-pairs": "#/compare?of=pairs",
    "image-maps": "#/image/ID?as=map&scale=unit&maps=smooth",
    "images-heat": "#/images?scale=pictures",
    "deconv": "#/deconv/DECONV",
    "deconv-layer": "#/deconv/DECONV?scale=layer&n=9",
    "draw": "#/draw?image=ID",
    "draw-occlusion": "#/draw?image=ID&overlay=occlusion",
    "about": "#/about",
    "nowhere": "#/nowhere",
    "evaluation": "#/evaluation",
    "data": "#/data",
    "embedding": "#/embedding",
    "training": "#/training",
}
#: Routes of one kind of result, by an attribute that only it has.
NEEDS = {
    "compare-models": "agreement",
    "compare-methods": "attributions",
    "compare-pairs": "chosen",
    "image-maps": "attributions",
    "images-heat": "attributions",
    "deconv": "boxes",
    "deconv-layer": "boxes",
    "evaluation": "companions",
    "data": "companions",
    "embedding": "companions",
    "training": "companions",
}
#: Odd cases are photographed wide and light, and narrow and dark.
MIXED = (("wide", "light"), ("narrow", "dark"))
ALL = tuple((size, theme) for size in SIZES for theme in ("light", "dark"))


def main() -> None:
    """Make all screenshots and print where they are."""
    from ensure_needs import NEEDS
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="where the PNGs go")
    parser.add_argument("--only", metavar="WORD", default="", help="cases and routes whose name contains this word")
    arguments = parser.parse_args()
    folder, only = arguments.folder, arguments.only
    chromium = NEEDS["chromium"].find()
    if chromium is None:
        sys.exit("there is no Chromium; make test-needs installs one")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        for name, make in CASES.items():
            if only in name or any(only in route for route in ROUTES):
                _photograph(browser, name, make, Path(scratch), folder / name, only)
        browser.close()
    print(folder)


def _photograph(browser: Any, name: str, make: Callable[[], Any], scratch: Path, folder: Path, only: str) -> None:
    wanted = {route: address for route, address in ROUTES.items() if only in name or only in route}
    if not wanted:
        return
    result = make()
    page = result.to_html(scratch / f"{name}.html")
    folder.mkdir(parents=True, exist_ok=True)
    for size, theme in ALL if name == "report" else MIXED:
        width, height = SIZES[size]
        tab = browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion="reduce",
            has_touch=size == "narrow",
        )
        faults: list[str] = []
        tab.on("console", lambda message, faults=faults: faults.append(message.text))
        tab.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
        for route, address in _addresses(result, wanted):
            tab.goto("about:blank")
            tab.goto(page.as_uri() + address)
            tab.wait_for_selector("main .page")
            tab.wait_for_timeout(900 if "occlusion" in route or "image" in route else 400)
            tab.screenshot(
                path=folder / f"{route}-{size}-{theme}.png", full_page=not route.startswith(("images", "deconv"))
            )
            aside = tab.evaluate("document.documentElement.scrollWidth") - width
            if aside > 0:
                faults.append(f"scrolls sideways by {aside} px")
            for fault in faults:
                print(f"{name} {route} {size} {theme}: {fault}")
            faults.clear()
        tab.close()


def _addresses(result: Any, routes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Fill an image and layers of this page into the addresses; leave out those without data."""
    shown = getattr(result, "predictions", None) or getattr(result, "first", result)
    layers = [layer for layer in shown.model.layers if layer.kind not in ("Dropout", "Flatten", "InputLayer")]
    maps = [layer.path for layer in layers if layer.spatial and layer.shape[0] > 1]
    units = [layer.path for layer in layers if not layer.spatial]
    right = shown.right
    position = 0 if right is None or right.all() else int(np.flatnonzero(~right)[0])
    picture = shown.images.indices[position]
    unique = len(set(shown.images.indices.tolist())) == len(shown)
    for route, address in routes.items():
        if ("LAYER" in address and not maps) or ("UNITS" in address and not units):
            continue
        if (route == "images-wrong" and right is None) or (route in NEEDS and not getattr(result, NEEDS[route], None)):
            continue
        address = address.replace("LAYER", maps[-2 if len(maps) > 1 else 0] if maps else "")
        address = address.replace("UNITS", units[0] if units else "").replace(
            "ID", str(picture if unique else position)
        )
        address = address.replace("DECONV", getattr(getattr(result, "layer", None), "path", ""))
        yield route, address


def _sample(count: int | None = None) -> cnnviz.Images:
    images = cnnviz.open_images("sample")
    return images if count is None else images[:count]


def _report() -> Any:
    return cnnviz.report("fmnist-cnn", _sample(), include=())


def _run() -> Any:
    """A short run with everything that a report includes: the evaluation, the data, its training, …"""
    with tempfile.TemporaryDirectory() as folder:
        cnnviz.train("mcmullin-cnn", "sample", out=Path(folder) / "run", epochs=3)
        return cnnviz.report(Path(folder) / "run", _sample(), include="auto")


def _activations() -> Any:
    return cnnviz.activations("fmnist-cnn", _sample(10), "conv2")


def _unlabeled() -> Any:
    images = _sample(60)
    return cnnviz.report("fmnist-cnn", cnnviz.Images(images.pixels, source="unlabeled images"), include=())


def _one_picture() -> Any:
    return cnnviz.report("fmnist-cnn", _sample(1), include=())


def _mlp() -> Any:
    from keras import layers

    return cnnviz.report(
        _net(layers.Flatten(), layers.Dense(64, "relu", name="hidden"), layers.Dense(10, "softmax")),
        _sample(200),
        include=(),
    )


def _thousand_classes() -> Any:
    from keras import layers

    model = _net(
        layers.Conv2D(24, 3, strides=2, activation="relu", name="stem"),
        layers.Conv2D(48, 3, strides=2, activation="tanh", name="body"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(1000, "softmax"),
        shape=(48, 48, 3),
    )
    random = np.random.default_rng(1)
    coarse = random.integers(0, 256, (120, 6, 6, 3), dtype=np.uint8)
    names = [f"species no. {i} of a long list" for i in range(1000)]
    images = cnnviz.Images(coarse.repeat(8, axis=1).repeat(8, axis=2), random.integers(0, 1000, 120), tuple(names))
    return cnnviz.report(cnnviz.wrap(model, class_names=names, scale="0-1"), images, include=())


def _unknown_layer() -> Any:
    from keras import layers

    model = _net(
        layers.Conv2D(16, 3, activation="relu", name="conv"),
        layers.MaxPooling2D(name="pool"),
        layers.Conv2DTranspose(8, 3, activation="relu", name="unknown_to_the_page"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, "softmax"),
    )
    return cnnviz.report(model, _sample(100), include=())


def _two_models() -> Any:
    from keras import layers

    other = _net(layers.Conv2D(8, 5, strides=2, activation="relu"), layers.Flatten(), layers.Dense(10, "softmax"))
    sample = _sample()
    other.compile("adam", "sparse_categorical_crossentropy")
    other.fit(sample.pixels / 255.0, sample.labels, epochs=3, verbose=0)
    return cnnviz.compare(
        "fmnist-cnn", sample, other=cnnviz.wrap(other, name="small-cnn", scale="0-1", class_names=sample.class_names)
    )


def _heatmaps() -> Any:
    from cnnviz.attribution.heatmaps import heatmaps
    from cnnviz.core.targets import PREDICTED, Contrast, OneClass

    methods = ["grad-cam", "saliency", "integrated-gradients", "guided-backprop", "deconvnet"]
    return heatmaps("fmnist-cnn", _sample(24), methods, [PREDICTED, Contrast(OneClass(6), OneClass(0))])


def _pairs() -> Any:
    from cnnviz.attribution.confused_pairs import confused_pairs

    return confused_pairs("fmnist-cnn", _sample(), "shirt", "t-shirt", ["grad-cam", "integrated-gradients"])


def _reconstructions() -> Any:
    from cnnviz.attribution.reconstruct import reconstruct

    return reconstruct("fmnist-cnn", _sample(), "conv2")


def _net(*stack: Any, shape: tuple[int, int, int] = (28, 28, 1)) -> Any:
    import keras

    keras.utils.set_random_seed(3)
    return keras.Sequential([keras.Input(shape), *stack])


CASES: dict[str, Callable[[], Any]] = {
    "report": _report,
    "run": _run,
    "activations": _activations,
    "unlabeled": _unlabeled,
    "one-picture": _one_picture,
    "mlp": _mlp,
    "thousand-classes": _thousand_classes,
    "unknown-layer": _unknown_layer,
    "two-models": _two_models,
    "heatmaps": _heatmaps,
    "pairs": _pairs,
    "reconstructions": _reconstructions,
}

if __name__ == "__main__":
    main()
