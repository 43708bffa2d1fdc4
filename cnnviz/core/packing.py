"""Dataclasses as named arrays and JSON-ready facts, and back by their type hints.

A dataclass that holds arrays is stored field by field, under names such as "layers/0/top/values"; what holds none
is one JSON value. Fields with ``compare=False`` are no part of a value and are left out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePath
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

T = TypeVar("T")


def pack_value(value: Any, place: str, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> None:
    """Store a dataclass's arrays and facts under names that begin with ``place``."""
    pack_fields(value, [one.name for one in stored_fields(type(value))], place, arrays, facts)


def pack_fields(value: Any, names: list[str], place: str, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> None:
    """Do the same for some of its fields."""
    kind: Any = type(value)
    hints = _hints(kind)
    for name in names:
        _lay_down(hints[name], getattr(value, name), _at(place, name), arrays, facts)


def unpack_value(kind: type[T], place: str, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> T:
    """Make a dataclass from what was stored; KeyError, TypeError or ValueError where that does not fit."""
    return kind(**unpack_fields(kind, [one.name for one in stored_fields(kind)], place, arrays, facts))


def unpack_fields(
    kind: type, names: list[str], place: str, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return some of a dataclass's fields by name."""
    hints = _hints(kind)
    optional = {one.name for one in stored_fields(kind) if _has_default(one)}
    made = {}
    for name in names:
        at = _at(place, name)
        # A field that was added with a default is not in older files.
        if name in optional and at not in facts and at not in arrays and not holds_arrays(hints[name]):
            continue
        made[name] = _pick_up(hints[name], at, arrays, facts)
    return made


def stored_fields(kind: Any) -> list[dataclasses.Field[Any]]:
    """Return the fields of a dataclass that are part of its value."""
    return [one for one in dataclasses.fields(kind) if one.compare and one.init]


def as_plain(value: Any) -> Any:
    """Return a value without arrays as JSON knows it: dataclasses are objects, tuples lists, and paths text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_plain(getattr(value, one.name)) for one in stored_fields(type(value))}
    if isinstance(value, Mapping):
        return {str(key): as_plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(held) for held in value]
    if isinstance(value, PurePath):
        return str(value)
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else value


def from_plain(hint: Any, value: Any) -> Any:
    """Return what ``as_plain`` made this of; TypeError where the value is not of the hint's type."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return value
    if origin in (Union, UnionType):
        return _any_of(inner, value)
    if origin is Literal:
        fits = value in inner
    elif isinstance(hint, type) and dataclasses.is_dataclass(hint) and isinstance(value, dict):
        hints, names = _hints(hint), [one.name for one in stored_fields(hint)]
        strange = set(value) - set(names)
        if strange:
            raise TypeError(f"{hint} has no {sorted(strange)!r:.60}")
        return hint(**{name: from_plain(hints[name], value[name]) for name in names if name in value})
    elif isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields") and isinstance(value, list):
        inner = tuple(_hints(hint)[name] for name in hint._fields)
        return hint(*(from_plain(one, held) for one, held in zip(inner, value, strict=True)))
    elif origin is tuple and isinstance(value, list):
        each = inner[:1] * len(value) if inner[1:] == (...,) else inner
        return tuple(from_plain(one, held) for one, held in zip(each, value, strict=True))
    elif isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, dict):
        return {key: from_plain(inner[1], held) for key, held in value.items()}
    elif hint is Path and isinstance(value, str):
        return Path(value)
    elif hint in (int, float):
        # A whole number is a float too, but not the other way round.
        fits = isinstance(value, int if hint is int else int | float) and not isinstance(value, bool)
        # No count is larger, and NumPy knows no larger whole numbers.
        fits = fits and (isinstance(value, float) or abs(value) < 2**63)
    else:
        fits = hint in (bool, str, NoneType) and isinstance(value, hint)
    if not fits:
        raise TypeError(f"{value!r:.40} is no {hint}")
    return value


def _any_of(hints: tuple[Any, ...], value: Any) -> Any:
    for hint in hints:
        try:
            return from_plain(hint, value)
        except (KeyError, TypeError, ValueError):
            continue
    raise TypeError(f"{value!r:.40} is none of {hints}")


@cache
def holds_arrays(hint: Any, seen: tuple[Any, ...] = ()) -> bool:
    """Whether values of this type may hold an array, at any depth."""
    if hint is np.ndarray:
        return True
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and hint not in seen:
        return any(holds_arrays(_hints(hint)[one.name], (*seen, hint)) for one in stored_fields(hint))
    return any(holds_arrays(inner, seen) for inner in get_args(hint) if inner is not ...)


def _lay_down(hint: Any, held: Any, place: str, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> None:
    hint = _without_none(hint)
    if held is None or not holds_arrays(hint):
        facts[place] = as_plain(held)
    elif isinstance(held, np.ndarray):
        # What several results share is stored once.
        known = next((name for name, array in arrays.items() if array is held), None)
        if known is None:
            arrays[place] = held
        else:
            facts[place] = known
    elif isinstance(held, Mapping):
        facts[place] = list(held)
        for i, inner in enumerate(held.values()):
            _lay_down(get_args(hint)[1], inner, f"{place}/{i}", arrays, facts)
    elif isinstance(held, tuple):
        facts[place] = len(held)
        for i, inner in enumerate(held):
            _lay_down(get_args(hint)[0], inner, f"{place}/{i}", arrays, facts)
    else:
        if type(held) is not hint:
            facts[place] = type(held).__name__
        pack_value(held, place, arrays, facts)


def _pick_up(hint: Any, place: str, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Any:
    inner = _without_none(hint)
    if not holds_arrays(inner):
        return from_plain(hint, facts[place])
    if inner is not hint and facts.get(place, ...) is None:
        return None
    if inner is np.ndarray:
        return arrays[place] if place in arrays else arrays[facts[place]]
    origin = get_origin(inner)
    if origin is tuple:
        return tuple(_pick_up(get_args(inner)[0], f"{place}/{i}", arrays, facts) for i in range(facts[place]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        names = from_plain(tuple[str, ...], facts[place])
        return {name: _pick_up(get_args(inner)[1], f"{place}/{i}", arrays, facts) for i, name in enumerate(names)}
    return unpack_value(_named(inner, facts.get(place)), place, arrays, facts)


def _named(kind: type[T], name: Any) -> type[T]:
    """Return the subclass of this name; the class itself where none is loaded, which has less to say.

    Of several classes it is the one of this name, or else the first.
    """
    if get_origin(kind) in (Union, UnionType):
        several: list[type[T]] = [_named(one, name) for one in get_args(kind)]
        return next((one for one in several if one.__name__ == name), several[0])
    for below in kind.__subclasses__():
        found = below if below.__name__ == name else _named(below, name)
        if found.__name__ == name:
            return found
    return kind


def _without_none(hint: Any) -> Any:
    """Return what an optional type holds where it is not None."""
    inner = [one for one in get_args(hint) if one is not NoneType]
    return inner[0] if get_origin(hint) in (Union, UnionType) and len(inner) == 1 else hint


def _has_default(one: dataclasses.Field[Any]) -> bool:
    return one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING


def _at(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
