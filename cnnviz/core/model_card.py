"""The model card: a model's description as plain data for results and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .deprecation import renamed_parameters


@dataclass(frozen=True)
class LayerInfo:
    """One layer of a model, or one call of a layer that is used more than once.

    ``path`` addresses it, with the names of enclosing models: ``backbone/conv2``; the second call of a shared layer
    ends in ``@2``. ``shape`` is the output of one image, without the batch axis. ``receptive_field``, ``stride`` and
    ``offset`` are (height, width) in input pixels: the unit at row i sees the rows from ``offset + i·stride`` up to
    ``offset + i·stride + receptive_field``, clipped to the image (if a strided layer leaves over the last pixels, they
    count to the last cells of a padded layer after it); all three are None if a unit sees the whole image, or if
    unknown. ``inputs`` are the paths that feed the layer ("" is the model's input). ``again`` marks a repeated call of
    an earlier layer, which counts the parameters.
    """

    path: str
    kind: str
    shape: tuple[int, ...]
    parameters: int = 0
    activation: str | None = None
    receptive_field: tuple[int, int] | None = None
    stride: tuple[float, float] | None = None
    offset: tuple[float, float] | None = None
    inputs: tuple[str, ...] = ()
    again: bool = False

    @property
    def spatial(self) -> bool:
        """Whether the output is a stack of maps, (height, width, channels), rather than a row of units."""
        return len(self.shape) == 3

    @property
    def channels(self) -> int:
        """The number of maps or units in the output."""
        return int(self.shape[-1]) if self.shape else 1

    @renamed_parameters(picture="image_size")
    def field_of(self, row: int, column: int, image_size: tuple[int, int]) -> tuple[int, int, int, int] | None:
        """Return a unit's receptive field (top, left, bottom, right), ends excluded, in a (height, width) image."""
        if self.receptive_field is None or self.stride is None or self.offset is None:
            return None
        box = []
        for unit, size, step, start, extent in zip(
            (row, column), self.receptive_field, self.stride, self.offset, image_size, strict=True
        ):
            first = start + unit * step
            box.append((max(0, int(np.floor(first))), min(extent, int(np.ceil(first + size)))))
        return box[0][0], box[1][0], box[0][1], box[1][1]


@dataclass(frozen=True)
class ModelCard:
    """A model's description: its origin, its layers, and how it was opened.

    ``scale`` is the name of the pixel scaling ("0-1"), ``scale_reason`` the reason for it, and ``scale_settled`` False
    if it is an assumption; ``score`` is what targets are computed on ("logits", or "probabilities" if logits are
    unavailable). ``background`` is that of its training images, "dark" or "light", if they are known to be line art
    like Fashion-MNIST and MNIST, else None; ``fit`` is how images come into the input's shape, and ``invert``
    whether they are inverted, "auto", "yes" or "no" (see open_images).
    ``format`` and ``writer`` are the file's format and the library that wrote it, ``repairs`` the repairs needed to
    open it, and ``output`` the selected output of several; ``notes`` list, one line each, what is not available.
    ``about`` has further facts (seed, date, versions, training recipe) as JSON-ready values; ``history`` one mapping
    per epoch.

    ``head`` says what the output is: "softmax" (exclusive classes), "binary" (two classes by one unit), "multilabel"
    (independent labels), "regression" (numbers, called ``output_names``) or "none" (no row of scores, but maybe maps of
    these names). ``head_reason`` and ``head_settled`` are as for the scale; ``output_shape`` is that of one image. The
    last two kinds have no ``class_names``.
    """

    name: str
    hash: str
    input_shape: tuple[int, int, int]
    class_names: tuple[str, ...]
    layers: tuple[LayerInfo, ...]
    parameters: int
    source: str = ""
    scale: str = "0-1"
    scale_reason: str = ""
    score: str = "logits"
    background: str | None = None
    format: str = ""
    writer: str = ""
    repairs: tuple[str, ...] = ()
    output: str = ""
    notes: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    history: tuple[Mapping[str, float], ...] = ()
    scale_settled: bool = True
    fit: str = "stretch"
    head: str = "softmax"
    head_reason: str = ""
    head_settled: bool = True
    output_shape: tuple[int, ...] = ()
    output_names: tuple[str, ...] = ()
    invert: str = "auto"

    @property
    def has_classes(self) -> bool:
        """Whether the output is a row of class scores, so that there are predictions."""
        return self.head not in ("regression", "none")

    @property
    def score_names(self) -> tuple[str, ...]:
        """What the scores that a target weighs are called: classes, or the outputs of a regression."""
        return self.output_names if self.head == "regression" else self.class_names

    @property
    def layers_once(self) -> tuple[LayerInfo, ...]:
        """The layers without repeated calls."""
        return tuple(layer for layer in self.layers if not layer.again)

    def layer(self, path: str) -> LayerInfo:
        """Return the layer at this exact path; KeyError if there is none."""
        for layer in self.layers:
            if layer.path == path:
                return layer
        raise KeyError(path)
