"""Wait for what a page comes to."""

from __future__ import annotations

import time
from typing import Any


def until(page: Any, condition: str, seconds: float = 30) -> None:
    """Wait until an expression, or a function without arguments, holds.

    Playwright's ``wait_for_function`` evaluates it in the page when it does not hold at once, which the page's policy
    forbids.
    """
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        if time.monotonic() > end:
            raise AssertionError(f"{condition} never came true; {page.evaluate('location.hash')}")
        page.wait_for_timeout(25)
