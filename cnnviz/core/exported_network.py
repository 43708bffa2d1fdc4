"""A trained network as plain data: what the page's engine runs, and what it cannot run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """A layer that the page's engine cannot run, and why; an empty path is the model as a whole."""

    path: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Exported:
    """A network for the page: ``manifest`` is JSON-ready, ``weights`` one block of bytes that it points into."""

    manifest: dict[str, Any]
    weights: bytes


#: Gives a network when it is wanted, or what stands in the way.
NetworkSource = Callable[[], Exported | list[Refusal]]
