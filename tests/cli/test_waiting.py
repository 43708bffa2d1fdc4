"""The first line on a terminal, which is there before TensorFlow is loaded and gone when there is something to tell."""

from __future__ import annotations

import os
import pty
import select
import sys
from pathlib import Path

import pytest

STARTING, CLEAR = "starting…".encode(), b"\r\x1b[2K"


def _on_a_terminal(folder: Path, *arguments: str) -> tuple[int, bytes]:
    """Run a command with all streams on a terminal; return its code and all that it wrote."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, "-m", "cnnviz", *arguments])
    said = b""
    while select.select([terminal], [], [], 120)[0]:
        try:
            more = os.read(terminal, 4096)
        except OSError:
            break
        if not more:
            break
        said += more
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["models"], 0),
        (["layers", "--model", "missing.keras"], 2),
        (["activations", "--layer", "nowhere"], 2),
        (["models", "--json"], 0),
    ],
)
def test_a_command_says_at_once_that_it_starts_and_leaves_no_trace_of_it(
    tmp_path: Path, arguments: list[str], code: int
) -> None:
    found, said = _on_a_terminal(tmp_path, *arguments)
    assert found == code
    # Nothing comes before the line, and nothing but its removal after it.
    assert said.startswith(STARTING + CLEAR), said
    assert said.count(STARTING) == 1 and len(said) > len(STARTING + CLEAR)


@pytest.mark.parametrize("arguments", [["models", "--help"], ["nonsense"], ["--version"], ["--help"]])
def test_help_and_an_unknown_command_need_no_such_line(tmp_path: Path, arguments: list[str]) -> None:
    assert STARTING not in _on_a_terminal(tmp_path, *arguments)[1]


def test_a_pipe_gets_no_such_line(tmp_path: Path) -> None:
    import subprocess

    done = subprocess.run([sys.executable, "-m", "cnnviz", "models"], cwd=tmp_path, capture_output=True, check=True)
    assert STARTING not in done.stdout + done.stderr and CLEAR not in done.stdout + done.stderr
