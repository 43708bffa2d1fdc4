"""``cnnviz layers``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from cnnviz.cli.options import OPENING, shared


@click.command("layers")
@click.argument("model", default="fmnist-cnn", metavar="[MODEL]")
@shared(*OPENING, "json")
def command(model: str, as_json: bool, **options: Any) -> None:
    """Check a model and list its layers.

    Says what was opened, what had to be repaired, how pixels go in and which scores come out, and for each layer its
    path, kind, output, parameters, how much of the picture a unit sees, and what can be shown of it.
    MODEL is a .keras or .h5 file, a SavedModel folder or a bundled name.

    \b
    cnnviz layers
    cnnviz layers my_model.h5 --json
    cnnviz layers weights.h5 --architecture model.json
    """
    from cnnviz.cli.checkup import checkup
    from cnnviz.cli.console import print_json
    from cnnviz.cli.tables import layer_table, print_table
    from cnnviz.cli.work import opened_model
    from cnnviz.features.network import LazyNetwork
    from cnnviz.features.views import views

    probe = opened_model(model, **options)
    card = probe.card
    network = LazyNetwork(probe)()
    if as_json:
        fields = {key: value for key, value in asdict(card).items() if key not in ("layers", "history")}
        refused = [asdict(refusal) for refusal in network] if isinstance(network, list) else []
        layers = [asdict(layer) | {"views": list(views(layer))} for layer in card.layers]
        print_json("layers", {"model": fields, "layers": layers, "page": {"runs": not refused, "refused": refused}})
        return
    print("\n".join(checkup(card, network)))
    print()
    print_table(layer_table(card.layers))
    print(f"\n{card.parameters:,} parameters")
