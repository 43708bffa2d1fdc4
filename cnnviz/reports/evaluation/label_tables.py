"""An evaluation of several labels per image as sentences, as a JSON document and as a CSV table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.json_document import SCHEMA_VERSION
from cnnviz.core.number_words import counted, percent

from .findings import interval
from .tables import estimate, model_entry, number_of

if TYPE_CHECKING:
    from .labels import LabelEvaluation

FIGURES = ("precision", "recall", "f1", "average_precision")
COLUMNS = ("label", "images", "predicted", *(f"{name}{end}" for name in FIGURES for end in ("", " low", " high")))
#: The most pairs of labels in a document.
_PAIRS = 500


def label_rows(result: LabelEvaluation) -> Iterator[tuple[Cell, ...]]:
    """Yield one row per label: images that have it, predictions, and the figures with their intervals."""
    for i, name in enumerate(result.model.class_names):
        counts = int(result.labels[:, i].sum()), int(result.predicted_labels[:, i].sum())
        parts = [number_of(value) for what in FIGURES for value in getattr(result.figures, what)[i]]
        yield name, *counts, *parts


def table_rows(result: LabelEvaluation) -> Iterator[Iterable[Cell]]:
    """Yield COLUMNS and ``label_rows``."""
    yield COLUMNS
    yield from label_rows(result)


def document(result: LabelEvaluation) -> dict[str, Any]:
    """Return every figure as JSON-ready values; undefined ones are None."""
    names = result.model.class_names
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": result.kind,
        **model_entry(result),
        "source": result.images.source,
        "notes": list(result.images.notes),
        "pictures": len(result),
        "threshold": result.threshold,
        "interval": {"level": result.level, "rounds": result.rounds, "seed": result.seed},
        **{name: estimate(getattr(result.figures, name)) for name in ("mean_average_precision", "macro_f1", "exact")},
        "labels": [dict(zip(COLUMNS, row, strict=True)) for row in label_rows(result)],
        "together": pairs(result),
        "false_alarms": {name: _pictures(result, result.false_alarms(i), i) for i, name in enumerate(names)},
        "misses": {name: _pictures(result, result.misses(i), i) for i, name in enumerate(names)},
        "findings": list(result.findings),
    }


def summary_document(result: LabelEvaluation) -> dict[str, Any]:
    """Return the key figures of ``document``."""
    whole = document(result)
    kept = ("model", "pictures", "source", "threshold", "interval", "mean_average_precision", "macro_f1", "exact")
    return {key: whole[key] for key in (*kept, "labels")}


def pairs(result: LabelEvaluation, most: int = _PAIRS) -> list[list[int]]:
    """Return pairs of labels that images have together, [label, label, images], the most frequent first."""
    counts = np.triu(result.together, 1)
    first, second = np.nonzero(counts)
    order = np.argsort(-counts[first, second], kind="stable")[:most]
    return [[int(first[i]), int(second[i]), int(counts[first[i], second[i]])] for i in order]


def headlines(result: LabelEvaluation) -> tuple[str, str]:
    """Return the key figures in two lines: mean average precision; F1 and images with exactly the right labels."""
    found, names = result.figures, result.model.class_names
    mean = found.mean_average_precision
    known = int((~np.isnan(found.average_precision.value)).sum())
    where = f"on {counted(len(result), 'image')} of {result.images.source}"
    if known:
        ends = "" if isnan(mean.low) else f" ({interval(mean, result.level)})"
        first = f"{result.model.name}: mean average precision {percent(mean.value)} {where}{ends}, over "
        first += f"{known} of {counted(len(names), 'label')}" if known < len(names) else counted(known, "label")
    else:
        first = f"{result.model.name}: no image of {result.images.source} has any label, so there is no precision"
    right = int((result.labels == result.predicted_labels).all(axis=1).sum())
    second = f"At a probability of {result.threshold:g} and more, {right:,} of {counted(len(result), 'image')} "
    second += f"{'has' if right == 1 else 'have'} exactly the right labels ({percent(found.exact.value)})"
    if not isnan(found.macro_f1.value):
        second += f"; macro F1 {percent(found.macro_f1.value)}"
    return f"{first}.", f"{second}."


def findings(result: LabelEvaluation) -> tuple[str, ...]:
    """Return the findings: the key figures, the weakest label, and labels without images."""
    average, names = result.average_precision, result.model.class_names
    more = []
    if (~np.isnan(average)).sum() > 1:
        worst = int(np.nanargmin(average))
        images = counted(int(result.labels[:, worst].sum()), "image")
        more.append(
            f"The weakest label is {names[worst]}: average precision {percent(float(average[worst]))}, {images}."
        )
    absent = [name for name, found in zip(names, average, strict=True) if isnan(found)]
    if absent and len(absent) < len(names):
        listed = ", ".join(absent[:5]) + (", …" if len(absent) > 5 else "")
        more.append(f"No image has {listed}, so recall and average precision are unknown there.")
    return (*headlines(result), *more)


def _pictures(result: LabelEvaluation, positions: np.ndarray, label: int) -> list[dict[str, Any]]:
    images = result.images
    assert images.indices is not None
    return [
        {
            "number": int(images.indices[i]),
            "name": (images.names[i] or None) if images.names else None,
            "probability": number_of(result.probabilities[i, label]),
        }
        for i in positions.tolist()
    ]
