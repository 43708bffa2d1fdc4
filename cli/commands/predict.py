"""``cnnviz predict``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, format_option, shared

FORMATS = ("html", "png", "gif", "mp4", "csv", "json")


@click.command("predict")
@click.argument("image_files", nargs=-1, metavar="IMAGE...", required=True)
@click.option("--top", type=click.IntRange(1), default=3, show_default=True, metavar="COUNT", help="Classes per image.")
@shared("model")
@format_option(
    FORMATS,
    "Write a file: interactive page with a heatmap of each image; a sheet of these; an animation; a table with "
    "the probability of every class; all as text.",
    otherwise="print",
)
@shared("out", *OPENING, "invert", "fit", "bands", "white", "batch-size", "json", "quiet", "force")
def command(
    image_files: tuple[str, ...], top: int, form: str | None, out: Path | None, as_json: bool, **options: Any
) -> None:
    """Print the most probable classes of images.

    IMAGE is an image file of any size, grayscale or color, a folder of them, or a pattern. Notes say what was done to
    fit it to the model: resized, converted to grayscale, inverted. With --format or --out a file is written and its
    path printed: a page or sheet with Grad-CAM, which shows where the predicted class comes from, or a table.

    \b
    cnnviz predict my_shirt.jpg
    cnnviz predict photos/*.png --top 5 --json
    cnnviz predict my_shirt.jpg --format html
    cnnviz predict photos/ --out photos.csv
    """
    from cnnviz.attribution.default_heatmaps import EXPLAINED, predictions_for_format
    from cnnviz.cli.console import note, print_json, print_paths, progress
    from cnnviz.cli.inputs import note_choices, open_inputs, output_path
    from cnnviz.cli.tables import Table, print_table
    from cnnviz.cli.write import print_summary, write_result
    from cnnviz.features.predictions import predict

    quiet, force, batch_size = options["quiet"], options["force"], options["batch_size"]
    if form is not None or out is not None:
        form, out = output_path("predictions", (), form, out, offered=FORMATS)
    probe, images = open_inputs(image_files, **options)
    note_choices(probe, images, quiet)
    if form is None or out is None:
        result = predict(probe, images, batch_size=batch_size)
        if as_json:
            print_json("predictions", result.top_document(top))
        else:
            columns, *rows = result.summary_rows(top)
            print_table(Table(columns, tuple(rows)))
        return
    with progress("heatmaps" if form in EXPLAINED else "images", quiet) as update:
        result = predictions_for_format(probe, images, form, batch_size=batch_size, progress=update)
    for line in result.notes:
        note(line, quiet)
    path = write_result(result, form, out, quiet, force)
    if as_json:
        print_summary("predictions", [path], form, result.summary_document())
    else:
        print_paths(path)
