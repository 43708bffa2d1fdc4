"""Earlier names that keep working for one release, with a DeprecationWarning."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
C = TypeVar("C", bound=type)
R = TypeVar("R")


def warn_renamed(old: str, new: str, stacklevel: int = 3) -> None:
    """Warn the caller of the calling function that ``old`` is now ``new``."""
    warnings.warn(f"{old} is now {new}", DeprecationWarning, stacklevel=stacklevel)


class Renamed:
    """An attribute or method of a class under its earlier name: ``slopes = Renamed("gradients")``."""

    def __init__(self, new: str) -> None:
        self.new = new

    def __set_name__(self, owner: type, name: str) -> None:
        self._names = f"{owner.__name__}.{name}", f"{owner.__name__}.{self.new}"

    def __get__(self, instance: Any, owner: type) -> Any:
        # A dataclass looks at the class itself for defaults.
        if instance is None:
            return self
        warn_renamed(*self._names)
        return getattr(instance, self.new)


def renamed_parameters(**renamed: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that accepts parameters by their earlier names: ``@renamed_parameters(batch="batch_size")``.

    Calling the function with an earlier name warns; with both names it is a TypeError.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        name = function.__qualname__.removesuffix(".__init__")

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            for old in renamed.keys() & kwargs.keys():
                new = renamed[old]
                if new in kwargs:
                    raise TypeError(f"{name}() got {new!r} and {old!r}, its earlier name; give one")
                warn_renamed(f"{name}({old}=)", f"{name}({new}=)")
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return call

    return decorate


def renamed_fields(**renamed: str) -> Callable[[C], C]:
    """Return a decorator of a dataclass whose fields have earlier names too: ``@renamed_fields(old="new")``."""

    def decorate(cls: C) -> C:
        cls.__init__ = renamed_parameters(**renamed)(cls.__init__)  # type: ignore[misc]
        for old, new in renamed.items():
            earlier = Renamed(new)
            earlier.__set_name__(cls, old)
            setattr(cls, old, earlier)
        return cls

    return decorate


def earlier_name(module: str, name: str, renamed: Mapping[str, str], held: Mapping[str, Any]) -> Any:
    """Return the object behind a module's earlier ``name``, with a warning; for its ``__getattr__``.

    ``renamed`` maps earlier names to current ones, ``held`` are the module's globals. AttributeError for another name.
    """
    if name not in renamed:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    warn_renamed(f"{module}.{name}", f"{module}.{renamed[name]}")
    return held[renamed[name]]
