"""Declared arrays: what is not as declared is found, and every result that is saved declares all of its arrays."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest

import cnnviz
from cnnviz.core.declared_arrays import booleans, check_declared, declaration, floats, integers
from cnnviz.core.errors import DataError
from cnnviz.data import Images
from cnnviz.features.predictions import Predictions
from tests.results.every_result import BUILDERS


@dataclass(frozen=True, eq=False)
class Part:
    weight: Annotated[np.ndarray, floats("h", "v", nan=True)]
    first: Annotated[np.ndarray, integers("k", below="names")]


@dataclass(frozen=True, eq=False)
class Whole:
    names: tuple[str, ...]
    values: Annotated[np.ndarray, floats("names", "h", "w?")]
    marks: Annotated[np.ndarray, booleans("names")] | None
    twins: Annotated[np.ndarray, integers("names", least=-1, below="names")]
    parts: Mapping[str, Part] = field(default_factory=dict)


def whole(**changes: Any) -> Whole:
    good = Whole(
        ("a", "b"),
        np.ones((2, 3, 4)),
        np.array([True, False]),
        np.array([-1, 1]),
        {"p": Part(np.array([[np.nan] * 5] * 3), np.array([1, 0, 1])), "q": Part(np.ones((3, 2)), np.array([0]))},
    )
    return dataclasses.replace(good, **changes)


def test_what_is_as_declared_passes() -> None:
    check_declared(whole(), "a file")
    check_declared(whole(values=np.ones((2, 3), np.float16), marks=None, parts={}), "a file")
    # Members of a mapping may differ in what only they name.
    check_declared(whole(values=np.ones((2, 3))), "a file")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"values": np.ones((3, 3, 4))}, "its values have the shape (3, 3, 4), where names is 2"),
        ({"values": np.ones(2)}, "its values have the shape (2,), not floats (names, h, w)"),
        ({"values": np.ones((2, 3, 4, 1))}, "its values have the shape (2, 3, 4, 1), not floats"),
        ({"values": np.ones((2, 3), int)}, "its values are int64, not floats"),
        ({"values": np.array([["a"] * 3] * 2)}, "its values are <U1"),
        ({"values": np.full((2, 3), np.nan)}, "its values hold NaN or infinity"),
        ({"values": np.full((2, 3), 1e308)}, None),
        ({"values": [[1.0] * 3] * 2}, "its values are list"),
        ({"marks": np.array([0, 1])}, "its marks are int64, not booleans (names,)"),
        ({"twins": np.array([-2, 0])}, "its twins hold -2"),
        ({"twins": np.array([2, 0])}, "its twins hold 2, where names is 2"),
        (
            {"parts": {"p": Part(np.ones((4, 1)), np.array([0]))}},
            "its parts['p'].weight have the shape (4, 1), where h",
        ),
        ({"parts": {"p": Part(np.full((3, 1), np.inf), np.array([0]))}}, "its parts['p'].weight hold infinity"),
        ({"parts": {"p": Part(np.ones((3, 1)), np.array([2]))}}, "its parts['p'].first hold 2, where names is 2"),
    ],
)
def test_what_is_not_is_said(changes: dict[str, Any], said: str | None) -> None:
    if said is None:
        return check_declared(whole(**changes), "a file")
    with pytest.raises(DataError) as error:
        check_declared(whole(**changes), "a file")
    assert str(error.value).startswith(f"a file is damaged: {said}") and str(error.value).isprintable()


def arrays_of(kind: Any, seen: frozenset[Any] = frozenset()) -> Iterator[tuple[str, Any]]:
    """Yield each field, at any depth, that holds arrays, with its type hint; images check themselves."""
    hints = get_type_hints(kind, include_extras=True)
    for one in dataclasses.fields(kind):
        if not (one.compare and one.init):
            continue
        for hint in leaves(hints[one.name]):
            if hint is np.ndarray or getattr(hint, "__metadata__", ()):
                yield f"{kind.__name__}.{one.name}", hint
            elif dataclasses.is_dataclass(hint) and hint is not Images and hint not in seen:
                yield from arrays_of(hint, seen | {kind})


def leaves(hint: Any) -> Iterator[Any]:
    inner = [one for one in get_args(hint) if one is not ...]
    composed = get_origin(hint) in (Union, UnionType, tuple) or (
        isinstance(get_origin(hint), type) and issubclass(get_origin(hint), Mapping)
    )
    if composed:
        for one in inner:
            yield from leaves(one)
    else:
        yield hint


SAVED = sorted(name for name in BUILDERS if issubclass(getattr(cnnviz, name, type(None)), Predictions))


@pytest.mark.parametrize("name", SAVED)
def test_every_result_declares_its_arrays(name: str) -> None:
    found = list(arrays_of(getattr(cnnviz, name)))
    assert found and not [place for place, hint in found if declaration(hint) is None]
