"""``cnnviz methods``."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Sequence
from typing import Any

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
    from cnnviz.cli.console import print_json

    found = described(name)
    if as_json:
        print_json("methods", {"methods": found})
    elif name is None:
        print_methods(found)
    else:
        print_method(found[0])


def described(name: str | None = None) -> list[dict[str, Any]]:
    """Return the description of each method, or of the named one."""
    from cnnviz.attribution.all_methods import METHODS

    names = list(METHODS) if name is None else [name]
    return [_described(METHODS[one]) for one in names]


def _described(cls: Any) -> dict[str, Any]:
    return {
        "name": cls.name,
        "title": cls.title,
        "paper": cls.paper,
        "measures": cls.measures,
        "signed": cls.signed,
        "about": inspect.cleandoc(cls.__doc__),
        "parameters": {field.name: _plain(field.default) for field in dataclasses.fields(cls)},
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def print_methods(found: Sequence[dict[str, Any]]) -> None:
    """Print one line per method."""
    from cnnviz.cli.tables import Table, print_table

    rows = tuple((one["name"], one["title"], _spelled(one["parameters"]), _short(one["paper"])) for one in found)
    print_table(Table(("method", "title", "parameters", "paper"), rows))


def print_method(one: dict[str, Any]) -> None:
    """Print the description of one method."""
    print(f"{one['title']}: --method {one['name']}")
    print(f"  {one['paper']}")
    print(f"  values: {one['measures']}, {'signed' if one['signed'] else 'never negative'}")
    if one["parameters"]:
        print(f"  parameters: {_spelled(one['parameters'])}")
    print()
    print(one["about"].replace("``", ""))


def _short(paper: str) -> str:
    """Return the first author and the year."""
    found = re.match(r"(?P<all>(?P<first>[^\W\d]+)[^\d]*?) (?P<year>(?:19|20)\d\d)", paper)
    if found is None:
        return paper
    several = "," in found["all"]
    return f"{found['first']} et al. {found['year']}" if several else f"{found['all']} {found['year']}"


def _spelled(parameters: dict[str, Any]) -> str:
    return ", ".join(f"{key}={'–' if value is None else value}" for key, value in parameters.items()) or "–"
