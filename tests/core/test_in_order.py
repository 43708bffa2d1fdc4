"""Results of threads, in order."""

from __future__ import annotations

import threading
import time

import pytest

from cnnviz.core.in_order import in_order


def test_results_come_in_order_whichever_is_ready_first() -> None:
    both = threading.Barrier(2, timeout=10)

    def slow_first(n: int) -> int:
        both.wait()
        time.sleep(0.05 * (n == 0))
        return n

    assert list(in_order(slow_first, [0, 1], 2)) == [0, 1]
    assert list(in_order(lambda n: threading.current_thread() is threading.main_thread(), [1, 2], 1)) == [True, True]


def test_an_exception_is_raised_and_ends_the_rest() -> None:
    called = []

    def fails(n: int) -> int:
        called.append(n)
        time.sleep(0.01)
        raise ValueError(f"no {n}")

    with pytest.raises(ValueError, match="no 0"):
        list(in_order(fails, range(100), 2))
    assert len(called) < 50
