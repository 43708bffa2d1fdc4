"""``#/evaluation``: accuracy with intervals, calibration, and mistakes."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.reports.evaluation.findings import comparison_words, scaling_words
from cnnviz.reports.evaluation.result import Evaluation
from cnnviz.reports.evaluation.tables import document

from ..content import Content
from ..positions import places
from ..quantize import Blobs
from ..section import PAGES, Section

#: Confused pairs in sentences.
_PAIRS = 8
#: The most letters of a class name in a sentence.
_LONGEST = 48
#: Keys of the document that the page has from elsewhere, or shows by position.
_KNOWN = ("schema_version", "kind", "model", "source", "notes", "class_names", "confused", "worst", "random")


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the metrics, and the page's images to show."""
    held = content.find(Evaluation)
    if held is None:
        return None
    names = tuple(name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…" for name in held.model.class_names)
    at = places(content.predictions, held.images)
    told = {key: value for key, value in document(held).items() if key not in (*_KNOWN, "least_sure", "findings")}
    if held.other:
        told["other"]["scaling"] = scaling_words(held.other)
    return told | {
        "confused": [
            {"label": pair.label, "said": pair.said, "words": pair.words(names)}
            for pair in held.confusion.pairs[:_PAIRS]
        ],
        "scaling": scaling_words(held),
        "verdict": comparison_words(held) if held.other else None,
        "picks": {
            "worst": _here(at, held.worst),
            "unsure": _here(at, held.least_sure),
            "random": _here(at, held.at_random),
        },
    }


def _here(at: np.ndarray, positions: np.ndarray) -> list[int]:
    """Return the positions on the page of these images, without missing ones."""
    return [int(place) for place in at[positions] if place >= 0]


EVALUATION = Section("evaluation", PAGES / "evaluation.js", entry)
