"""``cnnviz trust``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, format_option, shared

FORMATS = ("html", "png", "csv", "json", "npz")
#: The default number of images.
COUNT = 500


@click.command("trust")
@click.argument("image_files", nargs=-1, metavar="[IMAGE]...")
@click.option(
    "--method",
    "methods",
    multiple=True,
    metavar="METHOD",
    help="A method, with optional parameters; repeatable. See cnnviz methods. [default: all]",
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="METRIC",
    help="A metric, with optional settings: deletion:output=logit; repeatable. [default: deletion, insertion, road, "
    "mu-fidelity, gini, randomization]",
)
@shared("model", "data", "index", "class", "n", "wrong", "seed", count=str(COUNT))
@format_option(FORMATS, "A page; the table as an image, as text; everything.")
@shared("out", *OPENING, "invert", "fit", "bands", "white", "json", "quiet", "force")
def command(
    image_files: tuple[str, ...],
    methods: tuple[str, ...],
    metrics: tuple[str, ...],
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Measure whether heatmaps can be believed.

    Explains the predicted class of up to 500 images of --data, or of your own image files, by every method, and
    measures each map: how the score follows when pixels are hidden in its order, whether it changes when the network
    has random weights, and how concentrated it is. Random maps and the edges of the image are measured beside them.
    Writes one HTML page and prints its path.

    \b
    cnnviz trust
    cnnviz trust --model my_model.keras --data photos/ --n 100
    cnnviz trust --method grad-cam --method lrp --metric deletion:output=logit --out trust.csv
    """
    from cnnviz.cli.console import note, print_paths, progress
    from cnnviz.cli.inputs import note_choices, open_inputs, output_path
    from cnnviz.cli.write import print_summary, write_result
    from cnnviz.reports.trust.run import run_trust

    quiet = options["quiet"]
    form, out = output_path("trust", (), form, out, offered=FORMATS)
    probe, images = open_inputs(image_files, lambda probe: COUNT, **options)
    note_choices(probe, images, quiet)
    chosen = (list(methods) or None, list(metrics) or None)
    with progress("scores", quiet) as update:
        result = run_trust(probe, images, *chosen, seed=options["seed"] or 0, progress=update)
    path = write_result(result, form, out, quiet, options["force"])
    for line in (*result.notes, *result.findings):
        note(line, quiet)
    if options["as_json"]:
        print_summary("trust", [path], form, result.summary_document())
    else:
        print_paths(path)
