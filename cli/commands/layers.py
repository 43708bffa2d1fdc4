"""``cnnviz layers``."""

from __future__ import annotations

from dataclasses import asdict

import click

from cnnviz.cli.options import shared


@click.command("layers")
@click.argument("model", default="fmnist-cnn", metavar="[MODEL]")
@shared("scale", "input-size", "json")
def command(model: str, scale: str, input_size: tuple[int, int] | None, as_json: bool) -> None:
    """List the layers of a model.

    For each: its path, kind, output, parameters, and how much of the picture a unit sees.
    MODEL is a .keras or .h5 file or a bundled name.

    \b
    cnnviz layers
    cnnviz layers my_model.keras --json
    """
    from cnnviz.cli.console import print_json
    from cnnviz.cli.tables import layer_table, print_table
    from cnnviz.models.open import open_model

    card = open_model(model, scale=scale, input_size=input_size).card
    if as_json:
        fields = {key: value for key, value in asdict(card).items() if key not in ("layers", "history")}
        print_json("layers", {"model": fields, "layers": [asdict(layer) for layer in card.layers]})
        return
    h, w, c = card.input_shape
    print(f"{card.name}  ({card.source})")
    print(f"{h}×{w}×{c} pixels as {card.scale} ({card.scale_reason}) → {len(card.class_names)} classes by {card.score}")
    print()
    print_table(layer_table(card.layers))
    print(f"\n{card.parameters:,} parameters")
