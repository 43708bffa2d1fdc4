"""A folder that may not be written is refused in one line, before anything is computed, and stays as it was."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="gives up root's rights as Linux does")

#: prctl's PR_CAPBSET_DROP, and root's rights to write and to read whatever the permissions are.
_DROP, _RIGHTS = 24, (1, 2)


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A folder without write permission that holds an earlier page."""
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "page.html").write_text("earlier")
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


def as_ordinary_user(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run cnnviz as a user to whom permissions apply, also where the tests are run by root."""
    return subprocess.run(
        [sys.executable, "-m", "cnnviz", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        preexec_fn=lambda: [ctypes.CDLL(None).prctl(_DROP, right, 0, 0, 0) for right in _RIGHTS],
    )


@pytest.mark.parametrize(
    "command",
    [
        ("data", "sample", "--model", "none"),
        ("activations", "--layer", "conv1"),
        ("heatmap", "--format", "gif"),
        ("ablate", "--layer", "conv1", "--format", "csv"),
        ("augment", "sample", "--factor", "2"),
        ("evaluate", "--format", "json"),
    ],
    ids=lambda command: command[0],
)
def test_refused_before_anything_costly(closed: Path, command: tuple[str, ...]) -> None:
    out = closed / ("new.npz" if command[0] == "augment" else "page.html" if "--format" not in command else "new")
    if "--format" in command:
        out = out.with_suffix("." + command[-1])
    ended = as_ordinary_user(*command, "--out", str(out), "--force")
    assert ended.returncode == 1, ended.stderr
    lines = [line for line in ended.stderr.splitlines() if line.strip()]
    assert lines and "cannot write" in lines[-1] and "permission denied" in lines[-1].lower(), ended.stderr
    assert "Traceback" not in ended.stderr and not ended.stdout
    assert [path.name for path in closed.iterdir()] == ["page.html"]
    assert (closed / "page.html").read_text() == "earlier"


def test_a_closed_cache_only_costs_the_cache(closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(closed))
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "mpl"))
    monkeypatch.setenv("CNNVIZ_TUNE", "on")
    ended = as_ordinary_user("layers", "fmnist-cnn", "--json")
    assert ended.returncode == 0 and "Traceback" not in ended.stderr, ended.stderr
    assert [path.name for path in closed.iterdir()] == ["page.html"]
