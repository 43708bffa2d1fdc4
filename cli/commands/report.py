"""``cnnviz report``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, shared

#: Pictures of a data set that are taken where nobody said how many.
MOST = 1000


@click.command("report")
@click.argument("pictures", nargs=-1, metavar="[PICTURE]...")
@shared("model", "data", "layer", "index", "class", "n", "wrong", "seed", "out")
@shared(*OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(pictures: tuple[str, ...], layers: tuple[str, ...], out: Path | None, **options: Any) -> None:
    """Show everything about a model and a set of pictures.

    The whole gallery as one HTML page: the model, its right and wrong answers, every picture, layer and channel, and
    a canvas to draw on, with the network running in the page. Takes up to 1,000 pictures of --data, or your own picture
    files. Prints the page's path.

    \b
    cnnviz report
    cnnviz report --model my_model.keras --data photos/ --out report.html
    cnnviz report --data fmnist --n 10000
    """
    from cnnviz.cli.console import note, print_json, progress
    from cnnviz.cli.work import opened, output_path
    from cnnviz.cli.write import write_page
    from cnnviz.core.render import show
    from cnnviz.reports.report import report

    quiet = options["quiet"]
    _, out = output_path("report", (), None, out, offered=("html",))
    probe, images = opened(pictures, lambda probe: MOST, **options)
    with progress("pictures", quiet) as update:
        result = report(probe, images, layers or None, batch_size=options["batch_size"], progress=update)
    path = write_page(show(result, "page"), out, options["force"], quiet)
    for line in images.notes:
        note(f"pictures: {line}", quiet)
    if not probe.scale.settled:
        note(f"pixels: {probe.scale.name} {probe.scale.reason}; give --scale if you know better", quiet)
    if options["as_json"]:
        print_json("report", {"paths": [str(path)], "pictures": len(images), "accuracy": result.accuracy})
    else:
        print(path)
