"""Write how a training went in the format that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.core.csv_text import csv_line
from cnnviz.core.errors import DataError
from cnnviz.core.files import write_bytes
from cnnviz.core.render import show

from .documents import head
from .write import write_json, write_page

if TYPE_CHECKING:
    from cnnviz.callbacks.snapshot_series import SnapshotSeries


def write_training(result: SnapshotSeries, form: str, out: Path, quiet: bool, force: bool) -> Path:
    """Write a page, a film or its last frame, the curves, or all numbers but maps; return the path."""
    if form == "html":
        return write_page(show(result, "page"), out, force, quiet)
    if form in ("gif", "mp4", "png"):
        return write_bytes(out, show(result, form), force)
    if form == "json":
        return write_json(out, _document(result), force)
    if not result.history:
        raise DataError("no epoch is done yet, so there are no curves; try again later, or --format html")
    columns = list(dict.fromkeys(name for row in result.history for name in row))
    lines = [csv_line(columns), *(csv_line([row.get(name) for name in columns]) for row in result.history)]
    return write_bytes(out, "".join(lines).encode("utf-8", "replace"), force)


def _document(result: SnapshotSeries) -> dict[str, object]:
    assert result.images.indices is not None
    pictures = [
        {"index": int(number), "class": result.model.class_names[followed]}
        for number, followed in zip(result.images.indices, result.classes, strict=True)
    ]
    moments = [
        {"epoch": round(float(epoch), 6), **figures}
        | {"probabilities": [[round(float(share), 6) for share in row] for row in answers]}
        for epoch, figures, answers in zip(result.epochs, result.figures, result.answers, strict=True)
    ]
    return head("training", result) | {
        "best_epoch": result.best or None,
        "history": [dict(row) for row in result.history],
        "pictures": pictures,
        "moments": moments,
    }
