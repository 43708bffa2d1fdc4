"""What a model expects of a picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InputSpec:
    """Height, width, channels (1 or 3) and the side that the background lies on: "dark", "light" or None."""

    height: int
    width: int
    channels: int
    background: str | None = None
