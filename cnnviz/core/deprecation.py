"""Earlier names that keep working for one release, with a DeprecationWarning."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any


def warn_renamed(old: str, new: str, stacklevel: int = 3) -> None:
    """Warn the caller of the calling function that ``old`` is now ``new``."""
    warnings.warn(f"{old} is now {new}", DeprecationWarning, stacklevel=stacklevel)


class Renamed:
    """An attribute or method of a class under its earlier name: ``slopes = Renamed("gradients")``."""

    def __init__(self, new: str) -> None:
        self._new = new

    def __set_name__(self, owner: type, name: str) -> None:
        self._names = f"{owner.__name__}.{name}", f"{owner.__name__}.{self._new}"

    def __get__(self, instance: Any, owner: type) -> Any:
        # A dataclass looks at the class itself for defaults.
        if instance is None:
            return self
        warn_renamed(*self._names)
        return getattr(instance, self._new)


def earlier_name(module: str, name: str, renamed: Mapping[str, str], held: Mapping[str, Any]) -> Any:
    """Return what a module's earlier ``name`` stands for, with a warning; for its ``__getattr__``.

    ``renamed`` maps earlier names to present ones, ``held`` are the module's globals. AttributeError for another name.
    """
    if name not in renamed:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    warn_renamed(f"{module}.{name}", f"{module}.{renamed[name]}")
    return held[renamed[name]]
