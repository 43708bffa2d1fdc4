"""Files are whole or not there, and written only where they change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cnnviz.core.errors import OutputError, UsageError
from cnnviz.core.files import atomic_path, write_bytes


@pytest.mark.parametrize("force", [False, True])
def test_the_same_content_is_left_untouched(tmp_path: Path, force: bool) -> None:
    file = write_bytes(tmp_path / "new" / "a.bin", b"content")
    file.chmod(0o400)
    os.utime(file, (1e9, 1e9))
    before = file.stat()
    assert write_bytes(file, b"content", force) == file
    assert (file.stat().st_mtime, file.stat().st_ino, file.stat().st_mode) == (1e9, before.st_ino, before.st_mode)
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("other", [b"contents", b"CONTENT", b""])
def test_other_content_needs_force(tmp_path: Path, other: bytes) -> None:
    file = write_bytes(tmp_path / "a.bin", b"content")
    with pytest.raises(UsageError, match="exists and differs; pass --force"):
        write_bytes(file, other, force=False)
    assert file.read_bytes() == b"content"
    write_bytes(file, other, force=True)
    assert file.read_bytes() == other and list(tmp_path.iterdir()) == [file]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    file = write_bytes(tmp_path / "a.bin", b"content")
    with pytest.raises(ZeroDivisionError), atomic_path(file) as temporary:
        temporary.write_bytes(b"half")
        raise ZeroDivisionError
    assert file.read_bytes() == b"content" and list(tmp_path.iterdir()) == [file]


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        write_bytes(tmp_path, b"content")
    write_bytes(tmp_path / "file", b"content")
    with pytest.raises(OutputError, match="cannot write"):
        write_bytes(tmp_path / "file" / "below", b"content")
