"""Write embeddings and similarities in the requested format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.csv_text import csv_line
from cnnviz.core.files import write_bytes
from cnnviz.core.render import show

from .documents import head, picture
from .write import write_json, write_page

if TYPE_CHECKING:
    from cnnviz.features.representation.embedding import Embedding
    from cnnviz.features.representation.similarity import Similarity


def write_embedding(result: Embedding, form: str, out: Path, quiet: bool, force: bool) -> Path:
    """Write a page, a sheet, everything, or tables; return the path."""
    if form == "html":
        return write_page(show(result, "page"), out, force, quiet)
    if form == "png":
        return write_bytes(out, show(result, "png"), force)
    if form == "npz":
        from cnnviz.features.representation.storage import save_embedding

        return save_embedding(result, out, force)
    if form == "json":
        points = [
            picture(result, i) | {name: held[i].tolist() for name, held in result.points.items()}
            for i in range(len(result))
        ]
        about = {"layer": result.layer.path, "explained": result.plane.explained.tolist(), "seed": result.seed}
        return write_json(out, head("embedding", result) | about | {"pictures": points}, force)
    images, names = result.images, result.model.class_names
    assert images.indices is not None
    columns = ["picture", "true", "predicted", *(f"{name}_{axis}" for name in result.points for axis in "xy")]
    lines = [csv_line(columns)]
    for i in range(len(result)):
        true = None if images.labels is None else images.class_names[images.labels[i]]
        places = [float(str(value)) for held in result.points.values() for value in held[i]]
        lines.append(csv_line((int(images.indices[i]), true, names[result.predicted[i]], *places)))
    return write_bytes(out, "".join(lines).encode("utf-8", "replace"), force)


def write_similarity(result: Similarity, form: str, out: Path, quiet: bool, force: bool) -> Path:
    """Write a page, a sheet, everything, or tables; return the path."""
    if form == "html":
        return write_page(show(result, "page"), out, force, quiet)
    if form == "png":
        return write_bytes(out, show(result, "png"), force)
    if form == "npz":
        from cnnviz.features.representation.storage import save_similarity

        return save_similarity(result, out, force)
    rows = [[None if np.isnan(value) else round(float(value), 6) for value in row] for row in result.values]
    if form == "json":
        about = {"rows": result.rows, "columns": result.columns, "values": rows, "batch": result.batch}
        other = None if result.other is None else result.other.name
        return write_json(out, head("similarity", result) | about | {"other": other}, force)
    lines = [csv_line(["layer", *result.columns])]
    lines += [csv_line([path, *row]) for path, row in zip(result.rows, rows, strict=True)]
    return write_bytes(out, "".join(lines).encode("utf-8", "replace"), force)
