"""Selection of one of a model's outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnnviz.core.errors import ModelError, UnknownNameError


def output_names(model: Any, count: int) -> list[str]:
    """Return a name for each output: the model's own names if each output has one."""
    names = [str(name) for name in getattr(model, "output_names", None) or []]
    return names if len(names) == count and len(set(names)) == count else [f"output {i}" for i in range(count)]


def choose_output(names: Sequence[str], wanted: str | int | None, model: str) -> tuple[int, str]:
    """Return the number and name of the selected output; UnknownNameError for an unknown one."""
    if wanted is None:
        listed = ", ".join(names)
        raise ModelError(
            f"{model!r} has {len(names)} outputs, {listed}; choose one with --output {names[0]!r}, "
            f"in Python output={names[0]!r}"
        )
    if str(wanted) in names:
        return names.index(str(wanted)), str(wanted)
    if str(wanted).isdecimal() and int(wanted) < len(names):
        return int(wanted), names[int(wanted)]
    raise UnknownNameError("output", str(wanted), names)
