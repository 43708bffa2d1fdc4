"""Names and number formats of the gallery: classes, images, shares, links; the same as in words.js."""

from __future__ import annotations

from urllib.parse import quote

import numpy as np

from cnnviz.core.model_card import LayerInfo
from cnnviz.core.number_words import counted as counted
from cnnviz.features.activations import Activations
from cnnviz.features.predictions import Predictions

#: The most class bars of an image.
CLASSES = 10


def class_name(result: Predictions, number: int) -> str:
    """Return the name of a class; the model's own, else the data's, else its number."""
    for names in (result.model.class_names, result.images.class_names):
        if 0 <= number < len(names):
            return names[int(number)]
    return f"class {int(number)}"


def score_name(result: Predictions, number: int) -> str:
    """Return the name of a class, or of an output of a regression."""
    return class_name(result, number) if result.model.has_classes else result.model.output_names[number]


def said_words(result: Predictions, position: int) -> tuple[str, str]:
    """Return what is predicted for an image and its probability: ("Shirt", "81.2 %").

    Of a regression these are an output with its value and "", without predictions the label, if any, and "".
    """
    if result.model.has_classes:
        return class_name(result, int(result.predicted[position])), certainty(float(result.confidence[position]))
    names = result.model.output_names
    if result.outputs.shape[1]:
        more = ", …" if len(names) > 1 else ""
        return f"{names[0]} {float(result.outputs[position, 0]):.4g}{more}", ""
    labels = result.images.labels
    return ("" if labels is None else class_name(result, int(labels[position]))), ""


def certainty(share: float) -> str:
    """Return a probability in percent; only exact 0 and 1 are shown as 0 % and 100 %."""
    if share == 0 or share == 1:
        return f"{share:.0%}".replace("%", " %")
    if share > 0.9995:
        return "> 99.9 %"
    if share < 0.0005:
        return "< 0.1 %"
    return f"{100 * share:.1f} %"


def image_ids(result: Predictions) -> list[int]:
    """Return the number of each image: its index in its original set, or its position if that is not unique."""
    indices = result.images.indices
    assert indices is not None
    ids = [int(i) for i in indices]
    return ids if len(set(ids)) == len(ids) else list(range(len(ids)))


def most_telling(result: Activations) -> str:
    """Return the path of the default layer: the last one with maps, else the last one."""
    maps = [layer.path for layer in result.layers if layer.spatial]
    return (maps or [layer.path for layer in result.layers])[-1]


def image_link(result: Predictions, position: int) -> str:
    """Return the hash route of an image's page."""
    return f"#/image/{image_ids(result)[position]}"


def layer_link(layer: LayerInfo) -> str:
    """Return the hash route of a layer's page."""
    return f"#/layer/{quote(layer.path, safe='')}"


def classes_shown(shares: np.ndarray, label: int | None = None) -> np.ndarray:
    """Return the classes of an image's bars, including the true class ``label``.

    Few classes keep their order, so that frames are comparable; of many, those with the largest shares are used.
    """
    if len(shares) <= CLASSES:
        return np.arange(len(shares))
    best = np.argsort(-shares, kind="stable")[:CLASSES]
    if label is not None and label not in best:
        best[-1] = label
    return best
