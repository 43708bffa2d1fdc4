"""``cnnviz augment``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import shared


@click.command("augment")
@click.argument("source", required=False, default="sample")
@click.option(
    "--factor",
    type=click.FloatRange(1, 1000),
    metavar="TIMES",
    default=2.0,
    show_default=True,
    help="Size of the result as a multiple: 2 adds one changed copy of each image.",
)
@click.option(
    "--test-factor",
    type=click.FloatRange(1, 1000),
    metavar="TIMES",
    help="The same for the test part, if there is one. [default: 1, unchanged]",
)
@click.option(
    "--change",
    "changes",
    metavar="CHANGE",
    multiple=True,
    help='"shift 4", flip, "rotate 15", "scale 0.15", "noise 0.05", "brightness 0.2", "baseline 0.1" or "erase 0.3", '
    "applied in this order; repeatable.",
)
@click.option(
    "--preset",
    type=click.Choice(["lab", "clothes", "digits"]),
    help="A set of changes. [default: digits for classes 0 to 9, else clothes]",
)
@click.option("--seed", type=click.IntRange(0), default=0, metavar="NUMBER", help="Random seed. [default: 0]")
@click.option(
    "--preview",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Show images before and after each change: a page (.html) or a sheet (.png).",
)
@shared("fit", "bands", "white", "out", "json", "quiet", "force")
def command(
    source: str,
    changes: tuple[str, ...],
    preset: str | None,
    test_factor: float | None,
    out: Path | None,
    preview: Path | None,
    **options: Any,
) -> None:
    """Write a larger set: all images and changed copies.

    SOURCE is any value of --data; if it has a train and a test part both are written, or only the named one, as in
    fmnist:train. Copies keep their labels, and gaps at the edges are filled with the image's background. Writes
    augmented.npz, which every command opens with --data, and prints its path. Preset lab is shift 4, noise 0.05 and
    baseline 0.1.

    \b
    cnnviz augment fmnist --factor 3 --preview augmented.html
    cnnviz augment my_set.npz --change "shift 4" --change "rotate 10" --out larger.npz
    cnnviz augment photos/ --factor 5 --test-factor 2 --preset lab --seed 7
    """
    from cnnviz.cli.console import note, progress
    from cnnviz.cli.datasets import print_written, set_path, write_preview
    from cnnviz.data.augmentation.write_augmented import write_augmented

    if changes and preset:
        raise click.UsageError("give --change or --preset, not both")
    quiet, force = options["quiet"], options["force"]
    out = set_path(out, "augmented.npz", preview)
    with progress("images", quiet) as update:
        made = write_augmented(
            source,
            out,
            factor=options["factor"],
            test_factor=test_factor,
            changes=changes,
            preset=preset,
            seed=options["seed"],
            fit=options["fit"],
            bands=options["bands"],
            white=options["white"],
            force=force,
            progress=update,
        )
    for line in made.notes:
        note(line, quiet)
    paths = [made.path, *([write_preview(made.preview(), preview, quiet, force)] if preview else [])]
    print_written("augmented", paths, made.document(), options["as_json"])
