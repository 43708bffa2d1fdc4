"""``cnnviz compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import OPENING, shared

from .report import MOST

if TYPE_CHECKING:
    from cnnviz.reports.comparison import Comparison


@click.command("compare")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@shared("model", "data", "layer", "index", "n", "seed", "out")
@shared(*OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(a: str, b: str, layers: tuple[str, ...], out: Path | None, **options: Any) -> None:
    """Show two models, or two classes, side by side.

    A and B are models (files, SavedModel folders or bundled names), or two classes of --model. Writes the whole gallery
    as one HTML page that opens at the comparison, and prints its path; of two models also how many of the pictures of
    --data, 1,000 at most unless told, each gets right and how often they agree.

    \b
    cnnviz compare shirt t-shirt
    cnnviz compare fmnist-cnn my_model.keras --data fmnist --n 5000
    """
    from cnnviz.cli.compare import two_classes, two_models, understood
    from cnnviz.cli.console import print_json
    from cnnviz.cli.work import output_path

    _, out = output_path("compare", (), None, out, offered=("html",))
    if understood(a, b) == "models":
        path, comparison = two_models(a, b, layers or None, out, MOST, options)
        figures = _figures(comparison)
        if not options["as_json"]:
            _print_figures(comparison)
    else:
        path, figures = two_classes(a, b, layers or None, out, MOST, options)
    if options["as_json"]:
        print_json("comparison", {"paths": [str(path)], **figures})
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
