"""``cnnviz augment``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import shared

if TYPE_CHECKING:
    from cnnviz.data.images import Images


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
@shared("out", "json", "quiet", "force")
def command(source: str, out: Path | None, preview: Path | None, **options: Any) -> None:
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
    from cnnviz.cli.datasets import set_path, told

    out = set_path(out, "augmented.npz", preview)
    document = augmented(source, out, preview, **options)
    told("augmented", document, options["as_json"])


def augmented(
    source: str,
    out: Path,
    preview: Path | None,
    *,
    factor: float,
    test_factor: float | None,
    changes: Sequence[str],
    preset: str | None,
    seed: int,
    quiet: bool,
    force: bool,
    **_: Any,
) -> dict[str, Any]:
    """Open a source, write all its parts larger, and return what was done as a document."""
    from cnnviz.cli.console import note, progress
    from cnnviz.cli.datasets import counted, write_preview
    from cnnviz.core.errors import UsageError
    from cnnviz.core.registry import parameters
    from cnnviz.data.augmentation.augment import augmented_parts, chosen_changes, fitting_preset, grown_count
    from cnnviz.data.augmentation.preview_rows import preview as previewed
    from cnnviz.data.formats.npz_write import Growing, write_npz
    from cnnviz.data.train_test import open_splits

    if changes and preset:
        raise UsageError("give --change or --preset, not both")
    if changes:
        chosen_changes(changes)
    sets = open_splits(source)
    if test_factor is not None and "test" not in sets:
        raise UsageError(f"{source} has no train and test part; leave out --test-factor")
    first = next(iter(sets.values()))
    named = preset or ("" if changes else fitting_preset(first))
    applied = chosen_changes(list(changes) or named)
    factors = {split: (test_factor or 1.0) if split == "test" else factor for split in sets}
    counts = {split: grown_count(images, factors[split]) for split, images in sets.items()}
    total, before = sum(counts.values()), 0
    with progress("images", quiet) as update:
        growing = {}
        for number, (split, images) in enumerate(sets.items()):
            # The test part has its own random numbers.
            seeds = (seed, number) if number else (seed,)
            parts = _pictures(augmented_parts(images, factors[split], applied, seed=seeds))
            growing[split] = Growing(counts[split], counted(parts, before, total, update))
            before += counts[split]
        paths = [write_npz(out, growing, force, numbered=True)]
    spelled = ", ".join(" ".join([one.name, *(f"{v:g}" for v in parameters(one).values())]) for one in applied)
    note(f"changes: {spelled}{f' (preset {named})' if named else ''}", quiet)
    for split, images in sets.items():
        made = counts[split] - len(images)
        note(f"{split or 'images'}: {len(images):,} originals and {made:,} changed copies", quiet)
    if preview is not None:
        paths.append(write_preview(previewed(first, applied, seed=seed), preview, quiet, force))
    return {
        "paths": [str(path) for path in paths],
        "preset": named or None,
        "changes": [{"name": one.name, **parameters(one)} for one in applied],
        "seed": seed,
        "sets": {split or "all": {"before": len(images), "after": counts[split]} for split, images in sets.items()},
    }


def _pictures(parts: Iterator[tuple[Any, Images]]) -> Iterator[Images]:
    return (part for _, part in parts)
