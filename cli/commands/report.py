"""``cnnviz report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import OPENING, WHOLE_SET, earlier_option, format_option, shared

if TYPE_CHECKING:
    from cnnviz.reports.report import Content

FORMATS = ("html", "png", "csv", "json")
#: What each format needs of a report, else the predictions.
CONTENT: dict[str, Content] = {"html": "report", "json": "channels"}


@click.command("report")
@click.argument("image_files", nargs=-1, metavar="[IMAGE]...")
@shared("model", "data", "layer", "index", "class", "n", "wrong", "seed", count=f"{WHOLE_SET:,}")
@click.option(
    "--statistics/--no-statistics", default=None, help="Sparseness and dimensionality of each layer. [default: auto]"
)
@click.option(
    "--embedding/--no-embedding",
    default=None,
    help="Map of the images by the layer before the head. [default: auto]",
)
@earlier_option("--map/--no-map", "--embedding/--no-embedding", "embedding")
@click.option("--similarity/--no-similarity", default=None, help="Similarity of the layers. [default: auto]")
@click.option(
    "--maximize/--no-maximize",
    default=None,
    help="The image that maximally activates each filter. [default: auto, if quick]",
)
@format_option(FORMATS, "Interactive page; the confusion matrix; a table of the images; all numbers as text.")
@shared("out", *OPENING, "invert", "fit", "bands", "white", "batch-size", "json", "quiet", "force")
def command(
    image_files: tuple[str, ...],
    layers: tuple[str, ...],
    statistics: bool | None,
    embedding: bool | None,
    similarity: bool | None,
    maximize: bool | None,
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Show everything about a model and a set of images.

    The whole gallery as one HTML page: the model, its predictions and mistakes, every image, layer and channel, a map
    of the images, the similarity of layers, what maximally activates each filter, and a canvas to draw on, with the
    network running in the page. Takes up to 1,000 images of --data, or your own image files. Prints the page's path. A
    run folder of cnnviz train as --model adds its training snapshots. For the cost of removing filters see cnnviz
    filters and cnnviz ablate.

    With --format png: the confusion matrix. With csv: one row per image with its true and predicted class,
    confidence, loss and the probability of each class. With json: the same, the model, its accuracy and confusion
    matrix, and for each layer the silent channels, the range of values and the share of cells that are not zero.

    \b
    cnnviz report
    cnnviz report --no-maximize --no-embedding
    cnnviz report --model my_model.keras --data photos/ --out report.html
    cnnviz report --data fmnist --n 10000 --out predictions.csv
    cnnviz report --data fmnist --n 10000
    """
    from cnnviz.cli.console import note, print_paths, progress
    from cnnviz.cli.inputs import note_choices, open_inputs, output_path
    from cnnviz.cli.write import print_summary, write_result
    from cnnviz.core.files import write_bytes
    from cnnviz.reports.companions import OF_REPORT, wanted_companions
    from cnnviz.reports.report import run_report

    quiet, force = options["quiet"], options["force"]
    form, out = output_path("report", (), form, out, offered=FORMATS)
    if form in ("png", "csv") and layers:
        raise click.UsageError(f"--layer selects the layers of a page or json; leave it out for {form}")
    include = {"statistics": statistics, "embedding": embedding, "similarity": similarity, "maximize": maximize}
    if form != "html" and any(include.values()):
        raise click.UsageError(f"the optional parts need --format html; leave them out for {form}")
    probe, images = open_inputs(image_files, lambda probe: WHOLE_SET, scored=False, **options)
    note_choices(probe, images, quiet)
    with progress("images", quiet) as update:
        result = run_report(
            probe,
            images,
            layers or None,
            wanted_companions(include, OF_REPORT),
            batch_size=options["batch_size"],
            progress=update,
            content=CONTENT.get(form, "predictions"),
        )
    for line in result.notes:
        note(line, quiet)
    if form == "png":
        path = write_bytes(out, result.confusion_png(), force)
    else:
        path = write_result(result, form, out, quiet, force)
    if options["as_json"]:
        print_summary("report", [path], form, result.summary_document())
    else:
        print_paths(path)
