"""What is said while work goes on."""

from __future__ import annotations

import pytest

from cnnviz.cli import console


def test_the_pace_is_that_of_now(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Work that goes on in the middle, after a slow beginning: neither counts."""
    clock = iter([0.0, 20.0, 25.0, 26.0, 30.0, 31.0])
    monkeypatch.setattr(console.time, "monotonic", lambda: next(clock))
    update = console._lines("training")
    for done in (9_000, 9_500, 9_600, 9_800, 10_000):
        update(done, 10_000)
    assert capsys.readouterr().err.splitlines() == [
        "training: 9,000 of 10,000",
        "training: 9,500 of 10,000, 100 a second, about 5 s left",
        "training: 9,800 of 10,000, 80 a second, about 2 s left",
    ]
