"""``cnnviz deconv``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, WHOLE_SET, format_option, numbers, shared

FORMATS = ("html", "png", "json")


@click.command("deconv")
@click.argument("image_files", nargs=-1, metavar="[IMAGE]...")
@click.option("--layer", metavar="PATH", required=True, help="The layer, such as conv2.")
@click.option(
    "--channel", "channels", metavar="NUMBERS", multiple=True, help="Channels: 17, 3,5 or 10-19. [default: all]"
)
@click.option("--top", type=click.IntRange(1, 50), default=9, show_default=True, help="Images per channel.")
@click.option(
    "--method",
    metavar="METHOD",
    default="deconvnet",
    show_default=True,
    help="deconvnet, guided-backprop, saliency or another method with a value per pixel.",
)
@shared("model", "data", "index", "class", "n", "wrong", "seed", count=f"{WHOLE_SET:,}")
@format_option(FORMATS, "Interactive page; a sheet; all numbers as text.")
@shared("out", *OPENING, "invert", "fit", "bands", "white", "batch-size", "json", "quiet", "force")
def command(
    image_files: tuple[str, ...],
    layer: str,
    channels: tuple[str, ...],
    top: int,
    method: str,
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Show what maximally activates each channel of a layer.

    Searches up to 1,000 images of --data, or your own image files, for the strongest activations of every channel, and
    projects each back to the pixels that caused it. Writes one interactive HTML page and prints its path.

    \b
    cnnviz deconv --layer conv2
    cnnviz deconv --layer conv2 --channel 17 --top 20
    cnnviz deconv --layer conv3 --method guided-backprop --data fmnist --n 10000
    """
    from cnnviz.attribution.reconstruct import reconstruct
    from cnnviz.cli.console import print_paths, progress
    from cnnviz.cli.inputs import note_choices, open_inputs, output_path
    from cnnviz.cli.write import print_summary, write_result

    quiet = options["quiet"]
    form, out = output_path("deconv", (layer,), form, out, offered=FORMATS)
    wanted = numbers(channels, "--channel") if channels else None
    probe, images = open_inputs(image_files, lambda probe: WHOLE_SET, scored=False, **options)
    note_choices(probe, images, quiet)
    with progress("images", quiet) as update:
        result = reconstruct(
            probe,
            images,
            layer,
            wanted,
            count=top,
            method=method,
            batch_size=options["batch_size"],
            progress=update,
        )
    path = write_result(result, form, out, quiet, options["force"])
    if options["as_json"]:
        print_summary("reconstructions", [path], form, result.summary_document())
    else:
        print_paths(path)
