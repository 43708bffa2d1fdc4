"""The input that a model expects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InputSpec:
    """Height and width in pixels, channels (1 or 3), and the background that the model was trained on.

    ``background`` is "dark", "light" or, where it is unknown or mixed, None.
    """

    height: int
    width: int
    channels: int
    background: str | None = None
