"""``cnnviz data``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, format_option, second_model, shared

#: The optional parts, as PARTS in cnnviz/reports/dataset/result.py, which is not imported for the help.
PARTS = ("medians", "noise", "separability", "importance", "duplicates", "odd", "labels", "drift")

FORMATS = ("html", "json", "csv", "png")


@click.command("data")
@click.argument("source", default="sample")
@second_model("--against", "A second set to compare with, such as today's data.", metavar="SOURCE")
@click.option(
    "--without",
    type=click.Choice(PARTS),
    multiple=True,
    help="A part to leave out; repeatable. Statistics and correlations are always included.",
)
@click.option(
    "--model",
    metavar="MODEL",
    help="A model of the same classes that checks the labels and was not trained on them, or none for a quick "
    "classifier. [default: a bundled network for fewer than 5,000 images of its classes, else none]",
)
@click.option(
    "--missing",
    type=click.Choice(["drop", "refuse"]),
    default="drop",
    show_default=True,
    help="What to do with images with NaN: leave them out with a note, or stop.",
)
@click.option(
    "--order",
    type=click.Choice(["class", "cluster"]),
    default="class",
    show_default=True,
    help="Order of classes in a png: by number or by similarity. The page has a switch.",
)
@format_option(FORMATS, "Interactive page; everything as text; one row per class; a figure.")
@shared("seed", *OPENING, "fit", "bands", "white", "out", "json", "quiet", "force")
def command(
    source: str,
    other: str | None,
    without: tuple[str, ...],
    model: str | None,
    missing: str,
    order: str,
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Show statistics of a data set, without a model.

    Reports on SOURCE, any value of --data: counts, mean, median and deviation of each class, histograms, correlations,
    pixel importance, duplicates, odd images, and probable label errors. If SOURCE has a train and a test part both are
    shown side by side, with leaks and drift tests; fmnist:train selects one part. Writes one interactive HTML page and
    prints its path.

    \b
    cnnviz data fmnist
    cnnviz data photos/ --without importance --out photos.html
    cnnviz data new.npz --model runs/mine
    cnnviz data yesterday.npz --other today.npz --format json
    """
    from cnnviz.cli.console import note, print_paths, progress
    from cnnviz.cli.inputs import open_model_by_options, output_path
    from cnnviz.cli.write import print_summary, write_result
    from cnnviz.reports.dataset.profile import profile_images

    quiet = options["quiet"]
    judge: Any = None if model == "none" else "auto"
    if model not in (None, "none"):
        judge = open_model_by_options(model, **options)
    form, out = output_path("data", (), form, out, offered=FORMATS)
    with progress("parts", quiet) as update:
        report = profile_images(
            source,
            other,
            parts=[part for part in PARTS if part not in without],
            drop_missing=missing == "drop",
            model=judge,
            seed=options["seed"] or 0,
            fit=options["fit"],
            bands=options["bands"],
            white=options["white"],
            progress=update,
        )
    drawn = {"order": order} if form == "png" else {}
    path = write_result(report, form, out, quiet, options["force"], **drawn)
    for line in (*report.notes, *report.findings):
        note(line, quiet)
    if options["as_json"]:
        print_summary("data", [path], form, report.summary_document(), ahead=1)
    else:
        print_paths(path)
