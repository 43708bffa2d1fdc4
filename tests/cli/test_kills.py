"""A command that is killed leaves the earlier result or the whole new one, and nothing else; see tools/kills.py."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.helpers.tools import tool

kills = tool("kills")


@pytest.mark.slow
@pytest.mark.parametrize("name", [*kills.AREAS, "training"])
def test_two_kills_lose_nothing(tmp_path: Path, name: str) -> None:
    _, _, found = kills.kill_area(name, tmp_path, 2, random.Random(name))
    assert (found.kills, found.wrong) == (2, [])


def test_moments_are_spread_over_the_whole_time() -> None:
    drawn = sorted(kills.moments(20, 2.0, 12.0, random.Random(0)))
    assert [int((moment - 2) / 0.5) for moment in drawn] == list(range(20))
