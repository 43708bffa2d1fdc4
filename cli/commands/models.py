"""``cnnviz models``."""

from __future__ import annotations

import click

from cnnviz.cli.options import shared


@click.command("models")
@shared("json")
def command(as_json: bool) -> None:
    """List the models that come with cnnviz."""
    from cnnviz.cli.console import print_json
    from cnnviz.cli.tables import Table, print_table
    from cnnviz.models.bundled import bundled_models

    models = [model.about for model in bundled_models().values()]
    if as_json:
        print_json("models", {"models": models})
        return
    rows = [(m["name"], f"{100 * m['test_accuracy']:.2f} %", m["description"]) for m in models]
    print_table(Table(("model", ">test accuracy", "what it is"), tuple(rows)))
