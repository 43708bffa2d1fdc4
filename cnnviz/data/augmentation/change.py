"""Random changes of images: frozen dataclasses, called with pixels and a random generator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.registry import Registry, fields_of


@dataclass(frozen=True)
class Change:
    """A random change of images that keeps their class; its fields set how strong it is at most.

    A change is entered in CHANGES under its name on the command line.
    """

    name: ClassVar[str]

    def __call__(self, pixels: np.ndarray, background: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return changed images, float32 (n, h, w, c) in about 0…1; gaps are filled with ``background`` (n, c)."""
        raise NotImplementedError


#: Every change, by name.
CHANGES: Registry[Change] = Registry("change")


def spelled(text: str) -> Change:
    """Return the change written as "shift", "shift 4" or "shift:pixels=4"; errors are those of Registry.make."""
    name, _, value = text.strip().partition(" ")
    if value and ":" not in text:
        text = f"{name}:{next(iter(fields_of(CHANGES[name])))}={value.strip()}"
    return CHANGES.make(text)


def within(name: str, value: float, low: float, high: float) -> None:
    """Raise UsageError if a value is outside ``low`` to ``high``; ``name`` is its name in the message."""
    if not low <= value <= high:
        raise UsageError(f"{name} must be from {low:g} to {high:g}, not {value:g}")
