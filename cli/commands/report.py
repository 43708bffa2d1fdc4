"""``cnnviz report``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, format_option, shared

#: Pictures of a data set that are taken where nobody said how many.
MOST = 1000

FORMATS = ("html", "png", "csv", "json")


@click.command("report")
@click.argument("pictures", nargs=-1, metavar="[PICTURE]...")
@shared("model", "data", "layer", "index", "class", "n", "wrong", "seed", count=f"{MOST:,}")
@click.option(
    "--statistics/--no-statistics", default=None, help="Sparsity and dimensions of each layer. [default: auto]"
)
@click.option(
    "--map/--no-map",
    "embedding",
    default=None,
    help="The pictures as points, by the layer before the head. [default: auto]",
)
@click.option("--similarity/--no-similarity", default=None, help="How alike the layers are. [default: auto]")
@click.option(
    "--maximize/--no-maximize",
    default=None,
    help="The picture that excites each filter most. [default: auto, which makes what is quick]",
)
@format_option(FORMATS, "Interactive page; the confusion matrix; a table of the pictures; all numbers as text.")
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(
    pictures: tuple[str, ...],
    layers: tuple[str, ...],
    statistics: bool | None,
    embedding: bool | None,
    similarity: bool | None,
    maximize: bool | None,
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Show everything about a model and a set of pictures.

    The whole gallery as one HTML page: the model, its right and wrong answers, every picture, layer and channel, a map
    of the pictures, how alike layers are, what excites each filter most, and a canvas to draw on, with the network
    running in the page. Takes up to 1,000 pictures of --data, or your own picture files. Prints the page's path. A
    run folder of cnnviz train as --model brings its training along, moment by moment. What removing filters costs is
    told by cnnviz filters and cnnviz ablate.

    With --format png: the confusion matrix. With csv: a row for each picture with its true and predicted class,
    confidence, loss and the probability of each class. With json: the same, the model, its accuracy and confusion
    matrix, and for each layer the silent channels, the range of values and the share of cells that are not zero.

    \b
    cnnviz report
    cnnviz report --no-maximize --no-map
    cnnviz report --model my_model.keras --data photos/ --out report.html
    cnnviz report --data fmnist --n 10000 --out predictions.csv
    cnnviz report --data fmnist --n 10000
    """
    from cnnviz.cli.console import print_json
    from cnnviz.cli.further import Also
    from cnnviz.cli.inputs import note_choices, opened, output_path
    from cnnviz.cli.report import write_report

    quiet = options["quiet"]
    form, out = output_path("report", (), form, out, offered=("html", "png", "csv", "json"))
    if form in ("png", "csv") and layers:
        raise click.UsageError(
            f"--layer says which layers a page or a json tells of; a {form} has none, so leave it out"
        )
    also = Also(statistics, embedding, similarity, maximize, options["model"])
    if form != "html" and any((statistics, embedding, similarity, maximize)):
        raise click.UsageError(f"what a page shows besides needs --format html; a {form} has none of it")
    probe, images = opened(pictures, lambda probe: MOST, **options)
    path, accuracy = write_report(
        probe, images, layers or None, form, out, also, options["batch_size"], quiet, options["force"]
    )
    note_choices(probe, images, quiet)
    if options["as_json"]:
        told = {"paths": [str(path)], "pictures": len(images), "accuracy": accuracy, "format": form}
        print_json("report", told)
    else:
        print(path)
