"""Methods by name, and values read from text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pytest

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.registry import Registry, parameters

TOOLS: Registry[object] = Registry("tool")


@TOOLS.enter("saw")
@dataclass(frozen=True)
class Saw:
    teeth: int = 3
    sharp: bool = False
    width: float = 0.5
    kind: Literal["fine", "coarse"] = "fine"
    cuts: str | tuple[str, ...] | None = None


@TOOLS.enter("nail")
@dataclass(frozen=True)
class Nail:
    """No fields."""


def test_made_from_words() -> None:
    assert TOOLS.make("saw") == Saw()
    assert TOOLS.make("saw: teeth=5, sharp=yes,width=2e-1,kind=coarse") == Saw(5, True, 0.2, "coarse")
    assert TOOLS.make("saw:cuts=a") == Saw(cuts="a") and TOOLS.make("saw:cuts=a+b") == Saw(cuts=("a", "b"))
    assert TOOLS.make("saw:cuts=none") == Saw()
    assert TOOLS.make("nail") == Nail() and list(TOOLS) == ["saw", "nail"]


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ("sow", UnknownNameError, "no tool 'sow'; choose from: saw, nail"),
        ("saw:tooth=3", UnknownNameError, "no parameter of saw 'tooth'; choose from: teeth"),
        ("saw:teeth", UsageError, "has no value; write teeth=…"),
        ("saw:teeth=x", UsageError, "saw: teeth must be a whole number, not 'x'"),
        ("saw:width=x", UsageError, "must be a number"),
        ("saw:sharp=x", UsageError, "must be yes or no"),
        ("saw:kind=blunt", UnknownNameError, "choose from: fine, coarse"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(words: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        TOOLS.make(words)
    assert "\n" not in str(caught.value)


def test_parameters_are_plain() -> None:
    assert parameters(Saw(cuts=("a", "b"))) == {
        "teeth": 3,
        "sharp": False,
        "width": 0.5,
        "kind": "fine",
        "cuts": ["a", "b"],
    }


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="nail"):
        TOOLS.enter("nail")(Nail)
