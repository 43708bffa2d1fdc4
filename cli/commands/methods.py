"""``cnnviz methods``."""

from __future__ import annotations

import click

from cnnviz.cli.options import shared


@click.command("methods")
@click.argument("name", required=False, metavar="[METHOD]")
@shared("json")
def command(name: str | None, as_json: bool) -> None:
    """List the methods of heatmap, or tell about one.

    \b
    cnnviz methods
    cnnviz methods smoothgrad
    """
    from cnnviz.cli.console import print_json
    from cnnviz.cli.methods import described, print_method, print_methods

    found = described(name)
    if as_json:
        print_json("methods", {"methods": found})
    elif name is None:
        print_methods(found)
    else:
        print_method(found[0])
