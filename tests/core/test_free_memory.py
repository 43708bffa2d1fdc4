"""The free memory, from the files of Linux that tell it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cnnviz.core import free_memory as module
from cnnviz.core.free_memory import free_memory


@pytest.fixture
def system(tmp_path: Path, monkeypatch) -> Path:
    """A system of 8 GB free, in a container of 2 GB of which 1.5 are used, 0.5 of them by files that can go."""
    files = {
        "meminfo": "MemTotal:       16000000 kB\nMemFree:         1000000 kB\nMemAvailable:    8000000 kB\n",
        "memory.max": "2000000000\n",
        "memory.current": "1500000000\n",
        "memory.stat": "anon 900000000\ninactive_file 500000000\nactive_file 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(module, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(module, "_GROUPS", ((tmp_path, "memory.max", "memory.current", "inactive_file"),))
    return tmp_path


def test_a_container_counts(system: Path) -> None:
    assert free_memory() == 1_000_000_000
    (system / "memory.stat").unlink()
    assert free_memory() == 500_000_000
    (system / "memory.max").write_text("max\n")
    assert free_memory() == 8_000_000 * 1024


def test_nothing_is_known_without_these_files(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "_MEMINFO", tmp_path / "none")
    monkeypatch.setattr(module, "_GROUPS", ())
    assert free_memory() is None


@pytest.mark.skipif(sys.platform != "linux", reason="not for this platform: it has no /proc")
def test_a_limit_of_the_process_counts() -> None:
    code = """
import resource
from cnnviz.core.free_memory import free_memory
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (64 << 20),) * 2)
print(free_memory())
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert 60 << 20 <= int(found.stdout) <= 65 << 20
