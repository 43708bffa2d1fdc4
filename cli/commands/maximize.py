"""``cnnviz maximize``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, WHOLE_SET, earlier_option, format_option, numbers, shared

FORMATS = ("html", "png", "gif", "mp4", "npz", "json")


class _Cell(click.Choice[str]):
    """The choice of --cell; "centre" is the earlier spelling of "center"."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert("center" if value == "centre" else value, param, ctx)


@click.command("maximize")
@click.option("--layer", metavar="PATH", help="The layer, such as conv2. [default: the class logits]")
@click.option(
    "--channel",
    "channels",
    metavar="NUMBERS",
    multiple=True,
    help="Channels or units: 17, 3,5 or 10-19. [default: all]",
)
@click.option("--class", "classes", metavar="CLASS", multiple=True, help="A class; repeatable. [default: all]")
@click.option(
    "--cell",
    type=_Cell(["mean", "peak", "center"]),
    default="mean",
    show_default=True,
    help="The objective on a channel's map.",
)
@click.option("--steps", type=click.IntRange(0), default=192, show_default=True, help="Steps of gradient ascent.")
@click.option("--restarts", type=click.IntRange(1, 64), default=1, show_default=True, help="Images per unit.")
@click.option(
    "--rate", type=click.FloatRange(0, min_open=True), default=0.2, show_default=True, help="Adam's learning rate."
)
@click.option(
    "--parametrization",
    metavar="KIND",
    default="fourier",
    show_default=True,
    help="Image parametrization: fourier[:decay=1] or pixels.",
)
@earlier_option("--parametrisation", "--parametrization", "parametrization")
@click.option(
    "--penalty",
    "penalties",
    metavar="PENALTY",
    multiple=True,
    default=("tv", "l2"),
    help="tv:weight=0.1, l2:weight=0.02,shade=0 or none; repeatable. [default: tv, l2]",
)
@click.option(
    "--transform",
    "transforms",
    metavar="TRANSFORM",
    multiple=True,
    default=("jitter", "rotate", "scale"),
    help="jitter:pixels=1, rotate:degrees=3, scale:share=0.05 or none; repeatable. [default: all three]",
)
@click.option(
    "--diversity",
    type=click.FloatRange(0),
    default=0.3,
    show_default=True,
    help="Weight of the difference between restarts.",
)
@click.option(
    "--again/--no-again",
    default=True,
    show_default=True,
    help="Restart from the best image of --data if noise scores lower.",
)
@click.option("--control", is_flag=True, help="Also show the same for random weights.")
@click.option(
    "--engine",
    type=click.Choice(["cnnviz", "tf-keras-vis"]),
    default="cnnviz",
    show_default=True,
    help="What makes the images; tf-keras-vis for comparison.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, metavar="NUMBER", help="Random seed of the initial noise. [default: 0]"
)
@shared("model", "data", "n", count=f"{WHOLE_SET:,}")
@format_option(FORMATS, "Interactive page; a sheet; an animation of the ascent; everything; numbers as text.")
@shared("out", *OPENING, "invert", "fit", "bands", "white", "batch-size", "json", "quiet", "force")
def command(
    layer: str | None,
    channels: tuple[str, ...],
    classes: tuple[str, ...],
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Make the image that maximally activates each unit.

    Gradient ascent from noise, compared with the best of up to 1,000 images of --data. If noise scores lower, the
    ascent restarts from that image, and the result is marked. Writes one interactive HTML page and prints its path.

    \b
    cnnviz maximize --layer conv2
    cnnviz maximize --layer conv2 --channel 17 --restarts 5 --control
    cnnviz maximize --class shirt --format gif
    """
    from cnnviz.cli.console import note, print_paths, progress
    from cnnviz.cli.inputs import note_choices, open_inputs, output_path
    from cnnviz.cli.write import print_summary, write_result
    from cnnviz.data.images import class_index
    from cnnviz.maximization.maximize import maximize

    if classes and (layer or channels):
        raise click.UsageError("--class selects logits; leave out --layer and --channel, or --class")
    quiet, control = options["quiet"], options["control"]
    form, out = output_path("maximize", (layer,) if layer else (), form, out, offered=FORMATS)
    if control and form != "html":
        raise click.UsageError("--control is only shown on the page; leave out --format, or --control")
    wanted = numbers(channels, "--channel") if channels else None
    seed = options.pop("seed")
    probe, images = open_inputs((), lambda probe: WHOLE_SET, scored=layer is None, **options)
    note_choices(probe, images, quiet)
    if classes:
        wanted = [class_index(name, probe.class_names) for name in classes]
    with progress("units", quiet) as update:
        result = maximize(
            probe,
            layer,
            wanted,
            images=images,
            seed=seed,
            frames=16 if form in ("gif", "mp4") else 0,
            with_control=control,
            parametrization=options["parametrization"],
            penalties=_parts(options["penalties"]),
            transforms=_parts(options["transforms"]),
            refine_from_data=options["again"],
            progress=update,
            **{name: options[name] for name in _PASSED},
        )
    for line in result.model.notes:
        if line not in probe.card.notes:
            note(line, quiet)
    path = write_result(result, form, out, quiet, options["force"])
    if options["as_json"]:
        print_summary("maximized", [path], form, result.summary_document())
    else:
        print_paths(path)


#: The options that are passed on as they are.
_PASSED = ("cell", "restarts", "engine", "batch_size", "steps", "rate", "diversity")


def _parts(given: Sequence[str]) -> tuple[str, ...]:
    return () if tuple(given) == ("none",) else tuple(given)
