"""``cnnviz embedding``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, WHOLE_SET, format_option, shared

FORMATS = ("html", "png", "npz", "csv", "json")


@click.command("embedding")
@click.argument("image_files", nargs=-1, metavar="[IMAGE]...")
@click.option("--layer", metavar="PATH", help="The layer, such as conv3. [default: the last before the head]")
@shared("model", "data", "index", "class", "n", "wrong", "seed", count=f"{WHOLE_SET:,}")
@click.option(
    "--method",
    "methods",
    type=click.Choice(["pca", "tsne"]),
    multiple=True,
    help="Principal components or t-SNE. [default: both]",
)
@format_option(FORMATS, "Interactive page; a sheet; everything; tables.")
@shared("out", *OPENING, "invert", "fit", "bands", "white", "batch-size", "json", "quiet", "force")
def command(
    image_files: tuple[str, ...],
    layer: str | None,
    methods: tuple[str, ...],
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Map images by the model's features.

    Places up to 1,000 images of --data, or your own image files, in a plane by the features before the head: images
    that are similar to the model are close. Writes one interactive HTML page and prints its path.

    \b
    cnnviz embedding
    cnnviz embedding --data fmnist --n 5000 --method tsne
    cnnviz embedding --layer conv3 --format csv
    """
    from cnnviz.cli.console import print_paths, progress
    from cnnviz.cli.inputs import note_choices, open_inputs, output_path
    from cnnviz.cli.write import print_summary, write_result
    from cnnviz.features.representation.embedding import METHODS, embedding

    quiet, seed = options["quiet"], options["seed"]
    form, out = output_path("embedding", (layer,) if layer else (), form, out, offered=FORMATS)
    probe, images = open_inputs(image_files, lambda probe: WHOLE_SET, scored=False, **options)
    note_choices(probe, images, quiet)
    with progress("images", quiet) as update:
        result = embedding(
            probe, images, layer, methods or METHODS, seed=seed or 0, batch_size=options["batch_size"], progress=update
        )
    path = write_result(result, form, out, quiet, options["force"])
    if options["as_json"]:
        print_summary("embedding", [path], form, result.summary_document())
    else:
        print_paths(path)
