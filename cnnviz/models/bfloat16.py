"""Runs in bfloat16: what convolutions and dense layers read and return has 8 bits of precision, their sums 24.

TensorFlow rewrites the compiled graph, forward and backward; the model and its weights stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, get_args

from cnnviz.core.errors import UsageError
from cnnviz.core.processor import processor_flags

from .import_tensorflow import tensorflow

Precision = Literal["float32", "bfloat16"]

#: Linux's flags of processors with bfloat16 multiplication.
FLAGS = frozenset({"avx512_bf16", "amx_bf16"})

_OPTION = "auto_mixed_precision_onednn_bfloat16"


def has_bfloat16() -> bool:
    """Whether the processor multiplies in bfloat16."""
    return bool(FLAGS & processor_flags())


def check_precision(precision: str) -> None:
    """Raise UsageError for an unknown precision, and for bfloat16 on a processor without it."""
    if precision not in get_args(Precision):
        raise UsageError(f"there is no precision {precision!r}; choose float32 or bfloat16")
    if precision == "bfloat16" and not has_bfloat16():
        raise UsageError("this processor has no bfloat16 multiplication; use float32, the default")


def in_bfloat16(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a compiled function that runs in bfloat16."""

    def run(*arguments: Any) -> Any:
        with _rewriting():
            return function(*arguments)

    return run


@contextmanager
def _rewriting() -> Iterator[None]:
    optimizer = tensorflow().config.optimizer
    before = bool(optimizer.get_experimental_options().get(_OPTION, False))
    optimizer.set_experimental_options({_OPTION: True})
    try:
        yield
    finally:
        optimizer.set_experimental_options({_OPTION: before})
