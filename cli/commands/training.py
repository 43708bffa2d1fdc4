"""``cnnviz training``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnviz.cli.documents import head
from cnnviz.cli.options import format_option, shared
from cnnviz.cli.write import write_json, write_page
from cnnviz.core.csv_text import csv_line
from cnnviz.core.errors import DataError
from cnnviz.core.files import write_bytes
from cnnviz.core.render import show

if TYPE_CHECKING:
    from cnnviz.callbacks.snapshot_series import SnapshotSeries

FORMATS = ("html", "gif", "mp4", "png", "csv", "json")


@click.command("training")
@click.argument("folder", metavar="RUN_FOLDER", type=click.Path(path_type=Path))
@format_option(FORMATS, "Interactive page; an animation; its last frame; the curves; all numbers.")
@shared("out", "json", "quiet", "force")
def command(folder: Path, form: str | None, out: Path | None, as_json: bool, quiet: bool, force: bool) -> None:
    """Show a training run, snapshot by snapshot.

    RUN_FOLDER is a run folder of cnnviz train, finished or not, or a folder of cnnviz.callbacks.Snapshots. Writes one
    interactive HTML page and prints its path: a slider moves through the curves, the filters, and the heatmaps and
    activations of a few images. Needs neither model nor data.

    \b
    cnnviz training runs/fmnist-cnn
    cnnviz training runs/fmnist-cnn --format gif
    cnnviz training runs/fmnist-cnn --out training.mp4
    cnnviz training runs/fmnist-cnn --out curves.csv
    """
    from cnnviz.callbacks.snapshot_series import open_snapshots
    from cnnviz.cli.console import note, print_json
    from cnnviz.cli.inputs import output_path

    form, out = output_path("training", (), form, out, offered=FORMATS)
    result = open_snapshots(folder)
    path = write_training(result, form, out, quiet, force)
    for line in result.notes:
        note(line, quiet)
    if as_json:
        told = {"paths": [str(path)], "moments": len(result.epochs), "epochs": float(result.epochs[-1])}
        print_json("training", told | {"format": form})
    else:
        print(path)


def write_training(result: SnapshotSeries, form: str, out: Path, quiet: bool, force: bool) -> Path:
    """Write a page, a film or its last frame, the curves, or all numbers but maps; return the path."""
    if form == "html":
        return write_page(show(result, "page"), out, force, quiet)
    if form in ("gif", "mp4", "png"):
        return write_bytes(out, show(result, form), force)
    if form == "json":
        return write_json(out, _document(result), force)
    if not result.history:
        raise DataError("no epoch is done yet, so there are no curves; try again later, or use --format html")
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
