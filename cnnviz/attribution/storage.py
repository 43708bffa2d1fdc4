"""Attributions as one .npz file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.features.result_file import Part, read_result, write_parts

from .result import Attribution, Provenance

KIND = "an attribution"


def save(result: Attribution, path: Path, force: bool = True) -> Path:
    """Write one result to ``path``."""
    return save_stream(iter([result]), len(result), path, force)


def save_stream(parts: Iterator[Attribution], count: int, path: Path, force: bool = True) -> Path:
    """Write results that come in batches, ``count`` images in all, to one .npz file, and return its path."""
    return write_parts(map(_part, parts), KIND, count, path, force)


def load(path: Path) -> Attribution:
    """Read a file written by ``save`` or ``save_stream``; DataError for any other file."""
    said, arrays, facts = read_result(path, KIND)
    return Attribution(
        said.images,
        said.model,
        said.probabilities,
        values=arrays["values"],
        scores=arrays["scores"],
        classes=arrays.get("classes"),
        how=_provenance(facts),
    )


def _provenance(facts: Mapping[str, Any]) -> Provenance:
    # JSON has no tuples.
    lists = {key: tuple(facts[key]) for key in ("layers", "notes")}
    return Provenance(**(dict(facts) | lists))


def _part(result: Attribution) -> Part:
    arrays: dict[str, np.ndarray] = {"values": result.values, "scores": result.scores}
    if result.classes is not None:
        arrays["classes"] = result.classes
    return result, arrays, asdict(result.how)
