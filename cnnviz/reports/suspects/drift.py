"""Whether two sets could be random halves of one: tests of light, of looks and of shares of classes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DriftTest:
    """One test of two samples: ``what`` is compared ("mean brightness"), by which ``method``.

    ``p_value`` is as the test gives it, ``adjusted`` by Holm's rule for all tests of the report. ``alarm`` is whether
    ``adjusted`` is below the report's level. ``words`` is one phrase that says what differs, and by how much.
    """

    what: str
    method: str
    statistic: float
    p_value: float
    adjusted: float
    alarm: bool
    words: str


@dataclass(frozen=True)
class Drift:
    """What tests of two sets found. ``sizes`` are the numbers of pictures; ``level`` is the share of false alarms.

    With ``tests`` empty, nothing could be compared: ``left_out`` says why.
    """

    tests: tuple[DriftTest, ...]
    sizes: tuple[int, int]
    level: float = 0.01
    left_out: tuple[str, ...] = ()

    @property
    def alarm(self) -> bool:
        """Whether any test says that the sets differ."""
        return any(test.alarm for test in self.tests)
