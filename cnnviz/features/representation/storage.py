"""Similarities and embeddings as one .npz file each."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np

from ..result_file import card_of, read_result, write_parts
from .embedding import Embedding
from .pca import Plane
from .similarity import Similarity


def save_similarity(result: Similarity, path: Path, force: bool = True) -> Path:
    """Write one result to ``path``."""
    facts = {
        "rows": result.rows,
        "columns": result.columns,
        "values": [[None if np.isnan(value) else value for value in row] for row in result.values.tolist()],
        "other": None if result.other is None else asdict(result.other),
        "batch": result.batch,
    }
    return write_parts(iter([(result, {}, facts)]), "similarity", len(result), path, force)


def load_similarity(path: Path) -> Similarity:
    """Read a file written by ``save_similarity``; DataError for any other file."""
    said, _, facts = read_result(path, "similarity")
    return Similarity(
        said.images,
        said.model,
        said.probabilities,
        rows=tuple(facts["rows"]),
        columns=tuple(facts["columns"]),
        values=np.array(facts["values"], np.float64),
        other=None if facts["other"] is None else card_of(facts["other"]),
        batch=facts["batch"],
    )


def save_embedding(result: Embedding, path: Path, force: bool = True) -> Path:
    """Write one result to ``path``."""
    plane = {name: getattr(result.plane, name).tolist() for name in ("mean", "axes", "explained")}
    facts = {"layer": result.layer.path, "means": result.means, "seed": result.seed, "plane": plane}
    return write_parts(iter([(result, result.points, facts)]), "embedding", len(result), path, force)


def load_embedding(path: Path) -> Embedding:
    """Read a file written by ``save_embedding``; DataError for any other file."""
    said, points, facts = read_result(path, "embedding")
    plane = Plane(**{name: np.array(values, np.float64) for name, values in facts["plane"].items()})
    return Embedding(
        said.images,
        said.model,
        said.probabilities,
        points=points,
        layer=said.model.layer(facts["layer"]),
        features=len(plane.mean),
        means=facts["means"],
        plane=plane,
        seed=facts["seed"],
    )
