"""``cnnviz synth-digits``."""

from __future__ import annotations

from dataclasses import replace
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
    help="Maximum shift from the centre, as a share of the image.",
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
def command(out: Path | None, preview: Path | None, **options: Any) -> None:
    """Draw labelled digits from fonts, with no data set.

    Equally many of each digit, light on dark, with random rotation, slant, size, weight and position, and a little
    noise; none is cut off. Fonts without digits, or with symbols in their place, are left out. Writes digits.npz, which
    every command opens with --data, and prints its path; the file also names the fonts.

    \b
    cnnviz synth-digits --n 10000 --test-n 2000 --preview digits.html
    cnnviz synth-digits --fonts my_fonts/ --size 32 --turn 25 --out turned.npz
    """
    from cnnviz.cli.datasets import set_path, told

    out = set_path(out, "digits.npz", preview)
    document = digits(out, preview, **options)
    told("digits", document, options["as_json"])


def digits(
    out: Path,
    preview: Path | None,
    *,
    n: int,
    test_n: int | None,
    fonts: str | None,
    size: int,
    turn: float,
    shift: float,
    noise: float,
    seed: int,
    quiet: bool,
    force: bool,
    **_: Any,
) -> dict[str, Any]:
    """Draw the digits, write them, and return the document."""
    from cnnviz.cli.console import note, progress
    from cnnviz.cli.datasets import counted, write_preview
    from cnnviz.data.formats.npz_write import Growing, write_npz
    from cnnviz.data.synthesis.digits import Hand, digit_parts, fonts_words, synth_digits
    from cnnviz.data.synthesis.fonts import usable_fonts
    from cnnviz.data.synthesis.preview_rows import preview as previewed

    held = usable_fonts(fonts)
    note(f"fonts: {fonts_words(held)}", quiet)
    hand = replace(Hand(), turn=turn, shift=shift, noise=noise)
    counts = {"": n} if test_n is None else {"train": n, "test": test_n}
    seeds = {"": (seed,), "train": (seed,), "test": (seed, 1)}
    total, before = sum(counts.values()), 0
    with progress("images", quiet) as update:
        growing = {}
        for split, count in counts.items():
            parts = digit_parts(count, fonts=held, size=size, seed=seeds[split], hand=hand)
            growing[split] = Growing(count, counted(parts, before, total, update))
            before += count
        paths = [write_npz(out, growing, force, words={"fonts": [font.name for font in held]})]
    if preview is not None:
        shown = synth_digits(min(n, 300), fonts=held, size=size, seed=seed, hand=hand)
        paths.append(write_preview(previewed(shown), preview, quiet, force))
    return {
        "paths": [str(path) for path in paths],
        "seed": seed,
        "size": size,
        "fonts": [font.name for font in held],
        "sets": {split or "all": count for split, count in counts.items()},
    }
