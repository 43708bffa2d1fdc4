"""What a user does with cnnviz in Python, one function a job; each gets an empty folder and its own random numbers.

A user's own ``model.fit`` leaves its graph in TensorFlow's register of gradients, with or without cnnviz. Here it is
``released``, so that what is measured is cnnviz.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import cnnviz
from cnnviz.core.errors import CnnvizError
from cnnviz.data.input_spec import InputSpec
from cnnviz.models.own_gradient import released

from .materials import CLASSES, SHAPE, Materials

#: Methods that take a second or less for three small images; the others with their number of samples cut.
METHODS = (
    *("grad-cam", "grad-cam++", "layer-cam", "hires-cam", "xgrad-cam", "score-cam", "eigen-cam", "saliency"),
    *("input-x-gradient", "smoothgrad:samples=4", "squaregrad:samples=4", "vargrad:samples=4"),
    *("integrated-gradients:steps=8", "lrp-epsilon", "lrp-z-plus", "occlusion", "rise:masks=40"),
    *("kernel-shap:samples=60", "deconvnet", "guided-backprop", "guided-grad-cam"),
)


@dataclass(frozen=True)
class Asked:
    """What a job gets."""

    work: Path
    rng: random.Random
    have: Materials

    def probe(self) -> cnnviz.Probe:
        """Open one of the gray models anew."""
        return cnnviz.open_model(self.rng.choice(self.have.models), scale="0-1")

    def images(self, count: int = 24, folder: bool = True) -> cnnviz.Images:
        """Open one of the gray sets, or without ``folder`` one whose classes have the order of the bundled model's."""
        sets = (*self.have.sets, self.have.folder) if folder else self.have.sets
        images = cnnviz.open_images(self.rng.choice(sets), like=InputSpec(28, 28, 1))
        return images[: min(count, len(images))]

    def colored(self) -> tuple[cnnviz.Probe, cnnviz.Images]:
        """Open a color model and the photos."""
        probe = cnnviz.open_model(self.rng.choice(self.have.colored))
        return probe, cnnviz.open_images(self.have.photos[0], like=probe.spec)

    def convolution(self, probe: cnnviz.Probe) -> str:
        """Choose a convolution of a model."""
        return self.rng.choice([layer.path for layer in probe.layers if "Conv2D" in layer.kind])

    def use(self, result: Any) -> None:
        """Do with a result what can be done: save and load, tables, a document, a figure, a page."""
        place = self.work / type(result).__name__
        again = type(result).load(result.save(place.with_suffix(".npz")))
        for do in self.rng.sample((_json, _csv, _page, _figure, _shown), 3):
            do(again, place)


def _json(result: Any, place: Path) -> None:
    result.to_json(place.with_suffix(".json"))


def _csv(result: Any, place: Path) -> None:
    result.to_csv(place.with_suffix(".csv"))


def _page(result: Any, place: Path) -> None:
    result.to_html(place.with_suffix(".html"))


def _figure(result: Any, place: Path) -> None:
    result.plot().savefig(place.with_suffix(".png"))


def _shown(result: Any, place: Path) -> None:
    place.with_suffix(".txt").write_text(repr(result) + result._repr_html_())


def activations(asked: Asked) -> None:
    probe, images = asked.probe(), asked.images(6)
    asked.use(cnnviz.activations(probe, images, [asked.convolution(probe), "dense1"]))


def streams(asked: Asked) -> None:
    probe, images = asked.probe(), asked.images()
    for part in cnnviz.stream_activations(probe, images, "conv1", batch_size=7):
        assert np.isfinite(part["conv1"]).all()
    for some in cnnviz.stream_attributions(probe, images[:8], "saliency", batch_size=3):
        assert np.isfinite(some.maps).all()


def attribute(asked: Asked) -> None:
    probe, images = asked.probe(), asked.images(3)
    for method in asked.rng.sample(METHODS, 4):
        asked.use(cnnviz.attribute(probe, images, method))


def heatmaps(asked: Asked) -> None:
    probe, images = asked.colored()
    asked.use(cnnviz.heatmaps(probe, images[:3], asked.rng.sample(METHODS[:8], 2), "top-2"))


def responses(asked: Asked) -> None:
    probe, images = asked.probe(), asked.images()
    asked.use(cnnviz.responses(probe, images, [asked.convolution(probe)]))
    asked.use(cnnviz.reconstruct(probe, images, asked.convolution(probe), [0, 2], count=2))


def filters(asked: Asked) -> None:
    probe, include = asked.probe(), asked.rng.choice(((), ("maximize",), ("ablate",)))
    asked.use(cnnviz.filters(probe, asked.images(), asked.convolution(probe), include=include))


def maximize(asked: Asked) -> None:
    probe, images = asked.probe(), asked.images()
    layer = asked.convolution(probe)
    asked.use(cnnviz.maximize(probe, layer, [0, 3], images=images, steps=4, restarts=2, frames=2))


def evaluate(asked: Asked) -> None:
    probe, images = asked.probe(), asked.images(60, folder=False)
    asked.use(cnnviz.evaluate(probe, images, rounds=50, other=asked.rng.choice((None, *asked.have.models))))


def labels(asked: Asked) -> None:
    probe = cnnviz.open_model(asked.have.tagged, head="multilabel")
    images = cnnviz.open_images(asked.have.photos[0], like=probe.spec)
    tagged = np.random.default_rng(asked.rng.randrange(100)).random((len(images), CLASSES)) < 0.5
    tagged[:2] = [[False] * CLASSES, [True] * CLASSES]
    asked.use(cnnviz.evaluate_labels(probe, images, tagged, rounds=50))


def compare(asked: Asked) -> None:
    probe, images = asked.probe(), asked.images(30, folder=False)
    asked.use(cnnviz.compare(probe, images, other=asked.rng.choice(asked.have.models)))
    asked.use(cnnviz.compare_classes(probe, cnnviz.open_images("sample")[:40], "shirt", "coat"))


def representation(asked: Asked) -> None:
    probe, images = asked.probe(), asked.images(40)
    asked.use(cnnviz.embedding(probe, images, methods=asked.rng.choice(("pca", "tsne"))))
    asked.use(cnnviz.similarity(probe, images, layer=["conv1", "conv2", "dense1"]))
    asked.use(cnnviz.layer_statistics(probe, images, ["conv1", "dense1"]))


def ablate(asked: Asked) -> None:
    probe, images = asked.probe(), asked.images(40)
    asked.use(cnnviz.ablate(probe, images, "conv1"))
    cnnviz.prune(probe, images, share=0.2).save(asked.work / "pruned.keras")
    cnnviz.open_model(asked.work / "pruned.keras")


def profile(asked: Asked) -> None:
    images = asked.images(60)
    asked.use(cnnviz.profile_images(images, images[:20], model=None, parts=("medians", "duplicates", "drift")))


def report(asked: Asked) -> None:
    probe, images = asked.probe(), asked.images(40)
    include = asked.rng.choice(((), ("statistics", "similarity"), ("embedding",)))
    asked.use(cnnviz.report(probe, images, ["conv1"], include=include))


def gallery(asked: Asked) -> None:
    """Write one page of everything, of a color model."""
    probe, images = asked.colored()
    cnnviz.report(probe, images).to_html(asked.work / "gallery.html")


def predict(asked: Asked) -> None:
    probe = cnnviz.open_model(asked.rng.choice(asked.have.colored))
    asked.use(cnnviz.predict(probe, list(asked.have.photos[1:])))


def signatures(asked: Asked) -> None:
    """Ask SavedModels that are nothing but a graph."""
    gray, color = asked.have.signatures
    probe, images = cnnviz.open_model(gray), asked.images(20)
    asked.use(cnnviz.attribute(probe, images[:2], asked.rng.choice(("saliency", "occlusion", "smoothgrad:samples=4"))))
    asked.use(cnnviz.evaluate(probe, images, rounds=50))
    cnnviz.predict(cnnviz.open_model(color), list(asked.have.photos[1:]))


def given(asked: Asked) -> None:
    """Hand over data in memory, in the kinds that notebooks have."""
    from PIL import Image

    probe, images = asked.probe(), asked.images(10)
    pixels = images.pixels
    png = io.BytesIO()
    Image.fromarray(pixels[0, ..., 0]).save(png, "PNG")

    def batches() -> Iterator[np.ndarray]:
        for start in range(0, len(pixels), 4):
            yield pixels[start : start + 4]

    kinds: tuple[Any, ...] = (
        pixels,
        (pixels, images.labels),
        [Image.fromarray(one[..., 0]) for one in pixels],
        png.getvalue(),
        _dataset(pixels),
    )
    for kind in kinds:
        cnnviz.predict(probe, kind)
    cnnviz.open_images(batches(), limit=6)


def _dataset(pixels: np.ndarray) -> Any:
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(pixels).batch(4)


def in_memory(asked: Asked) -> None:
    """Build a model, ask it, train it on, ask again, and drop it."""
    import keras
    from keras import layers

    width = asked.rng.randrange(3, 7)
    model = keras.Sequential(
        [layers.Input(SHAPE), layers.Conv2D(width, 3, activation="relu"), layers.Flatten(), layers.Dense(CLASSES)]
    )
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (12, *SHAPE), dtype=np.uint8)
    for _ in range(2):
        probe = cnnviz.wrap(model, scale="0-1", head="softmax")
        cnnviz.attribute(probe, pixels[:2], asked.rng.choice(("saliency", "grad-cam", "lrp-epsilon")))
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        released(lambda: model.fit(pixels / 255.0, rng.integers(0, CLASSES, 12), verbose=0))()


def train(asked: Asked) -> None:
    """Train for two epochs, resume for none, open its model and its snapshots."""
    from cnnviz.training.plan_training import plan_training

    network, recipe, _ = plan_training(
        layers="conv 4 3x3 relu, pool 2, flatten, dense 10",
        settings={"epochs": 2, "validation": 0.2, "seed": asked.rng.randrange(9)},
    )
    run = asked.work / "run"
    for resume in (False, True):
        cnnviz.train(network, cnnviz.open_images("sample")[:120], recipe=recipe, out=run, resume=resume)
    cnnviz.open_model(run)
    cnnviz.open_snapshots(run).to_html(asked.work / "training.html")


def watched(asked: Asked) -> None:
    """Fit with the callback that keeps snapshots."""
    import keras

    model = keras.models.load_model(asked.have.models[1], compile=False)
    model.compile("adam", "sparse_categorical_crossentropy")
    images = cnnviz.open_images("sample")[:40]
    kept = cnnviz.callbacks.Snapshots(asked.work / "kept", images[:4])
    released(lambda: model.fit(images.pixels, images.labels, epochs=2, verbose=0, callbacks=[kept]))()
    asked.use(cnnviz.open_snapshots(asked.work / "kept"))


def larger_sets(asked: Asked) -> None:
    images, seed = asked.images(20), asked.rng.randrange(50)
    cnnviz.augment(images, 2.5, ["shift 4", "rotate 10", "noise:deviation=0.05"], seed=seed)
    cnnviz.synth_digits(20, seed=seed)


def refused_models(asked: Asked) -> None:
    for path in asked.have.bad_models:
        must_refuse(lambda path=path: cnnviz.open_model(path))  # type: ignore[misc]
    probe, images = asked.probe(), asked.images(4)
    must_refuse(lambda: cnnviz.activations(probe, images, "conv99"))
    must_refuse(lambda: cnnviz.attribute(probe, images, "no-such-method"))
    must_refuse(lambda: cnnviz.attribute(probe, images, "saliency", 99))
    must_refuse(lambda: cnnviz.maximize(probe, "conv1", [9999], steps=1))


def refused_sets(asked: Asked) -> None:
    for path in asked.have.bad_sets:
        must_refuse(lambda path=path: cnnviz.open_images(path))  # type: ignore[misc]
    broken = cnnviz.activations(asked.probe(), asked.images(2), "conv1").save(asked.work / "broken.npz")
    broken.write_bytes(broken.read_bytes()[:-200])
    must_refuse(lambda: cnnviz.Activations.load(broken))


def must_refuse(do: Callable[[], object]) -> None:
    """Run what has to end in an error of cnnviz, of one printable line."""
    try:
        do()
    except CnnvizError as error:
        assert str(error).isprintable(), str(error)
        return
    raise AssertionError("bad input was taken")


JOBS: dict[str, Callable[[Asked], None]] = {
    job.__name__: job
    for job in (
        *(activations, streams, attribute, heatmaps, responses, filters, maximize, evaluate, labels, compare),
        *(representation, ablate, profile, report, gallery, predict, signatures, given, in_memory, train, watched),
        *(larger_sets, refused_models, refused_sets),
    )
}
