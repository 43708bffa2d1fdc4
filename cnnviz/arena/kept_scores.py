"""Scores that the work folder keeps, so that an arena that was cut goes on where it was."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.declared_arrays import check_declared
from cnnviz.core.errors import DataError
from cnnviz.core.packing import pack_value, unpack_value
from cnnviz.core.reading import reading
from cnnviz.features.result_file import no_result, read_whole, write_whole

from .result import Scores

#: Raised when what a score means changes: older ones are computed anew.
VERSION = 1
_KIND = "scores of the arena"


def place_of(work: Path, problem: str, **about: Any) -> Path:
    """Return the file of one method's scores on one problem; ``about`` is all that they depend on."""
    text = json.dumps({"version": VERSION, "problem": problem, **about}, sort_keys=True, default=str)
    return work / "scores" / f"{problem}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.npz"


def keep(place: Path, scores: Scores) -> None:
    """Write a method's scores."""
    arrays: dict[str, np.ndarray] = {}
    facts: dict[str, Any] = {}
    pack_value(scores, "", arrays, facts)
    write_whole(_KIND, place, arrays, facts, True)


def kept(place: Path) -> Scores | None:
    """Return the scores of a file; None if there is none or it is damaged, since they can be computed again."""
    if not place.exists():
        return None
    try:
        with reading(place, no_result(place, _KIND)):
            made = unpack_value(Scores, "", *read_whole(place, _KIND))
            check_declared(made, place)
            return made
    except DataError:
        return None
