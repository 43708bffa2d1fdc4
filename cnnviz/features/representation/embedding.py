"""Embeddings: images as points in a plane, by a layer's features."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import floats
from cnnviz.core.deprecation import renamed_parameters
from cnnviz.core.errors import DataError, ModelError, UsageError
from cnnviz.core.model_card import LayerInfo
from cnnviz.core.names import unknown_name
from cnnviz.core.packing import from_plain
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.white import WhiteLike
from cnnviz.models.inactive_layers import UNCHANGING

from ..document import document_head, image_entry
from ..lazy_network import LazyNetwork
from ..prediction_stream import PredictionStream
from ..predictions import Parts, Predictions
from ..prepare_inputs import prepare
from ..result_file import Base
from .pca import Plane, principal_plane
from .tsne import neighbor_map

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.find_layer import LayerLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

METHODS = ("pca", "tsne")
#: Features per image; larger maps are reduced to the mean of each channel.
MOST_FEATURES = 4096
#: The most images for t-SNE, whose time grows faster than their number.
MOST_NEIGHBORS = 10_000


@dataclass(frozen=True, eq=False)
class Embedding(Predictions):
    """A point in the plane for each image.

    ``points`` maps a method, "pca" or "tsne", to float32 (n, 2). ``layer`` is the layer, ``features`` the number of its
    features, and ``means`` whether these are means of its maps. ``plane`` is the PCA plane, which projects further
    images with ``plane.project``; ``seed`` is that of t-SNE. Other fields are those of Predictions.
    """

    kind: ClassVar[str] = "embedding"

    points: Mapping[str, Annotated[np.ndarray, floats("n", 2)]] = field(kw_only=True)
    layer: LayerInfo = field(kw_only=True)
    features: int = field(kw_only=True)
    means: bool = field(kw_only=True)
    plane: Plane = field(kw_only=True)
    seed: int = field(kw_only=True)

    def __getitem__(self, method: str) -> np.ndarray:
        return self.points[method]

    def __repr__(self) -> str:
        by = f"{len(self)} images of {self.images.source!r} by {self.layer.path!r}"
        return f"Embedding({by}: {', '.join(self.points)})"

    def take(self, positions: Sequence[int] | np.ndarray) -> Self:
        """Return the points of the images at these positions, in this order."""
        chosen = {method: points[list(positions)] for method, points in self.points.items()}
        return replace(super().take(positions), points=chosen)

    def summary_document(self) -> dict[str, Any]:
        """Return the number of images, and the layer."""
        return super().summary_document() | {"layer": self.layer.path}

    def document(self) -> dict[str, Any]:
        """Return every image with its points."""
        points = [
            image_entry(self, i) | {name: held[i].tolist() for name, held in self.points.items()}
            for i in range(len(self))
        ]
        about = {"layer": self.layer.path, "explained": self.plane.explained.tolist(), "seed": self.seed}
        return document_head(self.kind, self) | about | {"pictures": points}

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each image."""
        images, names = self.images, self.model.class_names
        assert images.indices is not None
        yield "picture", "true", "predicted", *(f"{name}_{axis}" for name in self.points for axis in "xy")
        for i in range(len(self)):
            true = None if images.labels is None else images.class_names[images.labels[i]]
            places = [float(str(value)) for held in self.points.values() for value in held[i]]
            yield int(images.indices[i]), true, names[self.predicted[i]] if names else None, *places

    def _parts(self) -> Parts:
        plane = {name: getattr(self.plane, name).tolist() for name in ("mean", "axes", "explained")}
        return self.points, {}, {"layer": self.layer.path, "means": self.means, "seed": self.seed, "plane": plane}

    @classmethod
    def _of_parts(cls, base: Base, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Self:
        plane = Plane(**{name: np.array(values, np.float64) for name, values in facts["plane"].items()})
        if not set(arrays) <= set(METHODS):
            raise DataError("the points are of an unknown method")
        return cls(
            *base,
            points=dict(arrays),
            layer=base[1].layer(facts["layer"]),
            features=len(plane.mean),
            means=from_plain(bool, facts["means"]),
            plane=plane,
            seed=from_plain(int, facts["seed"]),
        )


@renamed_parameters(method="methods")
def embedding(
    model: ModelLike,
    images: ImagesLike,
    layer: LayerLike | None = None,
    methods: str | Sequence[str] = METHODS,
    *,
    seed: int = 0,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Embedding:
    """Return an embedding of images by a layer's features: images that are close are similar to the model.

    ``model`` and ``images`` are as for ``activations``; ``layer`` is by default the last one before the head.
    ``methods`` are "pca" (principal components), "tsne" (van der Maaten & Hinton 2008, by scikit-learn, initialized
    with the principal components), or both; the same ``seed`` gives the same points. UsageError for fewer than three
    images, or for more than 10,000 with t-SNE.
    """
    methods = _methods(methods)
    probe, images = prepare(model, images, invert, fit, bands, white, scored=False)
    return run_embedding(probe, images, layer, methods, seed=seed, batch_size=batch_size, progress=progress)


def run_embedding(
    probe: Probe,
    images: Images,
    layer: LayerLike | None = None,
    methods: str | Sequence[str] = METHODS,
    *,
    seed: int = 0,
    batch_size: int | None = None,
    progress: Progress = silent,
) -> Embedding:
    """Return the embedding of images that are fitted to the probe."""
    methods = _methods(methods)
    if len(images) < 3:
        raise UsageError(f"a map needs at least 3 images, not {len(images)}")
    if "tsne" in methods and len(images) > MOST_NEIGHBORS:
        raise UsageError(
            f"t-SNE of {len(images):,} images takes too long; give up to {MOST_NEIGHBORS:,}, or use method pca"
        )
    info = probe.layer(layer) if layer is not None else penultimate(probe)
    means = info.spatial and prod(info.shape) > MOST_FEATURES
    held = np.empty((len(images), info.channels if means else prod(info.shape)), np.float32)
    stream = PredictionStream(probe, images, (info.path,), batch_size, progress)
    for part, outputs in stream:
        values = outputs[info.path]
        held[part] = values.mean(axis=(1, 2)) if means else values.reshape(len(values), -1)
    if not np.isfinite(held).all():
        raise ModelError(f"layer {info.path} returned NaN or infinity; check the model's weights and the pixel scale")
    plane = principal_plane(held)
    points = {"pca": plane.project(held)}
    if "tsne" in methods:
        points["tsne"] = neighbor_map(held, seed)
    return Embedding(
        *stream.base,
        network=LazyNetwork(probe),
        points={name: points[name] for name in METHODS if name in methods},
        layer=info,
        features=held.shape[1],
        means=means,
        plane=plane,
        seed=seed,
    )


def _methods(method: str | Sequence[str]) -> tuple[str, ...]:
    methods = (method,) if isinstance(method, str) else tuple(method)
    for name in methods:
        if name not in METHODS:
            raise UsageError(unknown_name("method", name, METHODS))
    return methods


def penultimate(probe: Probe) -> LayerInfo:
    """Return the layer that feeds the head, or the output without one; ModelError for a model that is only a head."""
    graph, head = probe.runner.graph, probe.runner.head
    if head.kind == "none":
        last = graph.producer(head.slot)
        assert last is not None
        return probe.card.layer(last.path)
    step = graph.producer(head.slot)
    # Skip a separate softmax to reach the layer with weights, then skip layers that change nothing.
    while step is not None and not getattr(step.operation, "weights", ()) and step.inputs:
        step = graph.producer(step.inputs[0])
    before = graph.producer(step.inputs[0]) if step is not None and step.inputs else None
    while before is not None and before.kind in UNCHANGING and before.inputs:
        before = graph.producer(before.inputs[0])
    if before is None:
        raise ModelError("the model has no layer before its head; choose one with layer=")
    return probe.card.layer(before.path)
