"""``cnnviz heatmap``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import OPENING, WHOLE_SET, format_option, shared

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe

FORMATS = ("html", "png", "gif", "mp4", "npz", "csv", "json")


@click.command("heatmap")
@click.argument("image_files", nargs=-1, metavar="[IMAGE]...")
@click.option(
    "--method",
    "methods",
    metavar="METHOD",
    multiple=True,
    default=("grad-cam",),
    help="A method, with optional parameters: smoothgrad:samples=50,noise=0.2; repeatable. See cnnviz "
    "methods. [default: grad-cam]",
)
@click.option(
    "--class",
    "class_name",
    metavar="CLASS",
    help="Explain this class, on images labeled with it. [default: the predicted class, on all images]",
)
@click.option(
    "--target",
    metavar="TARGET",
    help="What to explain, on any images: a class or output, predicted, second, true, top-3 or all; a channel, "
    "conv2/17; of a segmentation a pixel, a box or all of a class: 2@12,30, 2@0,0-16,16, 2@all.",
)
@click.option("--against", metavar="CLASS", help="Explain the difference to this class: why one and not the other.")
@click.option(
    "--compare",
    "pair",
    metavar="A,B",
    help="Two classes: the most confident images and mistakes of both, side by side.",
)
@shared("layer", "model", "data", "index", "n", "wrong", "seed", count="10; with --compare 1,000")
@click.option(
    "--engine",
    type=click.Choice(["cnnviz", "tf-keras-vis"]),
    default="cnnviz",
    show_default=True,
    help="What computes the maps; tf-keras-vis for comparison, for the methods that it has.",
)
@click.option(
    "--original",
    is_flag=True,
    help="Show the maps over the image files, at their own size and shape too (html), or instead (png).",
)
@format_option(
    FORMATS,
    "Interactive page; a sheet; an animation; raw arrays; a table of the maps; all numbers as text.",
)
@shared("out", *OPENING, "invert", "fit", "bands", "white", "batch-size", "precision", "json", "quiet", "force")
def command(
    image_files: tuple[str, ...],
    methods: tuple[str, ...],
    layers: tuple[str, ...],
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Show where in an image a score comes from.

    Takes ten images of --data, one of each class, or your own image files, and explains the class that the model
    predicts for each. Writes one interactive HTML page that opens anywhere, and prints its path. Several methods are
    shown side by side. Layer-based methods combine all selected layers.

    \b
    cnnviz heatmap
    cnnviz heatmap --wrong --n 5 --method grad-cam --method integrated-gradients
    cnnviz heatmap --class shirt --against t-shirt
    cnnviz heatmap --compare shirt,t-shirt
    cnnviz heatmap my_shirt.jpg --target top-3
    cnnviz heatmap --model my_model.keras --original photos/*.jpg
    cnnviz heatmap --data fmnist --n 10000 --out maps.npz
    """
    from cnnviz.attribution.heatmaps import heatmaps
    from cnnviz.cli.console import print_json, print_paths, progress
    from cnnviz.cli.inputs import note_choices, open_inputs, output_path
    from cnnviz.cli.write import write_result
    from cnnviz.core.target_text import of_layers
    from cnnviz.data.originals import check_originals

    quiet, force, batch_size = options["quiet"], options["force"], options["batch_size"]
    form, out = output_path("heatmap", layers, form, out, offered=FORMATS)
    asked = {
        "methods": list(methods),
        "targets": options.pop("target") or options["class_name"],
        "against": options.pop("against"),
        "layer": _one_or_all(layers),
        "engine": options.pop("engine"),
    }
    pair, original = options.pop("pair"), options.pop("original")
    if original and (pair or form not in ("html", "png")):
        raise click.UsageError("--original is for html and png without --compare; leave it out")
    if pair:
        _refuse_with_pair(image_files, asked, options, form)
        path, count = write_pairs(pair, asked, form, out, options)
    else:
        if image_files:
            # Files have no labels to choose by: the class is only what is explained.
            options["class_name"] = None
        probe, images = open_inputs(image_files, scored=not of_layers(asked["targets"]), **options)
        if original:
            check_originals(images)
        note_choices(probe, images, quiet)
        count = len(images)
        if form == "npz":
            path = write_stream(probe, images, asked, out, batch_size, quiet, force)
        else:
            with progress("heatmaps", quiet) as update:
                result = heatmaps(probe, images, **asked, batch_size=batch_size, progress=update)
            path = write_result(result, form, out, quiet, force, **({"original": True} if original else {}))
    if options["as_json"]:
        print_json("heatmaps", {"paths": [str(path)], "pictures": count, "format": form})
    else:
        print_paths(path)


def _one_or_all(layers: tuple[str, ...]) -> str | list[str] | None:
    return (layers[0] if len(layers) == 1 else list(layers)) if layers else None


def _refuse_with_pair(image_files: tuple[str, ...], asked: dict[str, Any], options: dict[str, Any], form: str) -> None:
    given = {
        "image files": image_files,
        "--class or --target": asked["targets"],
        "--against": asked["against"],
        "--engine": asked["engine"] != "cnnviz",
        "--index": options["index"],
        "--wrong": options["wrong"],
    }
    clash = [name for name, value in given.items() if value]
    if clash:
        raise click.UsageError(f"--compare chooses images and targets itself; leave out {clash[0]}")
    if form == "npz":
        raise click.UsageError("--compare makes several maps but an npz has one; choose another --format")


def write_stream(
    probe: Probe, images: Images, asked: dict[str, Any], out: Path, batch_size: int | None, quiet: bool, force: bool
) -> Path:
    """Write the maps of one method and target to .npz, batch by batch."""
    from cnnviz.attribution.attribute import stream_attributions
    from cnnviz.attribution.heatmaps import resolve_heatmaps
    from cnnviz.attribution.result import save_stream
    from cnnviz.cli.console import progress
    from cnnviz.core.errors import UsageError
    from cnnviz.core.progress import report_parts

    methods, targets = resolve_heatmaps(asked["methods"], asked["targets"], asked["layer"], len(probe.card.score_names))
    if len(methods) * len(targets) > 1:
        raise UsageError("an npz has one method and one target; give one --method and one --target")
    with progress("heatmaps", quiet) as update:
        parts = stream_attributions(
            probe,
            images,
            methods[0],
            targets[0],
            against=asked["against"],
            engine=asked["engine"],
            batch_size=batch_size,
        )
        return save_stream(report_parts(parts, len(images), update), len(images), out, force)


def write_pairs(pair: str, asked: dict[str, Any], form: str, out: Path, options: dict[str, Any]) -> tuple[Path, int]:
    """Choose the images of a pair "A,B", explain them, and write the result; return its path and their number.

    ``asked`` are methods and layer.
    """
    from cnnviz.attribution.confused_pairs import confused_pairs
    from cnnviz.cli.console import progress
    from cnnviz.cli.inputs import note_choices, open_inputs
    from cnnviz.cli.write import write_result

    a, comma, b = pair.partition(",")
    if not (comma and a.strip() and b.strip()):
        raise click.UsageError(f"--compare {pair!r} is not two classes; write shirt,t-shirt")
    quiet = options["quiet"]
    probe, images = open_inputs((), lambda probe: WHOLE_SET, **options)
    note_choices(probe, images, quiet)
    with progress("images", quiet) as update:
        result = confused_pairs(
            probe,
            images,
            a.strip(),
            b.strip(),
            asked["methods"],
            layer=asked["layer"],
            batch_size=options["batch_size"],
            progress=update,
        )
    return write_result(result, form, out, quiet, options["force"]), len(result)
