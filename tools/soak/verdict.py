"""Whether a long run stayed flat, from its readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from statistics import median

from .gauges import Reading

#: Growth of memory to tell from none, in MB an hour and as a share of what is held; growth of other counts an hour.
MEMORY, SHARE = 25.0, 0.01
#: The share of a run in which caches fill: compiled code, fonts, tables of TensorFlow.
WARM_UP = 1 / 3


@dataclass(frozen=True)
class Verdict:
    """Growth an hour after warm-up of each quantity, and sentences about what is not flat; none if all is."""

    growth: dict[str, float]
    complaints: tuple[str, ...]


def judge(hours: Sequence[float], readings: Sequence[Reading], faults: Sequence[str]) -> Verdict:
    """Judge readings taken at these hours since the start."""
    first = next(i for i, hour in enumerate(hours) if hour >= hours[-1] * WARM_UP)
    times, late = hours[first:], readings[first:]
    growth = {name: slope(times, [asdict(one)[name] for one in late]) for name in asdict(late[0]) if name != "minutes"}
    complaints = list(faults)
    allowed = max(MEMORY, SHARE * late[0].memory)
    if growth["memory"] > allowed:
        complaints.append(f"memory grows by {growth['memory']:.1f} MB an hour; {allowed:.0f} are allowed")
    for name in ("files", "threads", "children", "figures", "models"):
        before, after = (max(asdict(one)[name] for one in part) for part in (late[: len(late) // 2 or 1], late[-3:]))
        if after > before:
            complaints.append(f"{name} went from at most {before} to {after}")
    if late[-1].left:
        complaints.append(f"{late[-1].left} temporary files are left")
    return Verdict(growth, tuple(complaints))


def slope(times: Sequence[float], values: Sequence[float]) -> float:
    """Return the median slope over all pairs of points (Theil 1950, Sen 1968), which single peaks do not move."""
    pairs = combinations(zip(times, values, strict=True), 2)
    slopes = [(later - earlier) / (b - a) for (a, earlier), (b, later) in pairs if b > a]
    return median(slopes) if slopes else 0.0
