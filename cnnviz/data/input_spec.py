"""The input that a model expects."""

from __future__ import annotations

from dataclasses import dataclass

from .fit import STRETCH, Fit


@dataclass(frozen=True)
class InputSpec:
    """Height and width in pixels, channels (1 to 16), and what is known of the images that the model was trained on.

    ``background`` is "dark" or "light" where they are known to be line art on it, such as Fashion-MNIST and MNIST, else
    None. ``fit`` is how they came into this size. ``any_range`` is True for a model whose own function scales pixels,
    so that they may run to any value, ``as_stored`` for one that takes the values of files of 16 bits as they are, and
    ``numbers`` for one that predicts numbers, so that labels may be any.
    """

    height: int
    width: int
    channels: int
    background: str | None = None
    fit: Fit = STRETCH
    any_range: bool = False
    numbers: bool = False
    as_stored: bool = False
