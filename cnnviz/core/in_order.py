"""Results of a function for several arguments, computed in a few threads and yielded in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def in_order(function: Callable[[A], B], arguments: Iterable[A], threads: int) -> Iterator[B]:
    """Yield ``function`` of each argument, in order; after an exception no further call begins."""
    given = list(arguments)
    if threads < 2 or len(given) < 2:
        yield from map(function, given)
        return
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(threads)
    try:
        yield from pool.map(function, given)
    finally:
        pool.shutdown(cancel_futures=True)
