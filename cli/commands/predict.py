"""``cnnviz predict``."""

from __future__ import annotations

from typing import Any

import click

from cnnviz.cli.options import OPENING, shared


@click.command("predict")
@click.argument("pictures", nargs=-1, metavar="PICTURE...", required=True)
@click.option(
    "--top", type=click.IntRange(1), default=3, show_default=True, metavar="COUNT", help="How many classes a picture."
)
@shared("model", *OPENING, "invert", "batch-size", "json", "quiet")
def command(pictures: tuple[str, ...], top: int, as_json: bool, quiet: bool, **options: Any) -> None:
    """Print the most probable classes of pictures.

    PICTURE is an image file of any size, a folder of them, or a pattern.

    \b
    cnnviz predict my_shirt.jpg
    cnnviz predict photos/*.png --top 5 --json
    """
    from cnnviz.cli.console import note, print_json
    from cnnviz.cli.tables import Table, print_table
    from cnnviz.cli.work import opened

    probe, images = opened(pictures, **options)
    probabilities = probe.probabilities(images, options["batch_size"])
    best = (-probabilities).argsort(axis=1, kind="stable")[:, :top]
    for line in images.notes:
        note(f"pictures: {line}", quiet)
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
    columns = ("picture", *(["predicted", "2nd", "3rd"] + [f"{k}th" for k in range(4, top + 1)])[: best.shape[1]])
    print_table(Table(columns, tuple(rows)))
