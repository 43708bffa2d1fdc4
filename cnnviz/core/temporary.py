"""Temporary files and folders beside their target; what a killed process left behind, the next one deletes."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_NAME = re.compile(r"\.cnnviz-([0-9a-f]{6})-([0-9]+)-.*\.part")


def temporary_file(folder: Path) -> Path:
    """Create an empty file in a folder under a name that tells which process it belongs to; OSError if that fails."""
    _sweep(folder.absolute(), os.getpid())
    handle, name = tempfile.mkstemp(dir=folder, prefix=_prefix(), suffix=".part")
    os.close(handle)
    return Path(name)


def temporary_folder(folder: Path) -> Path:
    """Create an empty folder in a folder, as ``temporary_file`` does."""
    _sweep(folder.absolute(), os.getpid())
    return Path(tempfile.mkdtemp(dir=folder, prefix=_prefix(), suffix=".part"))


@contextmanager
def scratch_folder(folder: Path | None = None) -> Iterator[Path]:
    """Yield an empty folder in a folder, by default the system's for temporary files, and delete it at the end."""
    made = temporary_folder(Path(tempfile.gettempdir()) if folder is None else folder)
    try:
        yield made
    finally:
        delete(made)


@contextmanager
def others_below(folder: Path) -> Iterator[None]:
    """Let libraries make their temporary files in a folder of ours, which goes with them when the process is killed."""
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def delete(path: Path) -> None:
    """Delete a temporary file or folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _prefix() -> str:
    return f".cnnviz-{_machine()}-{os.getpid()}-"


@cache
def _machine() -> str:
    # Processes of other machines may share the folder, and their numbers mean nothing here.
    return hashlib.sha256(platform.node().encode()).hexdigest()[:6]


@cache
def _sweep(folder: Path, own: int) -> None:
    """Delete what processes of this machine that have ended left in a folder; once for each folder and process."""
    try:
        with os.scandir(folder) as entries:
            found = [
                (entry.path, _NAME.fullmatch(entry.name)) for entry in entries if entry.name.startswith(".cnnviz-")
            ]
        for path, match in found:
            if match and match[1] == _machine() and int(match[2]) != own and not _runs(int(match[2])):
                delete(Path(path))
    except OSError:
        # Another user's files, or a folder that cannot be listed: nothing is lost but the place they take.
        return


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
