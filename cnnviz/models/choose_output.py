"""Selection of one of a model's outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnnviz.core.errors import ModelError, UnknownNameError

from .head import find_head
from .head_kind import HeadRequest
from .unrolled_graph import Graph


class UnchosenOutputError(ModelError):
    """Several outputs have class scores, and none is chosen."""


def output_names(model: Any, count: int) -> list[str]:
    """Return a name for each output: the model's own names if each output has one."""
    names = [str(name) for name in getattr(model, "output_names", None) or []]
    return names if len(names) == count and len(set(names)) == count else [f"output {i}" for i in range(count)]


def choose_output(
    graph: Graph,
    input_shape: tuple[int, ...],
    names: Sequence[str],
    wanted: str | int | None,
    requests: Sequence[HeadRequest],
    model: str,
) -> tuple[int | None, tuple[str, ...]]:
    """Return the number of the selected output, and notes on the choice.

    If none is wanted it is the only output of class scores; None if no output has any, or if the model is opened
    without them. ModelError if several have, UnknownNameError for an unknown one.
    """
    if wanted is not None:
        if str(wanted) in names:
            return names.index(str(wanted)), ()
        if str(wanted).isdecimal() and int(wanted) < len(names):
            return int(wanted), ()
        raise UnknownNameError("output", str(wanted), names)
    listed = ", ".join(names)
    if requests[0].kind == "none":
        return None, (f"it has {len(names)} outputs, {listed}, and none is chosen",)
    heads = [
        find_head(graph, slot, input_shape, HeadRequest("auto", one.loss, one.names))
        for slot, one in zip(graph.outputs, requests, strict=True)
    ]
    scored = [i for i, head in enumerate(heads) if head.classes]
    if len(scored) == 1:
        only = names[scored[0]]
        return scored[0], (f"of its {len(names)} outputs, {listed}, only {only} has class scores; see --output",)
    if not scored:
        return None, (f"it has {len(names)} outputs, {listed}, without class scores; see --output",)
    raise UnchosenOutputError(
        f"{model!r} has {len(names)} outputs, {listed}; choose one with --output {names[0]!r}, "
        f"in Python output={names[0]!r}, or open it without class scores with --head none"
    )
