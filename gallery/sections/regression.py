"""``#/regression``: predicted against true numbers, their errors, and the images with the largest ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.reports.evaluation.error_figures import NAMES
from cnnviz.reports.evaluation.regression import RegressionEvaluation
from cnnviz.reports.evaluation.regression_tables import output_rows
from cnnviz.reports.evaluation.tables import estimate, number_of

from ..content import Content
from ..positions import places
from ..quantize import Blobs
from ..section import PAGES, Section

#: The most points of a scatter plot, and the bars of a histogram.
MOST_POINTS = 2000
_BARS = 30


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the figures, the points of the scatter plots, histograms of errors, and positions of the worst images."""
    held = content.find(RegressionEvaluation)
    if held is None:
        return None
    at = places(content.predictions, held.images)
    outputs = range(held.outputs.shape[1])
    drawn = np.arange(len(held))
    if len(held) > MOST_POINTS:
        drawn = np.sort(np.random.default_rng(held.seed).permutation(len(held))[:MOST_POINTS])
    rows = content.predictions.images.label_rows
    assert rows is not None
    return {
        "against": list(held.against),
        "pictures": len(held),
        "interval": {"level": held.level, "rounds": held.rounds, "seed": held.seed},
        "outputs": output_rows(held),
        "means": {name: estimate(held.figures.means[name]) for name in NAMES},
        "points": {
            "places": [int(place) for place in at[drawn]],
            "true": _numbers(held.true_values[drawn].T),
            "predicted": _numbers(held.outputs[drawn].T),
        },
        "errors": [_histogram(held.errors[:, i]) for i in outputs],
        "true": _numbers(rows),
        "worst": [[int(place) for place in at[held.worst(i)] if place >= 0] for i in outputs],
    }


def _numbers(rows: np.ndarray) -> list[list[float | None]]:
    return [[number_of(float(value)) for value in row] for row in rows]


def _histogram(errors: np.ndarray) -> dict[str, Any]:
    """Return how many errors lie in each of some bars of equal width."""
    low, high = float(errors.min()), float(errors.max())
    room = 0.5 if low == high else 0.0
    counts, edges = np.histogram(errors, bins=min(_BARS, max(5, len(errors) // 4)), range=(low - room, high + room))
    return {"counts": counts.tolist(), "low": number_of(float(edges[0])), "high": number_of(float(edges[-1]))}


REGRESSION = Section("regression", PAGES / "regression.js", entry)
