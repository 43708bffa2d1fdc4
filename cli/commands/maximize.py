"""``cnnviz maximize``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, format_option, numbers, shared

#: Pictures of a data set that are held against where nobody said how many.
MOST = 1000

FORMATS = ("html", "png", "gif", "mp4", "npz", "json")


@click.command("maximize")
@click.option("--layer", metavar="PATH", help="The layer, such as conv2. [default: the class logits]")
@click.option(
    "--channel",
    "channels",
    metavar="NUMBERS",
    multiple=True,
    help="Channels or units: 17, 3,5 or 10-19. [default: all]",
)
@click.option("--class", "classes", metavar="CLASS", multiple=True, help="A class; may be given again. [default: all]")
@click.option(
    "--cell",
    type=click.Choice(["mean", "peak", "centre"]),
    default="mean",
    show_default=True,
    help="What counts of a channel's map.",
)
@click.option("--steps", type=click.IntRange(0), default=192, show_default=True, help="Steps of gradient ascent.")
@click.option("--restarts", type=click.IntRange(1, 64), default=1, show_default=True, help="Pictures for each unit.")
@click.option("--rate", type=click.FloatRange(0, min_open=True), default=0.2, show_default=True, help="Adam's step.")
@click.option(
    "--parametrisation",
    metavar="KIND",
    default="fourier",
    show_default=True,
    help="What is changed: fourier[:decay=1] or pixels.",
)
@click.option(
    "--penalty",
    "penalties",
    metavar="PENALTY",
    multiple=True,
    default=("tv", "l2"),
    help="tv:weight=0.1, l2:weight=0.02,shade=0 or none; may be given again. [default: tv, l2]",
)
@click.option(
    "--transform",
    "transforms",
    metavar="TRANSFORM",
    multiple=True,
    default=("jitter", "rotate", "scale"),
    help="jitter:pixels=1, rotate:degrees=3, scale:share=0.05 or none; may be given again. [default: all three]",
)
@click.option("--diversity", type=click.FloatRange(0), default=0.3, show_default=True, help="How far restarts differ.")
@click.option(
    "--again/--no-again",
    default=True,
    show_default=True,
    help="Drive a unit that noise leaves below the best picture of the data up from that picture.",
)
@click.option("--control", is_flag=True, help="Show the same on random weights beside it.")
@click.option(
    "--engine",
    type=click.Choice(["cnnviz", "tf-keras-vis"]),
    default="cnnviz",
    show_default=True,
    help="What makes the pictures; tf-keras-vis is a second opinion.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, metavar="NUMBER", help="Of the noise to start from. [default: 0]"
)
@shared("model", "data", "n", count=f"{MOST:,}")
@format_option(FORMATS, "Interactive page; a sheet; how it came about; everything; numbers as text.")
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(
    layer: str | None,
    channels: tuple[str, ...],
    classes: tuple[str, ...],
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Make the picture that excites each unit most.

    Starts from noise and climbs, and holds what is reached against the highest answer to up to 1,000 pictures of
    --data. A unit that stays below is driven up once more, from that picture, and marked. Writes one interactive HTML
    page and prints its path.

    \b
    cnnviz maximize --layer conv2
    cnnviz maximize --layer conv2 --channel 17 --restarts 5 --control
    cnnviz maximize --class shirt --format gif
    """
    from cnnviz.cli.console import print_json
    from cnnviz.cli.inputs import note_choices, opened, output_path
    from cnnviz.cli.maximize import made, units_of, write_maximized

    if classes and (layer or channels):
        raise click.UsageError("--class asks for the logits; leave out --layer and --channel, or --class")
    quiet, control = options["quiet"], options["control"]
    form, out = output_path("maximize", (layer,) if layer else (), form, out, offered=FORMATS)
    if control and form != "html":
        raise click.UsageError("--control stands beside the pictures on the page; leave out --format, or --control")
    wanted = numbers(channels, "--channel") if channels else None
    seed = options.pop("seed")
    probe, images = opened((), lambda probe: MOST, **options)
    wanted = units_of(probe, classes) if classes else wanted
    frames = 16 if form in ("gif", "mp4") else 0
    results = [made(probe, images, layer, wanted, options | {"seed": seed, "frames": frames, "control": False})]
    if control:
        results.append(made(probe, None, layer, wanted, options | {"seed": seed, "frames": 0}))
    path = write_maximized(results, form, out, quiet, options["force"])
    note_choices(probe, images, quiet)
    if options["as_json"]:
        ahead = int(results[0].ahead.sum())
        told = {"paths": [str(path)], "units": len(results[0].units), "ahead": ahead, "format": form}
        print_json("maximized", told)
    else:
        print(path)
