"""``cnnviz ablate``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, format_option, shared

#: Pictures of a data set that are taken where nobody said how many.
MOST = 1000

FORMATS = ("html", "png", "csv", "json", "npz")


@click.command("ablate")
@shared("layer", "model", "data", "index", "n", "seed", count=f"{MOST:,}")
@click.option(
    "--within",
    type=click.FloatRange(0, 100),
    metavar="POINTS",
    default=0.5,
    show_default=True,
    help="Points of accuracy that what is removed may cost.",
)
@click.option(
    "--save", type=click.Path(path_type=Path), metavar="PATH", help="Write the smaller model too, a .keras file."
)
@click.option(
    "--remove",
    metavar="LAYER=COUNT",
    multiple=True,
    help="With --save: how many filters of a layer; may be given again.",
)
@click.option(
    "--share",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="With --save: this share of all filters. [default: as many as --within allows]",
)
@format_option(FORMATS, "Interactive page; the curves; a table of the filters; all numbers as text; raw arrays.")
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(
    layers: tuple[str, ...],
    within: float,
    save: Path | None,
    remove: tuple[str, ...],
    share: float | None,
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Measure what removing filters costs.

    Removes every filter of the convolutions and hidden dense layers, one by one and more and more of them in several
    orders, and measures accuracy and loss on up to 1,000 labelled pictures of --data. Take pictures that the model was
    not trained on. Writes one interactive HTML page and prints its path.

    With --save also writes a smaller model without the filters that cost least, chosen on one half of the pictures and
    measured on the other.

    \b
    cnnviz ablate
    cnnviz ablate --layer conv2 --within 1
    cnnviz ablate --save pruned.keras --within 0.5
    cnnviz ablate --layer conv2 --save pruned.keras --remove conv2=22
    cnnviz ablate --model my_model.keras --data photos/ --out filters.csv
    """
    from cnnviz.cli.ablate import finish, made, pruned, removals, write_ablation
    from cnnviz.cli.inputs import note_choices, opened, output_path

    quiet, force = options["quiet"], options["force"]
    form, out = output_path("ablate", layers, form, out, offered=FORMATS)
    wanted = removals(remove, share, save)
    probe, images = opened((), lambda probe: MOST, **options)
    note_choices(probe, images, quiet)
    result = made(probe, images, layers or None, within, options["batch_size"], quiet)
    path = write_ablation(result, form, out, quiet, force)
    smaller = None
    if save is not None:
        smaller = pruned(probe, images, save, wanted, share, within, options["batch_size"], quiet, force)
    paths = [path, *([save] if save else [])]
    finish(result, smaller, options["model"], paths, form, options["as_json"], quiet)
