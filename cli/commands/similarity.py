"""``cnnviz similarity``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, WHOLE_SET, format_option, second_model, shared

FORMATS = ("html", "png", "npz", "csv", "json")


@click.command("similarity")
@click.argument("image_files", nargs=-1, metavar="[IMAGE]...")
@second_model("--with", "A second model, whose layers are the columns.")
@shared("layer", "model", "data", "index", "class", "n", "wrong", "seed", count=f"{WHOLE_SET:,}")
@format_option(FORMATS, "Interactive page; a sheet; everything; tables.")
@shared("out", *OPENING, "invert", "fit", "bands", "white", "json", "quiet", "force")
def command(
    image_files: tuple[str, ...],
    other: str | None,
    layers: tuple[str, ...],
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Show the similarity of layers.

    Compares every layer of a model with every other, or with the layers of a second model, by linear CKA on up to 1,000
    images of --data or your own image files: 1 is identical up to rotation and scale. Writes one interactive HTML page
    and prints its path.

    \b
    cnnviz similarity
    cnnviz similarity --other other.keras --data fmnist
    cnnviz similarity --format csv
    """
    from cnnviz.cli.console import print_paths, progress
    from cnnviz.cli.inputs import note_choices, open_inputs, open_model_by_options, output_path
    from cnnviz.cli.write import print_summary, write_result
    from cnnviz.features.representation.similarity import similarity

    quiet = options["quiet"]
    form, out = output_path("similarity", layers, form, out, offered=FORMATS)
    probe, images = open_inputs(image_files, lambda probe: WHOLE_SET, scored=False, **options)
    note_choices(probe, images, quiet)
    second = None if other is None else open_model_by_options(other, False, **options)
    with progress("images", quiet) as update:
        result = similarity(probe, images, layers or None, other=second, progress=update)
    path = write_result(result, form, out, quiet, options["force"])
    if options["as_json"]:
        print_summary("similarity", [path], form, result.summary_document())
    else:
        print_paths(path)
