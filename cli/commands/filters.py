"""``cnnviz filters``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cnnviz.cli.options import OPENING, WHOLE_SET, format_option, shared

if TYPE_CHECKING:
    from cnnviz.features.filters.result import Filters

FORMATS = ("html", "png", "json", "csv", "npz")


@click.command("filters")
@click.argument("image_files", nargs=-1, metavar="[IMAGE]...")
@shared("layer")
@click.option(
    "--top", type=click.IntRange(1, 50), default=9, show_default=True, help="Images at either end of each filter."
)
@click.option(
    "--reconstruct/--no-reconstruct",
    default=True,
    show_default=True,
    help="Project the strongest activations back to pixels, on the page; unless asked for, only where quick.",
)
@click.option(
    "--maximize/--no-maximize",
    default=True,
    show_default=True,
    help="Make the image that maximally activates each filter, on the page; unless asked for, only where quick.",
)
@click.option(
    "--ablate/--no-ablate",
    default=True,
    show_default=True,
    help="Remove filters one by one and cumulatively, on the page; needs labels. Unless asked for, only where quick.",
)
@shared("model", "data", "index", "class", "n", "wrong", "seed", count=f"{WHOLE_SET:,}")
@format_option(FORMATS, "Interactive page; one sheet per layer; numbers as text or table; arrays.")
@shared("out", *OPENING, "invert", "fit", "bands", "white", "batch-size", "json", "quiet", "force")
def command(
    image_files: tuple[str, ...],
    layers: tuple[str, ...],
    top: int,
    reconstruct: bool,
    maximize: bool,
    ablate: bool,
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Show what each filter responds to.

    Searches up to 1,000 images of --data, or your own image files, for those that activate every filter of a layer most
    and least, and measures the filters: norm, entropy, selectivity, how often each is dead, its nearest twin, and
    whether its kernel differs from shuffled weights. The page also shows the image that maximally activates each
    filter, and the cost of removing it. Writes one interactive HTML page and prints its path.

    \b
    cnnviz filters --layer conv2
    cnnviz filters --layer conv1 --layer conv2 --data fmnist --n 10000
    cnnviz filters --format csv --out filters.csv
    """
    from cnnviz.cli.console import note, print_paths, progress
    from cnnviz.cli.inputs import note_choices, open_inputs, output_path
    from cnnviz.cli.write import print_summary
    from cnnviz.reports.filters import filters

    quiet = options["quiet"]
    form, out = output_path("filters", layers, form, out, offered=FORMATS)
    probe, images = open_inputs(image_files, lambda probe: WHOLE_SET, scored=False, **options)
    asked = {"reconstruct": reconstruct, "maximize": maximize, "ablate": ablate}
    # What is asked for by its option is made however long it takes.
    context = click.get_current_context()
    named = {name for name in asked if context.get_parameter_source(name) == ParameterSource.COMMANDLINE}
    include = {name: (True if name in named else None) if wanted else False for name, wanted in asked.items()}
    note_choices(probe, images, quiet)
    with progress("images", quiet) as update:
        result = filters(
            probe,
            images,
            layers or None,
            count=top,
            include=include if form == "html" else (),
            batch_size=options["batch_size"],
            progress=update,
        )
    paths = write_filters(result, form, out, quiet, options["force"])
    for line in (*result.notes, *result.findings):
        note(line, quiet)
    if options["as_json"]:
        print_summary("filters", paths, form, result.summary_document(), ahead=2)
    else:
        print_paths(*paths)


def write_filters(result: Filters, form: str, out: Path, quiet: bool, force: bool) -> list[Path]:
    """Write a sheet for each layer, or one file of all; return the paths."""
    from cnnviz.cli.write import beside, write_result

    if form != "png":
        return [write_result(result, form, out, quiet, force)]
    sheets = {path: out if len(result.layers) == 1 else beside(out, path) for path in result}
    return [write_result(result, form, place, quiet, force, layer=path) for path, place in sheets.items()]
