"""Times of calls that take turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def median_seconds(calls: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each call after one to warm up, in turns so that a busy moment hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(rounds):
        for name, call in calls.items():
            begun = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - begun)
    return {name: statistics.median(measured) for name, measured in times.items()}
