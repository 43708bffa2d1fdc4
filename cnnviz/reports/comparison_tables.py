"""Comparisons as CSV and JSON, the same as from the page's Save button."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.number_words import percent
from cnnviz.features.document import document_head, shortest_float
from cnnviz.features.predictions import Predictions
from cnnviz.features.responses import Responses

if TYPE_CHECKING:
    from .class_pair import ClassPair
    from .comparison import Comparison

PICTURE_COLUMNS = (
    "number",
    "file",
    "true class",
    "A predicts",
    "A confidence",
    "A right",
    "B predicts",
    "B confidence",
    "B right",
)
CHANNEL_COLUMNS = ("layer", "channel", "A", "B", "A - B")


def comparison_document(kind: str, comparison: Comparison) -> dict[str, Any]:
    """Return, as JSON-ready values, both models, which is right, the accuracy for each class, and every image."""
    first, second, table = comparison.first, comparison.second, comparison.table
    accuracies = comparison.accuracies or (None, None)
    return {
        **_origin(kind, first),
        "models": [
            {
                "name": side.model.name,
                "hash": side.model.hash,
                "parameters": side.model.parameters,
                "accuracy": None if accuracy is None else shortest_float(accuracy),
            }
            for side, accuracy in zip((first, second), accuracies, strict=True)
        ],
        "count": len(comparison),
        "agreement": shortest_float(comparison.agreement),
        "right": None
        if table is None
        else dict(zip(("both", "only_a", "only_b", "neither"), table.ravel().tolist(), strict=True)),
        "classes": _classes(comparison),
        "pictures": [
            {**_picture(first, i, who=True), "a": _picture(first, i), "b": _picture(second, i)}
            for i in range(len(comparison))
        ],
    }


def comparison_summary(comparison: Comparison) -> dict[str, Any]:
    """Return the key figures alone: both models, who is right, and the agreement, with all digits."""
    whole = comparison_document("", comparison)
    accuracies = comparison.accuracies or (None, None)
    models = [side | {"accuracy": own} for side, own in zip(whole["models"], accuracies, strict=True)]
    figures = {"models": models, "right": whole["right"], "agreement": comparison.agreement}
    return {"of": "models", "pictures": len(comparison), **figures}


def accuracy_rows(comparison: Comparison) -> Iterator[tuple[str, str, str]]:
    """Yield (model, accuracy, correct) as text: a heading, each model, and how often both predict the same."""
    count = len(comparison)
    yield "model", "accuracy", "correct"
    for side, said in (("A", comparison.first), ("B", comparison.second)):
        right = None if said.right is None else int(said.right.sum())
        yield f"{side}  {said.model.name}", *(("–", "no labels") if right is None else _share_of(right, count))
    yield "same prediction", *_share_of(round(comparison.agreement * count), count)


def _share_of(some: int, count: int) -> tuple[str, str]:
    return percent(some / count, 1), f"{some:,} of {count:,}"


def class_pair_summary(pair: ClassPair) -> dict[str, Any]:
    """Return the key figures alone: the images of each class, and how many of them are called the other."""
    calls = pair.calls
    classes = [
        {
            "name": name,
            "pictures": pair.counts[side],
            "called_the_other": None if calls is None else int(calls[side, 1 - side]),
        }
        for side, name in enumerate(pair.names)
    ]
    return {"of": "classes", "pictures": len(pair), "model": pair.model.name, "classes": classes}


def class_pair_document(kind: str, pair: ClassPair) -> dict[str, Any]:
    """Return, as JSON-ready values, the two classes, their predictions, the images between them, the channels.

    ``layers`` is None where one of the classes has no images, or no layer was looked at.
    """
    seen, calls = pair.answers, pair.calls
    sides = [
        {"class": number, "name": name, "pictures": count}
        for number, name, count in zip(pair.numbers, pair.names, pair.counts, strict=True)
    ]
    return {
        **_origin(kind, seen),
        "a": sides[0],
        "b": sides[1],
        "calls": None
        if calls is None
        else [
            {"called_a": row[0], "called_b": row[1], "something_else": row[2], "in_all": sum(row)}
            for row in calls.tolist()
        ],
        "in_between": [
            {
                **_picture(seen, i, who=True),
                **_picture(seen, i),
                "a": shortest_float(seen.probabilities[i, pair.first]),
                "b": shortest_float(seen.probabilities[i, pair.second]),
            }
            for i in pair.between.tolist()
        ],
        "layers": None
        if 0 in pair.counts or not isinstance(seen, Responses)
        else [
            {
                "path": path,
                "channels": [
                    {
                        "channel": channel,
                        "a": shortest_float(a),
                        "b": shortest_float(b),
                        "difference": shortest_float(a - b),
                    }
                    for channel, a, b in pair.channels(path) or []
                ],
            }
            for path in seen.layers
        ],
    }


def picture_rows(comparison: Comparison) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each image with both predictions."""
    for i in range(len(comparison)):
        who = _picture(comparison.first, i, who=True)
        cells: list[Cell] = [who["id"], who["name"], who["label"]]
        for side in (comparison.first, comparison.second):
            said = _picture(side, i)
            right = said["right"]
            cells += [said["predicted"], said["probability"], None if right is None else str(right).lower()]
        yield tuple(cells)


def channel_rows(pair: ClassPair) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each channel, its mean over each class, the largest difference first."""
    if not isinstance(pair.answers, Responses):
        return
    for path in pair.answers.layers:
        for channel, a, b in pair.channels(path) or []:
            yield path, channel, shortest_float(a), shortest_float(b), shortest_float(a - b)


def _origin(kind: str, result: Predictions) -> dict[str, Any]:
    said = document_head(kind, result)
    return {name: said[name] for name in ("schema_version", "kind", "model", "source")}


def _picture(result: Predictions, i: int, who: bool = False) -> dict[str, Any]:
    """An image's identity, or a model's prediction for it."""
    images, names = result.images, result.model.class_names
    assert images.indices is not None
    if who:
        return {
            "id": int(images.indices[i]),
            "name": (images.names[i] or None) if images.names else None,
            "label": None if result.truth is None else names[result.truth[i]],
        }
    return {
        "predicted": names[result.predicted[i]],
        "probability": shortest_float(result.confidence[i]),
        "right": None if result.right is None else bool(result.right[i]),
    }


def _classes(comparison: Comparison) -> list[dict[str, Any]] | None:
    truth, rights = comparison.first.truth, (comparison.first.right, comparison.second.right)
    if truth is None:
        return None
    found = []
    for number in np.unique(truth).tolist():
        own = truth == number
        a, b = (float(right[own].mean()) for right in rights if right is not None)
        name = comparison.first.model.class_names[number]
        shares = {"a": shortest_float(a), "b": shortest_float(b), "difference": shortest_float(a - b)}
        found.append({"class": number, "name": name, "pictures": int(own.sum()), **shares})
    return found
