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


@pytest.mark.parametrize(("total", "count"), [(1000, "500/1000"), (3_300_000, "50 %")])
def test_the_bar_leaves_room_for_the_figures(monkeypatch, capsys, total: int, count: str) -> None:
    """In eighty columns, however many there are."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with console._bar("training") as update:
        update(total // 4, total, "epoch 12, loss 0.123, accuracy 90.1%")
        update(total // 2, total, "epoch 12, loss 0.123, accuracy 90.1%")
    said = capsys.readouterr().err
    assert count in said and "accuracy 90.1%" in said and "…" not in said
