"""Run the command line in this process, where TensorFlow is loaded once, in an empty folder."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in ("SIGINT", "SIGTERM"):
        # main() sets its own; what pytest does on Ctrl-C comes back after the test.
        number = getattr(signal, name)
        request.addfinalizer(partial(signal.signal, number, signal.getsignal(number)))

    def call(*arguments: str) -> Outcome:
        from cnnviz.cli.main import main

        with pytest.raises(SystemExit) as exit_:
            main(arguments)
        captured = capsys.readouterr()
        return Outcome(int(exit_.value.code or 0), captured.out, captured.err)

    return call
