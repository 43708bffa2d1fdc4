"""What every channel of a layer answers to a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.cards import LayerInfo, ModelCard
from cnnviz.core.network import NetworkSource
from cnnviz.core.progress import Progress, silent
from cnnviz.core.render import show
from cnnviz.data.background import Invert
from cnnviz.data.images import Images

from .network import LazyNetwork

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cnnviz.models.probe import Probe


@dataclass(frozen=True, eq=False)
class Activations:
    """The outputs of one or more layers for a set of pictures, as the network computed them.

    ``values`` maps each layer's path to float32 (n, h, w, channels), or (n, units) for a layer without a spatial
    map, never rescaled. ``images`` are the pictures as they were given to the model, before its scaling of pixels.
    ``probabilities`` is (n, classes), softmax or sigmoid of the model's own output. ``network`` gives the network
    itself, as data, for a page that computes further layers and pictures; it is not saved with the rest.
    """

    values: Mapping[str, np.ndarray]
    images: Images
    model: ModelCard
    probabilities: np.ndarray
    network: NetworkSource | None = field(default=None, repr=False, compare=False)

    def __getitem__(self, path: str) -> np.ndarray:
        return self.values[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        layers = ", ".join(f"{path} {values.shape[1:]}" for path, values in self.values.items())
        return f"Activations({len(self)} pictures of {self.images.source!r} in {self.model.name!r}: {layers})"

    @property
    def layers(self) -> tuple[LayerInfo, ...]:
        """The layers whose values are held, in the model's order."""
        return tuple(layer for layer in self.model.layers if layer.path in self.values)

    @property
    def predicted(self) -> np.ndarray:
        """The class with the highest probability, (n,) int64."""
        return self.probabilities.argmax(axis=1)

    @property
    def truth(self) -> np.ndarray | None:
        """Labels to hold predictions against, (n,) int64; None without labels or where their classes are others."""
        return self.images.labels if self.images.class_names == self.model.class_names else None

    def plot(self, layer: str | None = None, picture: int = 0) -> Figure:
        """Return a Matplotlib figure of every channel of one layer for one picture, each on its own scale."""
        return show(self, "figure", layer=layer, picture=picture)

    def to_html(self, path: str | Path | None = None) -> bytes | Path:
        """Return the interactive page as bytes, or write it to ``path`` and return that."""
        page = show(self, "page")
        if path is None:
            return page
        from cnnviz.core.files import write_bytes

        return write_bytes(Path(path), page)

    def save(self, path: str | Path) -> Path:
        """Write everything to one .npz file, each layer under its own path; ``load`` reads it back."""
        from .storage import save

        return save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Activations:
        """Read what ``save`` wrote; DataError for a file that is none."""
        from .storage import load

        return load(Path(path))

    def _repr_html_(self) -> str:
        return show(self, "summary")

    def _repr_png_(self) -> bytes:
        return show(self, "png")


def activations(
    model: Any,
    images: Any,
    layer: str | Sequence[str] | None = None,
    *,
    batch_size: int | None = None,
    invert: Invert = "auto",
    progress: Progress = silent,
) -> Activations:
    """Run pictures through a model and return what the named layers put out.

    ``model`` is whatever open_model takes and ``images`` whatever open_images takes, or their results; pictures are
    resized, greyed or inverted where the model needs it, as the result's ``images.notes`` tell. ``layer`` is one path
    or several; None is every layer that changes its input. The whole result is held in memory: for sets that do not
    fit see stream_activations.
    """
    probe, images = ready(model, images, invert)
    paths = chosen_layers(probe, layer)
    held = {path: np.empty((len(images), *probe.card.layer(path).shape), np.float32) for path in paths}
    logits = np.empty((len(images), len(probe.class_names)), np.float32)
    for part, scores, tapped in probe.stream(images, paths, batch_size):
        logits[part] = scores
        for path, values in tapped.items():
            held[path][part] = values
        progress(part.stop, len(images))
    return Activations(held, images, probe.card, probe.engine.probabilities(logits), LazyNetwork(probe))


def stream_activations(
    model: Any,
    images: Any,
    layer: str | Sequence[str] | None = None,
    *,
    batch_size: int | None = None,
    invert: Invert = "auto",
) -> Iterator[Activations]:
    """Yield the same as ``activations``, a batch of pictures at a time, in memory that does not grow with the set."""
    probe, images = ready(model, images, invert)
    paths = chosen_layers(probe, layer)
    for part, logits, tapped in probe.stream(images, paths, batch_size):
        yield Activations(tapped, images[part], probe.card, probe.engine.probabilities(logits))


def ready(model: Any, images: Any, invert: Invert = "auto") -> tuple[Probe, Images]:
    """Open model and pictures where they are only named, fit the pictures and settle the scale."""
    from cnnviz.data.open import open_images
    from cnnviz.models.open import open_model

    probe = open_model(model)
    if isinstance(images, Images):
        images = probe.suit(images, invert)
    else:
        images = open_images(images, like=probe.spec, invert=invert)
    return probe.meet(images)


def chosen_layers(probe: Probe, layer: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return full paths, without repeats and in the model's order; an unknown one raises UnknownNameError."""
    if layer is None:
        return tuple(info.path for info in probe.layers if info.kind not in _UNCHANGING)
    named = [layer] if isinstance(layer, str) else list(layer)
    wanted = {probe.layer(path).path for path in named}
    return tuple(info.path for info in probe.layers if info.path in wanted)


# In inference these hand on the numbers that they are given, so showing them shows the layer before once more.
_UNCHANGING = frozenset(
    "ActivityRegularization AlphaDropout Dropout Flatten GaussianDropout GaussianNoise Identity RandomBrightness "
    "RandomContrast RandomCrop RandomFlip RandomRotation RandomTranslation RandomZoom Reshape SpatialDropout2D".split()
)
