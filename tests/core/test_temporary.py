"""Temporary files of killed processes are deleted by the next one; links are followed; folders are never missing."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from cnnviz.core import files, temporary
from cnnviz.core.exchange import exchange
from cnnviz.core.files import replace_folder, write_bytes
from cnnviz.core.temporary import others_below, temporary_file, temporary_folder

_KILLED = """
import os, sys
from pathlib import Path
from cnnviz.core.files import atomic_path, replace_folder
from cnnviz.core.npz_stream import spool_to

with atomic_path(Path("a.bin")) as one, replace_folder(Path("b")) as two, spool_to(Path("c.npz"), 3) as three:
    one.write_bytes(b"half")
    (two / "page.html").write_bytes(b"half")
    os.kill(os.getpid(), 9)
"""


@pytest.fixture(autouse=True)
def _new_process() -> None:
    """Let this process sweep again, as a new one would."""
    temporary._sweep.cache_clear()


def test_what_a_killed_process_left_is_deleted_by_the_next_write(tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", _KILLED], cwd=tmp_path)
    assert run.returncode == -9
    assert len(list(tmp_path.glob(".cnnviz-*.part"))) == 4
    write_bytes(tmp_path / "other.bin", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["other.bin"]


def test_what_belongs_to_others_stays(tmp_path: Path) -> None:
    mine = temporary_file(tmp_path)
    # A process that runs, one of another machine, and files of the user's.
    parent = tmp_path / mine.name.replace(f"-{os.getpid()}-", f"-{os.getppid()}-")
    elsewhere = tmp_path / f".cnnviz-ffffff-{2**22 + 1}-x.part"
    theirs = [parent, elsewhere, tmp_path / ".cnnviz-notes.part", tmp_path / ".page.abc.part"]
    for path in theirs:
        path.write_bytes(b"x")
    temporary._sweep.cache_clear()
    temporary_folder(tmp_path)
    assert mine.exists() and all(path.exists() for path in theirs)


def test_a_link_is_followed(tmp_path: Path) -> None:
    target = write_bytes(tmp_path / "real" / "a.bin", b"old")
    link = tmp_path / "link.bin"
    link.symlink_to(target)
    write_bytes(link, b"new")
    assert link.is_symlink() and target.read_bytes() == b"new"
    nowhere = tmp_path / "nowhere.bin"
    nowhere.symlink_to(tmp_path / "real" / "b.bin")
    write_bytes(nowhere, b"made")
    assert nowhere.is_symlink() and (tmp_path / "real" / "b.bin").read_bytes() == b"made"
    folder = tmp_path / "real" / "page"
    (tmp_path / "page").symlink_to(folder)
    for content in (b"one", b"two"):
        with replace_folder(tmp_path / "page") as new:
            (new / "index.html").write_bytes(content)
    assert (tmp_path / "page").is_symlink() and (folder / "index.html").read_bytes() == b"two"


@pytest.mark.parametrize("atomic", [True, False])
def test_a_folder_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, atomic: bool) -> None:
    if not atomic:
        monkeypatch.setattr(files, "exchange", lambda a, b: False)
    for number in range(3):
        with replace_folder(tmp_path / "page") as new:
            (new / f"{number}.html").write_text(str(number))
        assert [path.name for path in (tmp_path / "page").iterdir()] == [f"{number}.html"]
        assert (tmp_path / "page").stat().st_mode & 0o777 == 0o777 & ~files._umask()
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="this system cannot exchange folders")
def test_a_folder_is_never_missing_while_it_is_replaced(tmp_path: Path) -> None:
    page, missing, over = tmp_path / "page", [], threading.Event()

    def watch() -> None:
        while not over.is_set():
            if not (page / "index.html").exists():
                missing.append(page)

    with replace_folder(page) as new:
        (new / "index.html").write_text("first")
    watching = threading.Thread(target=watch)
    watching.start()
    for number in range(150):
        with replace_folder(page) as new:
            (new / "index.html").write_text(str(number))
    over.set()
    watching.join()
    assert not missing


def test_an_exchange_of_what_is_not_there_is_no_exchange(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert not exchange(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a").is_dir() and not (tmp_path / "b").exists()


def test_libraries_make_their_temporary_files_in_ours(tmp_path: Path) -> None:
    before = tempfile.gettempdir()
    with pytest.raises(ZeroDivisionError), others_below(tmp_path):
        assert Path(tempfile.mkdtemp()).parent == tmp_path
        raise ZeroDivisionError
    assert tempfile.gettempdir() == before
