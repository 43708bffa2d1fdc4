"""Maximised images as one .npz file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.data.images import Images
from cnnviz.features.predictions import Predictions
from cnnviz.features.result_file import Part, read_result, write_parts

from .result import MaximizationProvenance, Maximized

KIND = "maximised pictures"
_ARRAYS = ("unit", "reached", "started", "dead", "best", "from_best", "values", "frames")


def save(result: Maximized, path: Path, force: bool = True) -> Path:
    """Write one result to ``path``."""
    return write_parts(iter([_part(result)]), KIND, len(result), path, force)


def load(path: Path) -> Maximized:
    """Read a file written by ``save``; DataError for any other file."""
    said, arrays, facts = read_result(path, KIND)
    rivals = facts["rivals"]
    if rivals is not None:
        first = slice(None, None, facts["how"]["restarts"])
        labels = arrays["rivals.labels"][first]
        rivals = Predictions(
            Images(
                arrays["rivals.pixels"][first],
                None if (labels < 0).any() else labels,
                tuple(rivals["class_names"]),
                rivals["source"],
                arrays["rivals.indices"][first],
                peak=rivals["peak"],
            ),
            said.model,
            arrays["rivals.probabilities"][first],
        )
    own: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
    how = MaximizationProvenance(**facts["how"])
    return Maximized(said.images, said.model, said.probabilities, rivals=rivals, how=how, **own)


def _part(result: Maximized) -> Part:
    arrays = {name: getattr(result, name) for name in _ARRAYS}
    facts = {"how": asdict(result.how), "rivals": None}
    if result.rivals is not None:
        held = result.rivals.images
        assert held.indices is not None
        facts["rivals"] = {"class_names": held.class_names, "source": held.source, "peak": held.peak}
        rows = {
            "pixels": held.pixels,
            "indices": held.indices,
            "labels": np.full(len(held), -1) if held.labels is None else held.labels,
            "probabilities": result.rivals.probabilities,
        }
        # Arrays in a file have one row per image.
        arrays |= {f"rivals.{name}": np.repeat(values, result.how.restarts, axis=0) for name, values in rows.items()}
    return result, arrays, facts
