"""Sweeps: the same test over many cases, of which the default suite runs a few and the slow one all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def slow(*cases: Any) -> list[Any]:
    """Mark the cases of one argument as slow."""
    return [pytest.param(case, marks=pytest.mark.slow) for case in cases]


def sweep(cases: Iterable[Any], *first: Any) -> list[Any]:
    """Give all cases of one argument in their order; those that are not among the ``first`` are slow."""
    cases = list(cases)
    assert set(first) <= set(cases), "a case was renamed"
    return [case if case in first else slow(case)[0] for case in cases]
