"""Descriptions of the attribution methods: title, paper, parameters, and what their values measure."""

from __future__ import annotations

import dataclasses
import inspect
import re
from typing import Any

from .all_methods import METHODS

#: Columns of the methods as text.
COLUMNS = ("method", "title", "parameters", "paper")


@dataclasses.dataclass(frozen=True)
class MethodDescription:
    """An attribution method: its ``name``, ``title`` and ``paper``, what its values measure, and its parameters.

    ``about`` is the explanation, ``parameters`` maps names to defaults.
    """

    name: str
    title: str
    paper: str
    measures: str
    signed: bool
    about: str
    parameters: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """Return the description as JSON-ready values."""
        return dataclasses.asdict(self)

    def row(self) -> tuple[str, ...]:
        """Return the description as text, in the order of COLUMNS."""
        return self.name, self.title, self._spelled(), _author_and_year(self.paper)

    def lines(self) -> list[str]:
        """Return the description in lines."""
        parameters = [f"  parameters: {self._spelled()}"] if self.parameters else []
        return [
            f"{self.title}: --method {self.name}",
            f"  {self.paper}",
            f"  values: {self.measures}, {'signed' if self.signed else 'never negative'}",
            *parameters,
            "",
            self.about.replace("``", ""),
        ]

    def _spelled(self) -> str:
        return ", ".join(f"{key}={'–' if value is None else value}" for key, value in self.parameters.items()) or "–"


def method_descriptions(name: str | None = None) -> tuple[MethodDescription, ...]:
    """Return the description of each method, or of the named one; UnknownNameError for an unknown name."""
    return tuple(_described(METHODS[one]) for one in (METHODS if name is None else [name]))


def _described(method: Any) -> MethodDescription:
    defaults = {field.name: field.default for field in dataclasses.fields(method)}
    return MethodDescription(
        method.name,
        method.title,
        method.paper,
        method.measures,
        method.signed,
        inspect.cleandoc(method.__doc__),
        {name: list(value) if isinstance(value, tuple) else value for name, value in defaults.items()},
    )


def _author_and_year(paper: str) -> str:
    """Return the first author and the year of a paper."""
    found = re.match(r"(?P<all>(?P<first>[^\W\d]+)[^\d]*?) (?P<year>(?:19|20)\d\d)", paper)
    if found is None:
        return paper
    several = "," in found["all"]
    return f"{found['first']} et al. {found['year']}" if several else f"{found['all']} {found['year']}"
