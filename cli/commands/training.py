"""``cnnviz training``."""

from __future__ import annotations

from pathlib import Path

import click

from cnnviz.cli.options import format_option, shared

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
    from cnnviz.cli.console import note, print_paths
    from cnnviz.cli.inputs import output_path
    from cnnviz.cli.write import print_summary, write_result

    form, out = output_path("training", (), form, out, offered=FORMATS)
    result = open_snapshots(folder)
    path = write_result(result, form, out, quiet, force)
    for line in result.notes:
        note(line, quiet)
    if as_json:
        print_summary("training", [path], form, result.summary_document())
    else:
        print_paths(path)
