"""``cnnviz predict``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import OPENING, format_option, shared

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe

FORMATS = ("html", "png", "gif", "mp4", "csv", "json")


@click.command("predict")
@click.argument("image_files", nargs=-1, metavar="IMAGE...", required=True)
@click.option("--top", type=click.IntRange(1), default=3, show_default=True, metavar="COUNT", help="Classes per image.")
@shared("model")
@format_option(
    FORMATS,
    "Write a file: interactive page with a heatmap of each image; a sheet of these; an animation; a table with "
    "the probability of every class; all as text.",
    otherwise="print",
)
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(
    image_files: tuple[str, ...], top: int, form: str | None, out: Path | None, as_json: bool, **options: Any
) -> None:
    """Print the most probable classes of images.

    IMAGE is an image file of any size, grayscale or color, a folder of them, or a pattern. Notes say what was done to
    fit it to the model: resized, converted to grayscale, inverted. With --format or --out a file is written and its
    path printed: a page or sheet with Grad-CAM, which shows where the predicted class comes from, or a table.

    \b
    cnnviz predict my_shirt.jpg
    cnnviz predict photos/*.png --top 5 --json
    cnnviz predict my_shirt.jpg --format html
    cnnviz predict photos/ --out photos.csv
    """
    from cnnviz.cli.console import print_json
    from cnnviz.cli.inputs import note_choices, opened, output_path

    quiet, force, batch_size = options["quiet"], options["force"], options["batch_size"]
    to_file = form is not None or out is not None
    if to_file:
        form, out = output_path("predictions", (), form, out, offered=FORMATS)
    probe, images = opened(image_files, **options)
    note_choices(probe, images, quiet)
    if form is None or out is None:
        print_classes(probe, images, top, batch_size, as_json)
        return
    path = write_predictions(probe, images, form, out, batch_size, quiet, force)
    if as_json:
        print_json("predictions", {"paths": [str(path)], "pictures": len(images), "format": form})
    else:
        print(path)


#: The default method, and the one for networks without maps.
METHOD, WITHOUT_MAPS = "grad-cam", "saliency"
#: The most images of a page, a sheet or an animation.
MOST = {"html": 2_000, "png": 200, "gif": 200, "mp4": 200}


def print_classes(probe: Probe, images: Images, top: int, batch_size: int | None, as_json: bool) -> None:
    """Print the most probable classes of each image as a table or a document."""
    from cnnviz.cli.console import print_json
    from cnnviz.cli.tables import Table, print_table

    probabilities = probe.probabilities(images, batch_size)
    best = (-probabilities).argsort(axis=1, kind="stable")[:, :top]
    names = images.names or [str(index) for index in range(len(images))]
    answers = [[(probe.class_names[k], float(probabilities[i, k])) for k in row] for i, row in enumerate(best)]
    if as_json:
        found = [
            {"picture": name, "classes": [{"name": c, "probability": round(p, 6)} for c, p in row]}
            for name, row in zip(names, answers, strict=True)
        ]
        print_json("predictions", {"model": probe.card.name, "notes": list(images.notes), "pictures": found})
        return
    rows = [(name, *(f"{c} {100 * p:.1f} %" for c, p in row)) for name, row in zip(names, answers, strict=True)]
    columns = ("image", *(["predicted", "2nd", "3rd"] + [f"{k}th" for k in range(4, top + 1)])[: best.shape[1]])
    print_table(Table(columns, tuple(rows)))


def write_predictions(
    probe: Probe, images: Images, form: str, out: Path, batch_size: int | None, quiet: bool, force: bool
) -> Path:
    """Write a page or a sheet with heatmaps, a film, a table, or a document; return the path."""
    from cnnviz.cli.console import progress
    from cnnviz.cli.write import write_result
    from cnnviz.core.errors import UsageError
    from cnnviz.features.predictions import predict

    if len(images) > MOST.get(form, len(images)):
        raise UsageError(
            f"{len(images):,} images are too many for {form}, which takes up to {MOST[form]:,}; choose --format csv"
        )
    if form in ("html", "png"):
        from cnnviz.cli.commands.heatmap import made

        asked: dict[str, Any] = {"methods": [_method(probe, quiet)], "targets": None, "against": None, "layer": None}
        return write_result(
            made(probe, images, asked | {"engine": "cnnviz"}, batch_size, quiet), form, out, quiet, force
        )
    with progress("images", quiet) as update:
        said = predict(probe, images, batch_size=batch_size, progress=update)
    return write_result(said, form, out, quiet, force)


def _method(probe: Probe, quiet: bool) -> str:
    from cnnviz.attribution.cams.class_activation_map import last_map
    from cnnviz.cli.console import note
    from cnnviz.core.errors import ModelError

    try:
        last_map(probe, METHOD)
    except ModelError:
        note(f"{probe.card.name} has no convolution, so the heatmaps are by {WITHOUT_MAPS}", quiet)
        return WITHOUT_MAPS
    return METHOD
