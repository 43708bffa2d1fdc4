"""``cnnviz compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import OPENING, format_option, shared

from .report import MOST

if TYPE_CHECKING:
    from cnnviz.reports.class_pair import ClassPair
    from cnnviz.reports.comparison import Comparison

FORMATS = ("html", "png", "gif", "mp4", "csv", "json")


@click.command("compare")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@shared("model", "data", "layer", "index", "n", "seed", count=f"{MOST:,}")
@format_option(
    FORMATS,
    "Interactive page; a sheet or a film of the pictures that tell most; a table; all numbers as text.",
)
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(a: str, b: str, layers: tuple[str, ...], form: str | None, out: Path | None, **options: Any) -> None:
    """Show two models, or two classes, side by side.

    A and B are models (files, run or SavedModel folders, or bundled names), or two classes of --model. Writes the whole
    gallery as one HTML page that opens at the comparison, and prints its path; of two models also how many of the
    pictures of --data, 1,000 at most unless told, each gets right and how often they agree.

    With --format png, gif or mp4: of models, the pictures that they call differently, first where both are surest; of
    classes, their mean pictures and those in between, as a film from one class to the other. With csv: a row for
    each picture with what each model says, or for each channel with its mean over each class. With json: the same and
    more.

    \b
    cnnviz compare shirt t-shirt
    cnnviz compare shirt coat --out between.gif
    cnnviz compare fmnist-cnn my_model.keras --data fmnist --n 5000
    """
    from cnnviz.cli.compare import two_classes, two_models, understood
    from cnnviz.cli.console import print_json
    from cnnviz.cli.inputs import output_path

    form, out = output_path("compare", (), form, out, offered=FORMATS)
    if layers and form in ("png", "gif", "mp4"):
        raise click.UsageError(f"--layer says which channels are told of; a {form} of two has none, so leave it out")
    if understood(a, b) == "models":
        if layers and form != "html":
            raise click.UsageError(
                f"--layer says which channels are told of; a {form} of two models has none, so leave it out"
            )
        path, comparison = two_models(a, b, layers or None, form, out, MOST, options)
        figures = _figures(comparison)
        if not options["as_json"]:
            _print_figures(comparison)
    else:
        path, pair = two_classes(a, b, layers or None, form, out, MOST, options)
        figures = _class_figures(pair)
    if options["as_json"]:
        print_json("comparison", {"paths": [str(path)], "format": form, **figures})
    else:
        print(path)


def _figures(comparison: Comparison) -> dict[str, Any]:
    sides = (comparison.first, comparison.second)
    accuracies, table = comparison.accuracies or (None, None), comparison.table
    return {
        "of": "models",
        "pictures": len(comparison),
        "models": [
            {
                "name": side.model.name,
                "hash": side.model.hash,
                "parameters": side.model.parameters,
                "accuracy": accuracy,
            }
            for side, accuracy in zip(sides, accuracies, strict=True)
        ],
        "right": None
        if table is None
        else dict(zip(("both", "only_a", "only_b", "neither"), table.ravel().tolist(), strict=True)),
        "agreement": comparison.agreement,
    }


def _class_figures(pair: ClassPair) -> dict[str, Any]:
    calls = pair.calls
    return {
        "of": "classes",
        "pictures": len(pair.answers),
        "model": pair.model.name,
        "classes": [
            {
                "name": name,
                "pictures": pair.counts[side],
                "called_the_other": None if calls is None else int(calls[side, 1 - side]),
            }
            for side, name in enumerate(pair.names)
        ],
    }


def _print_figures(comparison: Comparison) -> None:
    from cnnviz.cli.tables import Table, print_table

    count = len(comparison)
    rows = []
    for side, model in (("A", comparison.first), ("B", comparison.second)):
        right = None if model.right is None else int(model.right.sum())
        share = ("–", "no labels") if right is None else (f"{100 * right / count:.1f} %", f"{right:,} of {count:,}")
        rows.append((f"{side}  {model.model.name}", *share))
    same = round(comparison.agreement * count)
    rows.append(("both say the same", f"{100 * comparison.agreement:.1f} %", f"{same:,} of {count:,}"))
    print_table(Table(("model", ">right", ">pictures"), tuple(rows)))
    print()
