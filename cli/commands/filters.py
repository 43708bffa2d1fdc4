"""``cnnviz filters``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, format_option, shared

#: Pictures of a data set that are looked through where nobody said how many.
MOST = 1000

FORMATS = ("html", "png", "json", "csv", "npz")


@click.command("filters")
@click.argument("pictures", nargs=-1, metavar="[PICTURE]...")
@shared("layer")
@click.option(
    "--top", type=click.IntRange(1, 50), default=9, show_default=True, help="Pictures at either end of each filter."
)
@click.option(
    "--reconstruct/--no-reconstruct",
    default=True,
    show_default=True,
    help="Lead the strongest answers back to pixels, on the page.",
)
@click.option(
    "--maximize/--no-maximize",
    default=True,
    show_default=True,
    help="Make the picture that excites each filter most, on the page.",
)
@click.option(
    "--ablate/--no-ablate",
    default=True,
    show_default=True,
    help="Remove the filters one by one and in orders, on the page; needs labels.",
)
@shared("model", "data", "index", "class", "n", "wrong", "seed", count=f"{MOST:,}")
@format_option(FORMATS, "Interactive page; a sheet for each layer; numbers as text or table; arrays.")
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(
    pictures: tuple[str, ...],
    layers: tuple[str, ...],
    top: int,
    reconstruct: bool,
    maximize: bool,
    ablate: bool,
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Show what each filter looks for, if anything.

    Looks through up to 1,000 pictures of --data, or your own picture files, for what excites every filter of a layer
    most and least, and measures the filters themselves: weight, entropy, selectivity, how often each is dead, its
    nearest twin, and whether its kernel can be told from shuffled weights. Its page also shows the picture that excites
    each filter most, and what removing it costs. Writes one interactive HTML page and prints its path.

    \b
    cnnviz filters --layer conv2
    cnnviz filters --layer conv1 --layer conv2 --data fmnist --n 10000
    cnnviz filters --format csv --out filters.csv
    """
    from cnnviz.cli.console import note, print_json
    from cnnviz.cli.filters import Also, made, write_filters
    from cnnviz.cli.inputs import note_choices, opened, output_path

    quiet = options["quiet"]
    form, out = output_path("filters", layers, form, out, offered=FORMATS)
    probe, images = opened(pictures, lambda probe: MOST, **options)
    result = made(probe, images, layers or None, top, options["batch_size"], quiet)
    paths = write_filters(
        probe, result, form, out, Also(reconstruct, maximize, ablate), options["batch_size"], quiet, options["force"]
    )
    note_choices(probe, images, quiet)
    for finding in result.findings:
        note(finding, quiet)
    if options["as_json"]:
        counts = {path: len(held) for path, held in result.layers.items()}
        told = {"paths": [str(path) for path in paths], "pictures": len(images), "filters": counts, "format": form}
        print_json("filters", told | {"findings": result.findings})
    else:
        print("\n".join(map(str, paths)))
