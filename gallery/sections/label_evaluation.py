"""``#/labels``: the figures of labels that do not exclude each other, and the worst mistakes of each."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.reports.evaluation.label_tables import document, pairs
from cnnviz.reports.evaluation.labels import LabelEvaluation

from ..content import Content
from ..positions import places
from ..quantize import Blobs
from ..section import PAGES, Section

#: Keys of the document that the page has from elsewhere, or shows by position.
_KNOWN = ("schema_version", "kind", "model", "source", "notes", "together", "false_alarms", "misses", "findings")
#: The most pairs of labels.
_PAIRS = 24


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the figures, the true labels of the page's images, and the positions of mistakes for each label."""
    held = content.find(LabelEvaluation)
    if held is None:
        return None
    at = places(content.predictions, held.images)
    labels = range(len(held.model.class_names))
    rows = content.predictions.images.label_rows
    assert rows is not None
    return {key: value for key, value in document(held).items() if key not in _KNOWN} | {
        "against": list(held.against),
        "together": pairs(held, _PAIRS),
        "true": [np.flatnonzero(row).tolist() for row in rows],
        "picks": [
            {"alarms": _here(at, held.false_alarms(label)), "misses": _here(at, held.misses(label))} for label in labels
        ],
    }


def _here(at: np.ndarray, positions: np.ndarray) -> list[int]:
    """Return the positions on the page of these images, without missing ones."""
    return [int(place) for place in at[positions] if place >= 0]


LABELS = Section("labels", PAGES / "labels.js", entry)
