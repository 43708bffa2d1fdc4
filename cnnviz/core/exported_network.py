"""A trained network as plain data for the page's engine, or the reasons why it cannot run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """A layer that the page's engine cannot run, and the reason; an empty path means the whole model."""

    path: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Exported:
    """A network for the page: a JSON-ready ``manifest``, and the block of bytes ``weights`` that it refers to."""

    manifest: dict[str, Any]
    weights: bytes


#: Returns a network on demand, or the refusals.
NetworkSource = Callable[[], Exported | list[Refusal]]
