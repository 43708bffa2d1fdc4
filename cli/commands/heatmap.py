"""``cnnviz heatmap``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, format_option, shared

FORMATS = ("html", "png", "gif", "mp4", "npz", "csv", "json")


@click.command("heatmap")
@click.argument("pictures", nargs=-1, metavar="[PICTURE]...")
@click.option(
    "--method",
    "methods",
    metavar="METHOD",
    multiple=True,
    default=("grad-cam",),
    help="A method, with parameters if need be: smoothgrad:samples=50,noise=0.2; may be given again. See cnnviz "
    "methods. [default: grad-cam]",
)
@click.option(
    "--class",
    "class_name",
    metavar="CLASS",
    help="Explain this class, on pictures labelled with it. [default: the predicted class, on any]",
)
@click.option(
    "--target",
    metavar="TARGET",
    help="What to explain, on pictures chosen otherwise: a class, predicted, second, true, top-3 or all.",
)
@click.option("--against", metavar="CLASS", help="Explain the difference to this class: why one and not the other.")
@click.option(
    "--compare",
    "pair",
    metavar="A,B",
    help="Two classes: their surest pictures and the surest mistakes between them, side by side.",
)
@shared("layer", "model", "data", "index", "n", "wrong", "seed", count="10; with --compare 1,000")
@click.option(
    "--engine",
    type=click.Choice(["cnnviz", "tf-keras-vis"]),
    default="cnnviz",
    show_default=True,
    help="What computes the maps; tf-keras-vis is a second opinion for the methods that it has.",
)
@format_option(
    FORMATS,
    "Interactive page; a sheet; an animation; raw arrays; a table of the maps; all numbers as text.",
)
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(
    pictures: tuple[str, ...],
    methods: tuple[str, ...],
    layers: tuple[str, ...],
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Show where in a picture a score comes from.

    Takes ten pictures of --data, one of each class, or your own picture files, and explains the class that the model
    predicts for each. Writes one interactive HTML page that opens anywhere, and prints its path. Several methods are
    shown side by side. With several layers, methods that look at a layer fuse them.

    \b
    cnnviz heatmap
    cnnviz heatmap --wrong --n 5 --method grad-cam --method integrated-gradients
    cnnviz heatmap --class shirt --against t-shirt
    cnnviz heatmap --compare shirt,t-shirt
    cnnviz heatmap my_shirt.jpg --target top-3
    cnnviz heatmap --data fmnist --n 10000 --out maps.npz
    """
    from cnnviz.cli.console import print_json
    from cnnviz.cli.heatmap import made, write_heatmaps, write_stream
    from cnnviz.cli.inputs import note_choices, opened, output_path

    quiet, force, batch_size = options["quiet"], options["force"], options["batch_size"]
    form, out = output_path("heatmap", layers, form, out, offered=FORMATS)
    asked = {
        "methods": list(methods),
        "targets": options.pop("target") or options["class_name"],
        "against": options.pop("against"),
        "layer": _one_or_all(layers),
        "engine": options.pop("engine"),
    }
    pair = options.pop("pair")
    if pair:
        _refuse_with_pair(pictures, asked, options, form)
        from cnnviz.cli.pairs import write_pairs

        path, probe, images = write_pairs(pair, asked, form, out, options)
    else:
        if pictures:
            # Files have no labels to choose by: the class is only what is explained.
            options["class_name"] = None
        probe, images = opened(pictures, **options)
        if form == "npz":
            path = write_stream(probe, images, asked, out, batch_size, quiet, force)
        else:
            path = write_heatmaps(made(probe, images, asked, batch_size, quiet), form, out, quiet, force)
    note_choices(probe, images, quiet)
    if options["as_json"]:
        print_json("heatmaps", {"paths": [str(path)], "pictures": len(images), "format": form})
    else:
        print(path)


def _one_or_all(layers: tuple[str, ...]) -> str | list[str] | None:
    return (layers[0] if len(layers) == 1 else list(layers)) if layers else None


def _refuse_with_pair(pictures: tuple[str, ...], asked: dict[str, Any], options: dict[str, Any], form: str) -> None:
    given = {
        "picture files": pictures,
        "--class or --target": asked["targets"],
        "--against": asked["against"],
        "--engine": asked["engine"] != "cnnviz",
        "--index": options["index"],
        "--wrong": options["wrong"],
    }
    clash = [name for name, value in given.items() if value]
    if clash:
        raise click.UsageError(f"--compare chooses pictures and targets itself; leave out {clash[0]}")
    if form == "npz":
        raise click.UsageError("--compare makes several maps and an npz holds one; choose another --format")
