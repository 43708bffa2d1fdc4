"""``cnnviz methods``."""

from __future__ import annotations

import click

from cnnviz.cli.options import shared


@click.command("methods")
@click.argument("name", required=False, metavar="[METHOD]")
@shared("json")
def command(name: str | None, as_json: bool) -> None:
    """List the methods of heatmap, or describe one.

    \b
    cnnviz methods
    cnnviz methods smoothgrad
    """
    from cnnviz.attribution.method_descriptions import COLUMNS, method_descriptions
    from cnnviz.cli.console import print_json, print_lines
    from cnnviz.cli.tables import Table, print_table

    found = method_descriptions(name)
    if as_json:
        print_json("methods", {"methods": [one.document() for one in found]})
    elif name is None:
        print_table(Table(COLUMNS, tuple(one.row() for one in found)))
    else:
        print_lines(*(line for text in found[0].lines() for line in text.split("\n")))
