"""A change of pictures: a frozen dataclass that is called with pixels and a generator of random numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.registry import Registry, fields_of


@dataclass(frozen=True)
class Change:
    """A way to change pictures at random that leaves them in their class.

    Fields say how far it may go. A change is entered in CHANGES under the name that the command line knows it by.
    """

    name: ClassVar[str]

    def __call__(self, pixels: np.ndarray, background: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return changed pictures, float32 (n, h, w, c) about 0…1; ``background`` (n, c) fills what opens."""
        raise NotImplementedError


#: Every change, by name.
CHANGES: Registry[Change] = Registry("change")


def spelled(text: str) -> Change:
    """Return the change that "shift", "shift 4" or "shift:pixels=4" spells; see Registry.make for errors."""
    name, _, value = text.strip().partition(" ")
    if value and ":" not in text:
        text = f"{name}:{next(iter(fields_of(CHANGES[name])))}={value.strip()}"
    return CHANGES.make(text)


def within(name: str, value: float, low: float, high: float) -> None:
    """Raise UsageError for a value outside what makes sense."""
    if not low <= value <= high:
        raise UsageError(f"{name} must be from {low:g} to {high:g}, not {value:g}")
