"""``cnnviz predict``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, format_option, shared

FORMATS = ("html", "png", "gif", "mp4", "csv", "json")


@click.command("predict")
@click.argument("pictures", nargs=-1, metavar="PICTURE...", required=True)
@click.option(
    "--top", type=click.IntRange(1), default=3, show_default=True, metavar="COUNT", help="How many classes a picture."
)
@shared("model")
@format_option(
    FORMATS,
    "Write a file: interactive page with a heatmap of each picture; a sheet of these; one picture after the "
    "other; a table with the probability of every class; all as text.",
    otherwise="print",
)
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(
    pictures: tuple[str, ...], top: int, form: str | None, out: Path | None, as_json: bool, **options: Any
) -> None:
    """Print the most probable classes of pictures.

    PICTURE is an image file of any size, grey or in colour, a folder of them, or a pattern. What was done to make it
    suit the model (resized, greyed, inverted) is said. With --format or --out a file is written and its path printed: a
    page or sheet with Grad-CAM, which shows where the predicted class comes from, or a table.

    \b
    cnnviz predict my_shirt.jpg
    cnnviz predict photos/*.png --top 5 --json
    cnnviz predict my_shirt.jpg --format html
    cnnviz predict photos/ --out photos.csv
    """
    from cnnviz.cli.console import print_json
    from cnnviz.cli.inputs import note_choices, opened, output_path
    from cnnviz.cli.predict import print_classes, write_predictions

    quiet, force, batch_size = options["quiet"], options["force"], options["batch_size"]
    to_file = form is not None or out is not None
    if to_file:
        form, out = output_path("predictions", (), form, out, offered=FORMATS)
    probe, images = opened(pictures, **options)
    note_choices(probe, images, quiet)
    if form is None or out is None:
        print_classes(probe, images, top, batch_size, as_json)
        return
    path = write_predictions(probe, images, form, out, batch_size, quiet, force)
    if as_json:
        print_json("predictions", {"paths": [str(path)], "pictures": len(images), "format": form})
    else:
        print(path)
