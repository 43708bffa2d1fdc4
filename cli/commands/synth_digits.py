"""``cnnviz synth-digits``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import shared


@click.command("synth-digits")
@click.option(
    "--n", type=click.IntRange(1), metavar="COUNT", default=10_000, show_default=True, help="Number of images."
)
@click.option("--test-n", type=click.IntRange(1), metavar="COUNT", help="Number of further images, as a test part.")
@click.option(
    "--fonts",
    metavar="FOLDER",
    help="Draw from the .ttf and .otf files in a folder. [default: the fonts of this system]",
)
@click.option(
    "--size", type=click.IntRange(8, 512), metavar="PIXELS", default=28, show_default=True, help="Height and width."
)
@click.option(
    "--turn",
    type=click.FloatRange(0, 180),
    metavar="DEGREES",
    default=12.0,
    show_default=True,
    help="Maximum rotation either way, in degrees.",
)
@click.option(
    "--shift",
    type=click.FloatRange(0, 0.5),
    metavar="SHARE",
    default=0.05,
    show_default=True,
    help="Maximum shift from the center, as a share of the image.",
)
@click.option(
    "--noise",
    type=click.FloatRange(0, 1),
    metavar="DEVIATION",
    default=0.02,
    show_default=True,
    help="Deviation of the noise; 1 is full brightness.",
)
@click.option("--seed", type=click.IntRange(0), default=0, metavar="NUMBER", help="Random seed. [default: 0]")
@click.option(
    "--preview",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Show some digits of each class: a page (.html) or a sheet (.png).",
)
@shared("out", "json", "quiet", "force")
def command(
    n: int, test_n: int | None, fonts: str | None, out: Path | None, preview: Path | None, **options: Any
) -> None:
    """Draw labeled digits from fonts, with no data set.

    Equally many of each digit, light on dark, with random rotation, slant, size, weight and position, and a little
    noise; none is cut off. Fonts without digits, or with symbols in their place, are left out. Writes digits.npz, which
    every command opens with --data, and prints its path; the file also names the fonts.

    \b
    cnnviz synth-digits --n 10000 --test-n 2000 --preview digits.html
    cnnviz synth-digits --fonts my_fonts/ --size 32 --turn 25 --out turned.npz
    """
    from cnnviz.cli.console import note, progress
    from cnnviz.cli.datasets import print_written, set_path, write_preview
    from cnnviz.data.synthesis.digits import Hand
    from cnnviz.data.synthesis.write_digits import write_digits

    quiet, force, how = options["quiet"], options["force"], {name: options[name] for name in ("size", "seed")}
    out = set_path(out, "digits.npz", preview)
    hand = Hand(**{name: options[name] for name in ("turn", "shift", "noise")})
    with progress("images", quiet) as update:
        made = write_digits(out, n, test_n, fonts=fonts, hand=hand, force=force, progress=update, **how)
    for line in made.notes:
        note(line, quiet)
    paths = [made.path, *([write_preview(made.preview(), preview, quiet, force)] if preview else [])]
    print_written("digits", paths, made.document(), options["as_json"])
