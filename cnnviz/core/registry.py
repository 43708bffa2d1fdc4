"""Registries of methods by name: frozen dataclasses with their hyperparameters as fields."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from .deprecation import Renamed, warn_renamed
from .errors import UnknownNameError, UsageError

T = TypeVar("T")


class Registry(Generic[T]):
    """Classes by name, in order of registration.

    ``what`` is the noun for one of them ("method").
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self._held: dict[str, type[T]] = {}

    def enter(self, name: str) -> Callable[[type[T]], type[T]]:
        """Return a decorator that registers a frozen dataclass under a name, which it gets as ``name``."""

        def decorate(cls: type[T]) -> type[T]:
            if name in self._held:
                raise ValueError(f"two {self.what}s have the name {name!r}")
            self._held[name] = cls
            cls.name = name  # type: ignore[attr-defined]
            return cls

        return decorate

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __getitem__(self, name: str) -> type[T]:
        if name not in self._held:
            raise UnknownNameError(self.what, name, list(self._held))
        return self._held[name]

    def make(self, spelled: str) -> T:
        """Return an instance from text, "smoothgrad" or "smoothgrad:samples=50,noise=0.2".

        UnknownNameError for a name or parameter that does not exist, UsageError for a value that does not fit.
        """
        name, _, rest = spelled.partition(":")
        cls = self[name.strip()]
        given: dict[str, Any] = {}
        kinds = fields_of(cls)
        for word in filter(None, (part.strip() for part in rest.split(","))):
            key, sign, text = word.partition("=")
            key = key.strip().replace("-", "_")
            if isinstance(earlier := vars(cls).get(key), Renamed):
                warn_renamed(f"{name}:{key}=", f"{name}:{earlier.new}=")
                key = earlier.new
            if key not in kinds:
                raise UnknownNameError(f"parameter of {name}", key, list(kinds))
            if not sign:
                raise UsageError(f"{name}: {word!r} has no value; write {key}=…")
            given[key] = _read(text.strip(), kinds[key], f"{name}: {key}")
        return cls(**given)


def spec_text(one: Any) -> str:
    """Return what ``make`` reads as this instance: its name, with the fields that are not the defaults."""
    default = dataclasses.asdict(type(one)())
    changed = [f"{name}={value}" for name, value in dataclasses.asdict(one).items() if value != default[name]]
    return str(one.name) + (f":{','.join(changed)}" if changed else "")


def fields_of(cls: type) -> Mapping[str, Any]:
    """Return the type of each field of a dataclass by the field's name."""
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


def parameters(instance: Any) -> dict[str, Any]:
    """Return the fields of an instance as JSON-ready values, without those that are None."""
    held = {field.name: getattr(instance, field.name) for field in dataclasses.fields(instance)}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in held.items() if value is not None}


def _read(text: str, kind: Any, what: str) -> Any:
    """Return a value of a field's type from text; the values of a tuple are joined by "+"."""
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        options = [one for one in typing.get_args(kind) if one is not type(None)]
        if text.lower() == "none" and type(None) in typing.get_args(kind):
            return None
        tuples = [one for one in options if typing.get_origin(one) is tuple]
        return _read(text, tuples[0] if tuples and "+" in text else options[0], what)
    if typing.get_origin(kind) is tuple:
        inner = typing.get_args(kind)[0]
        return tuple(_read(part, inner, what) for part in text.split("+"))
    if typing.get_origin(kind) is typing.Literal:
        allowed = [str(one) for one in typing.get_args(kind)]
        if text not in allowed:
            raise UnknownNameError(f"value for {what}", text, allowed)
        return text
    try:
        if kind is bool:
            return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}[text.lower()]
        value = kind(text)
        if kind is float and not math.isfinite(value):
            raise ValueError(text)
        return value
    except (KeyError, ValueError):
        wanted = {int: "a whole number", float: "a number", bool: "yes or no"}.get(kind, kind.__name__)
        raise UsageError(f"{what} must be {wanted}, not {text!r}") from None
