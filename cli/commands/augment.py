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
    help="How many times as many pictures: 2 adds one changed copy of each.",
)
@click.option(
    "--test-factor",
    type=click.FloatRange(1, 1000),
    metavar="TIMES",
    help="The same for the test part, where there is one. [default: 1, test pictures as they are]",
)
@click.option(
    "--change",
    "changes",
    metavar="CHANGE",
    multiple=True,
    help='"shift 4", flip, "rotate 15", "scale 0.15", "noise 0.05", "brightness 0.2", "baseline 0.1" or "erase 0.3", '
    "applied in the order given; may be given again.",
)
@click.option(
    "--preset",
    type=click.Choice(["lab", "clothes", "digits"]),
    help="Changes that go together. [default: digits where classes are 0 to 9, else clothes]",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, metavar="NUMBER", help="The same number, the same copies. [default: 0]"
)
@click.option(
    "--preview",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Show pictures before and after each change: a page (.html) or a sheet (.png).",
)
@shared("out", "json", "quiet", "force")
def command(source: str, out: Path | None, preview: Path | None, **options: Any) -> None:
    """Write a larger set: all pictures and changed copies.

    SOURCE is sample, fmnist, mnist, or an IDX, CSV or NPZ file or a folder; of one that has a train and a test part
    both are written, or the one that is named, as in fmnist:train. Copies keep their labels, and what opens at the
    edges is filled with each picture's background. Writes augmented.npz, which every command opens with --data, and
    prints its path. Preset lab is shift 4, noise 0.05 and baseline 0.1.

    \b
    cnnviz augment fmnist --factor 3 --preview augmented.html
    cnnviz augment my_set.npz --change "shift 4" --change "rotate 10" --out larger.npz
    cnnviz augment photos/ --factor 5 --test-factor 2 --preset lab --seed 7
    """
    from cnnviz.cli.augment import augmented
    from cnnviz.cli.datasets import set_path, told

    out = set_path(out, "augmented.npz", preview)
    document = augmented(source, out, preview, **options)
    told("augmented", document, options["as_json"])
