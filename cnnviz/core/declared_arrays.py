"""Declared arrays: the kind of number and the shape of each array of a result, checked when a file is read.

A field is declared where it is defined, ``probabilities: Annotated[np.ndarray, floats("n", "classes")]``, so that a
file is checked against the same words that a reader of the code sees.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sized
from functools import cache
from typing import Any, get_args, get_type_hints

import numpy as np

from .documented import Documented
from .errors import DataError

#: NumPy's letters for the kinds of numbers, and what they are called.
_KINDS = {"f": "floats", "iu": "whole numbers", "b": "booleans"}


@dataclasses.dataclass(frozen=True)
class Declared:
    """What an array must be: a kind of number, and its axes by name or extent.

    The same name stands for the same extent throughout a result and in what it holds; a sequence or mapping binds the
    name of its field to its length. Last axes whose names end in "?" may be missing. Floats are finite, or may be
    ``nan`` where undefined; whole numbers are at least ``least`` and less than the extent called ``below``.
    """

    kinds: str
    axes: tuple[str | int, ...]
    nan: bool = False
    least: int | None = None
    below: str | None = None

    def __str__(self) -> str:
        named = [axis.removesuffix("?") if isinstance(axis, str) else str(axis) for axis in self.axes]
        return f"{_KINDS[self.kinds]} ({', '.join(named)}{',' if len(named) == 1 else ''})"

    def fault(self, array: Any, extents: dict[str, int]) -> str | None:
        """Return why an array is not as declared, None if it is; names that are new are bound to its extents."""
        return self.fault_of_kind(array, extents) or self._fault_of_values(array, extents)

    def fault_of_kind(self, array: Any, extents: dict[str, int]) -> str | None:
        """Return the same of the kind of its numbers and its shape alone, whatever its values are."""
        if not isinstance(array, np.ndarray) or array.dtype.kind not in self.kinds:
            return f"are {getattr(array, 'dtype', type(array).__name__)}"
        axes = self.axes
        while len(axes) > array.ndim and str(axes[-1]).endswith("?"):
            axes = axes[:-1]
        if array.ndim != len(axes):
            return f"have the shape {array.shape}"
        for axis, extent in zip(axes, array.shape, strict=True):
            wanted = axis if isinstance(axis, int) else extents.setdefault(axis.removesuffix("?"), extent)
            if extent != wanted:
                return f"have the shape {array.shape}, where {axis} is {wanted}"
        return None

    def _fault_of_values(self, array: np.ndarray, extents: Mapping[str, int]) -> str | None:
        if not array.size:
            return None
        if array.dtype.kind == "f":
            # One pass without a copy: a sum is finite only if all values are.
            with np.errstate(over="ignore", invalid="ignore"):
                whole = np.isfinite(array.sum(dtype=np.float64)) or np.isfinite(array).all()
            if not whole and not (self.nan and not np.isinf(array).any()):
                return "hold infinity" if self.nan else "hold NaN or infinity"
        if self.least is not None and array.min() < self.least:
            return f"hold {array.min()}"
        if self.below is not None and array.max() >= extents.get(self.below, 0):
            return f"hold {array.max()}, where {self.below} is {extents.get(self.below, 0)}"
        return None


def floats(*axes: str | int, nan: bool = False) -> Declared:
    """Declare floats of these axes; they may be NaN where undefined if ``nan``."""
    return Declared("f", axes, nan=nan)


def integers(*axes: str | int, least: int | None = 0, below: str | None = None) -> Declared:
    """Declare whole numbers of these axes, from ``least`` up to, but without, the extent called ``below``."""
    return Declared("iu", axes, least=least, below=below)


def booleans(*axes: str | int) -> Declared:
    """Declare booleans of these axes."""
    return Declared("b", axes)


def check_declared(value: Any, what: object) -> None:
    """Check every array of a dataclass, at any depth; DataError of one line, about the file ``what``, for a fault."""
    for place, fault, declared in _faults(value, {}, ""):
        raise DataError(f"{what} is damaged: its {place} {fault}, not {declared}")


def _faults(value: Any, outer: Mapping[str, int], at: str) -> Iterator[tuple[str, str, Declared]]:
    # A result inside another one has images of its own, "n" in all of them.
    extents = {"n": len(value)} if isinstance(value, Documented) and isinstance(value, Sized) else dict(outer)
    kind: Any = type(value)
    held = {name: (hint, getattr(value, name)) for name, hint in declared_fields(kind).items()}
    extents |= {name: len(inner) for name, (_, inner) in held.items() if isinstance(inner, tuple | Mapping)}
    for name, (hint, inner) in held.items():
        yield from _faults_of(hint, inner, extents, f"{at}{name}")


def _faults_of(hint: Any, held: Any, extents: dict[str, int], at: str) -> Iterator[tuple[str, str, Declared]]:
    declared = declaration(hint)
    if isinstance(held, Mapping):
        for key, inner in held.items():
            # What differs from one member to the next has extents of its own.
            yield from _faults_of(_inner(hint), inner, dict(extents), f"{at}[{key!r:.40}]")
    elif isinstance(held, tuple):
        for i, inner in enumerate(held):
            yield from _faults_of(_inner(hint), inner, dict(extents), f"{at}[{i}]")
    elif declared is not None:
        fault = None if held is None else declared.fault(held, extents)
        if fault is not None:
            yield at, fault, declared
    elif dataclasses.is_dataclass(held):
        yield from _faults(held, extents, f"{at}.")


def _inner(hint: Any) -> Any:
    """Return the type of what a mapping or a tuple holds."""
    inner = [one for one in get_args(hint) if one is not ...]
    return inner[-1] if inner else None


def declaration(hint: Any) -> Declared | None:
    """Return the declaration in a type hint, also where None is allowed too."""
    for one in getattr(hint, "__metadata__", ()):
        if isinstance(one, Declared):
            return one
    found = [declaration(inner) for inner in get_args(hint) if getattr(inner, "__metadata__", ())]
    return found[0] if len(found) == 1 else None


@cache
def declared_fields(kind: Any) -> dict[str, Any]:
    """Return the type hints, with declarations, of the fields that are part of a dataclass's value."""
    hints = get_type_hints(kind, include_extras=True)
    return {one.name: hints[one.name] for one in dataclasses.fields(kind) if one.compare and one.init}
