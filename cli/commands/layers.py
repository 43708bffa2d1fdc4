"""``cnnviz layers``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, shared


@click.command("layers")
@click.argument("model", default="fmnist-cnn", metavar="[MODEL]")
@click.option("--format", "form", type=click.Choice(["svg"]), help="Write a drawing of the network, network.svg.")
@shared("out", *OPENING, "json", "force")
def command(model: str, form: str | None, out: Path | None, as_json: bool, force: bool, **options: Any) -> None:
    """Check a model and list its layers.

    Prints the file format, repairs, pixel scaling and scores, and for each layer its path, kind, output shape,
    parameters, receptive field, and available views. MODEL is a .keras or .h5 file, a run or SavedModel folder, or a
    bundled name. With --format svg, or --out with a name that ends in .svg, writes a drawing of the network with shapes
    and parameters, including branches and nested models, and prints its path.

    \b
    cnnviz layers
    cnnviz layers my_model.h5 --json
    cnnviz layers my_model.keras --out network.svg
    cnnviz layers weights.h5 --architecture model.json
    """
    from cnnviz.cli.console import print_json, print_lines, print_paths
    from cnnviz.cli.inputs import open_model_by_options
    from cnnviz.cli.tables import Table, print_table
    from cnnviz.core.files import check_writable, write_bytes
    from cnnviz.gallery.network_graph.drawing import network_svg
    from cnnviz.reports.model_summary import LAYER_COLUMNS, model_summary

    drawn = form is not None or out is not None
    place = out or Path("network.svg")
    if drawn and place.suffix.lower() != ".svg":
        raise click.UsageError(f"--out {place} is not a .svg file; end its name in .svg")
    if drawn:
        check_writable(place)
    probe = open_model_by_options(model, False, **options)
    card = probe.card
    if drawn:
        write_bytes(place, network_svg(card).encode(), force)
        if as_json:
            print_json("network", {"paths": [str(place)], "format": "svg", "layers": len(card.layers_once)})
        else:
            print_paths(place)
        return
    summary = model_summary(probe)
    if as_json:
        print_json("layers", summary.document())
        return
    print_lines(*summary.lines(), "")
    right = ("output", "parameters", "sees", "stride")
    columns = tuple(f">{name}" if name in right else name for name in LAYER_COLUMNS)
    print_table(Table(columns, summary.layer_rows()))
    print_lines("", summary.size)
