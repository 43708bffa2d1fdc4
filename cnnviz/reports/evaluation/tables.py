"""An evaluation as a JSON document, and its metrics per class as a CSV table."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.json_document import SCHEMA_VERSION

from .bootstrap import Estimate
from .temperature import TemperatureScaling

if TYPE_CHECKING:
    from cnnviz.features.predictions import Predictions

    from .result import Evaluation

_NAMES = ("precision", "recall", "f1")
COLUMNS = ("class", "pictures", "called it", *(f"{name}{end}" for name in _NAMES for end in ("", " low", " high")))


def class_rows(result: Evaluation) -> Iterator[tuple[Cell, ...]]:
    """Yield one row per class: images, predictions, and precision, recall and F1 with their intervals."""
    of, called = result.confusion.of, result.confusion.called
    for number, name in enumerate(result.model.class_names):
        parts = [number_of(value) for what in _NAMES for value in getattr(result.figures, what)[number]]
        yield name, int(of[number]), int(called[number]), *parts


def class_table(result: Evaluation) -> Iterator[tuple[Cell, ...]]:
    """Yield COLUMNS and ``class_rows``; of two models each row begins with its model."""
    if result.other is None:
        yield COLUMNS
        yield from class_rows(result)
        return
    yield "model", *COLUMNS
    for letter, side in (("A", result), ("B", result.other)):
        for row in class_rows(side):
            yield f"{letter} {side.model.name}", *row


def document(result: Evaluation) -> dict[str, Any]:
    """Return all metrics as JSON-ready values; undefined ones are None."""
    found = result.confusion
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "evaluation",
        **model_entry(result),
        "source": result.images.source,
        "notes": list(result.images.notes),
        "pictures": len(result),
        "class_names": list(result.model.class_names),
        "interval": {"level": result.level, "rounds": result.rounds, "seed": result.seed},
        **_figures(result),
        "classes": [dict(zip(COLUMNS, row, strict=True)) for row in class_rows(result)],
        "confusion": [list(map(int, cell)) for cell in zip(found.label, found.said, found.count, strict=True)],
        "confused": [asdict(pair) | {"words": pair.words(result.model.class_names)} for pair in found.pairs[:25]],
        "worst": _pictures(result, result.worst),
        "least_sure": _pictures(result, result.least_sure),
        "random": _pictures(result, result.at_random),
        "findings": list(result.findings),
        "other": None if result.other is None else _other(result),
    }


def summary_document(result: Evaluation, minimum: float | None = None) -> dict[str, Any]:
    """Return the key figures of ``document``, and as "gate" whether the accuracy reaches ``minimum``, if given."""
    whole = document(result)
    kept = ("model", "pictures", "source", "interval", "accuracy", "loss", "macro_f1", "temperature")
    return {
        **{key: whole[key] for key in (*kept, "confused", "other")},
        "expected_calibration_error": whole["calibration"]["expected_error"],
        "gate": None if minimum is None else {"min_accuracy": minimum, "passed": result.reaches(minimum)},
    }


def _figures(result: Evaluation) -> dict[str, Any]:
    gap, scaling = result.calibration, result.scaling
    fitted = isinstance(scaling, TemperatureScaling)
    return {
        "accuracy": estimate(result.figures.accuracy),
        "loss": estimate(result.loss),
        "macro_f1": estimate(result.figures.macro_f1),
        "calibration": {
            "expected_error": number_of(gap.error),
            "largest_error": number_of(gap.largest),
            "excess": number_of(gap.excess),
            "bins": [
                {
                    "from": number_of(gap.edges[i]),
                    "to": number_of(gap.edges[i + 1]),
                    "pictures": int(gap.count[i]),
                    "confidence": number_of(gap.confidence[i]),
                    "accuracy": number_of(gap.accuracy[i]),
                    "low": number_of(gap.ends[0, i]),
                    "high": number_of(gap.ends[1, i]),
                }
                for i in range(len(gap.count))
            ],
        },
        "temperature": asdict(scaling) if isinstance(scaling, TemperatureScaling) else None,
        "temperature_left_out": None if fitted else scaling,
    }


def _other(result: Evaluation) -> dict[str, Any]:
    assert result.other is not None and result.mcnemar is not None and result.difference is not None
    classes = [dict(zip(COLUMNS, row, strict=True)) for row in class_rows(result.other)]
    test = asdict(result.mcnemar)
    return {
        **model_entry(result.other),
        **_figures(result.other),
        "classes": classes,
        "difference": estimate(result.difference),
        "same": int((result.predicted == result.other.predicted).sum()),
        "mcnemar": test,
    }


def model_entry(result: Predictions) -> dict[str, Any]:
    """Return the model of a result."""
    return {"model": {"name": result.model.name, "hash": result.model.hash, "parameters": result.model.parameters}}


def _pictures(result: Evaluation, positions: np.ndarray) -> list[dict[str, Any]]:
    images, names = result.images, result.model.class_names
    assert images.indices is not None
    return [
        {
            "number": int(images.indices[i]),
            "name": (images.names[i] or None) if images.names else None,
            "label": names[result.labels[i]],
            "predicted": names[result.predicted[i]],
            "probability": number_of(result.confidence[i]),
            "right": bool(result.hits[i]),
        }
        for i in positions.tolist()
    ]


def estimate(one: Estimate) -> dict[str, float | None]:
    """Return an estimate and its interval as JSON-ready values."""
    return {name: number_of(value) for name, value in one._asdict().items()}


def number_of(value: float) -> float | None:
    """Return a number rounded to six significant digits; None if it is NaN."""
    return None if not math.isfinite(value) else float(f"{value:.6g}") + 0.0
