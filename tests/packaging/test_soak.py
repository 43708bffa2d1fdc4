"""The verdict of a long run, on readings made up."""

from __future__ import annotations

from tools.soak.gauges import Reading
from tools.soak.verdict import judge, slope

HOURS = [0.1 * number for number in range(1, 21)]


def readings(**growth: float) -> list[Reading]:
    """Return readings that grow by so much from one to the next."""
    at = {name: growth.get(name, 0) for name in Reading.__annotations__}
    start = {"memory": 800, "files": 8}
    return [
        Reading(**{name: start.get(name, 0) + int(step * number) for name, step in at.items()})
        for number in range(len(HOURS))
    ]


def test_what_is_flat_is_said_to_be() -> None:
    assert judge(HOURS, readings(), []).complaints == ()
    # A megabyte in six minutes is ten an hour, which is allowed.
    assert judge(HOURS, readings(memory=1), []).complaints == ()


def test_growth_faults_and_leftovers_are_told() -> None:
    (memory,) = judge(HOURS, readings(memory=5), []).complaints
    assert memory == "memory grows by 50.0 MB an hour; 25 are allowed"
    (files,) = judge(HOURS, readings(files=1), []).complaints
    assert files == "files went from at most 20 to 27"
    assert judge(HOURS, readings(left=1), ["report failed"]).complaints == (
        "report failed",
        "19 temporary files are left",
    )


def test_one_peak_does_not_move_the_slope() -> None:
    assert slope([0, 1, 2, 3, 4], [0, 2, 4, 6, 8]) == 2
    assert abs(slope([0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 90, 4, 5, 6]) - 1) < 1e-9
