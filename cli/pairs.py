"""Two classes side by side: their surest pictures and the surest mistakes between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .console import progress
from .heatmap import write_heatmaps
from .inputs import opened

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe

#: Pictures of a data set that are searched where nobody said how many.
MOST = 1000


def write_pairs(
    pair: str, asked: dict[str, Any], form: str, out: Path, options: dict[str, Any]
) -> tuple[Path, Probe, Images]:
    """Choose the pictures of a pair "A,B", explain them, and write the result; ``asked`` are methods and layer."""
    from cnnviz.attribution.confused_pairs import pairs

    a, comma, b = pair.partition(",")
    if not (comma and a.strip() and b.strip()):
        raise click.UsageError(f"--compare {pair!r} are no two classes; write shirt,t-shirt")
    quiet = options["quiet"]
    probe, images = opened((), lambda probe: MOST, **options)
    with progress("pictures", quiet) as update:
        result = pairs(
            probe,
            images,
            a.strip(),
            b.strip(),
            asked["methods"],
            layer=asked["layer"],
            batch_size=options["batch_size"],
            progress=update,
        )
    return write_heatmaps(result, form, out, quiet, options["force"]), probe, result.images
