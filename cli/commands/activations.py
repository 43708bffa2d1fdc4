"""``cnnviz activations``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, format_option, shared

FORMATS = ("html", "png", "gif", "mp4", "npz", "json", "csv")


@click.command("activations")
@click.argument("image_files", nargs=-1, metavar="[IMAGE]...")
@shared("layer", "model", "data", "index", "class", "n", "wrong", "seed")
@format_option(
    FORMATS,
    "Interactive page; one sheet or animation per layer; raw arrays; all numbers as text; a table of the channels.",
)
@shared("out", *OPENING, "invert", "fit", "bands", "white", "batch-size", "precision", "json", "quiet", "force")
def command(
    image_files: tuple[str, ...], layers: tuple[str, ...], form: str | None, out: Path | None, **options: Any
) -> None:
    """Show each channel's activation.

    Takes ten images of --data, one of each class, or your own image files. Writes one interactive HTML page that
    opens anywhere, and prints its path.

    With --format png, gif or mp4: a sheet of tiles or an animation over the images, one file per layer. With csv: one
    row per image, layer and channel, with the lowest, mean and highest value and the share of cells that are not zero;
    for a unit, its value.

    \b
    cnnviz activations --layer conv2
    cnnviz activations --layer conv1 --class shirt --wrong --n 5
    cnnviz activations my_shirt.jpg
    cnnviz activations --layer conv2 --out conv2.gif
    cnnviz activations --data fmnist --n 10000 --layer conv3 --out conv3.npz
    """
    from cnnviz.cli.console import print_json, print_paths
    from cnnviz.cli.inputs import note_choices, open_inputs, output_path
    from cnnviz.cli.write import default_count, write_activations

    quiet = options["quiet"]
    form, out = output_path("activations", layers, form, out)
    probe, images = open_inputs(
        image_files, lambda probe: default_count(probe, layers or None, form), scored=False, **options
    )
    note_choices(probe, images, quiet)
    paths = write_activations(probe, images, layers or None, form, out, options["batch_size"], quiet, options["force"])
    if options["as_json"]:
        print_json("activations", {"paths": [str(path) for path in paths], "pictures": len(images), "format": form})
    else:
        print_paths(*paths)
