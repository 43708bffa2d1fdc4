"""Atomic writes of files and folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import OutputError, UsageError
from .exchange import exchange
from .temporary import temporary_file, temporary_folder


@contextmanager
def atomic_path(path: Path, force: bool = True) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it there on success and delete it on any failure.

    An existing ``path`` with the same content is left untouched, date and all; with other content it raises UsageError
    unless ``force``. Errors of the operating system (no such folder, no permission, disk full) become an OutputError.
    Parent folders are created. A symbolic link is followed: what it points to is written.
    """
    try:
        path = _followed(path)
        if path.is_dir():
            raise UsageError(f"{path} is a folder; give the path of a file (--out)")
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_file(path.parent)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {_reason(error)}; choose another path (--out)") from error
    try:
        yield temporary
        if path.exists() and _same_content(temporary, path):
            return
        if path.exists() and not force:
            raise UsageError(_differs(path))
        # mkstemp makes files private; a result gets the user's default permissions.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {_reason(error)}; choose another path (--out)") from error
    finally:
        temporary.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Raise OutputError if a file could not be written to ``path``, before it is computed; nothing is created."""
    place = _followed(path).parent
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise OutputError(f"cannot write {path}: {place} is not a folder; choose another path (--out)")
    if not os.access(place, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write {path}: permission denied; choose another path (--out)")


def make_folder(path: Path, option: str = "--out") -> None:
    """Create a writable folder if it does not exist; OutputError names the option that sets its place."""
    import tempfile

    try:
        path.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path).close()
    except OSError as error:
        raise OutputError(
            f"cannot write into {path}: {_reason(error)}; choose another place with {option}, in Python another path"
        ) from error


@contextmanager
def replace_folder(path: Path, force: bool = True) -> Iterator[Path]:
    """Yield a temporary folder beside ``path`` that replaces it on success and is deleted on any failure.

    An existing folder with other content raises UsageError unless ``force``. Even then only a folder that contains
    nothing but an earlier result is replaced: other files are never deleted. Where the file system can exchange two
    folders, the path is never without one. A symbolic link is followed.
    """
    import shutil

    try:
        path = _followed(path)
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path} is a file, but a folder is needed; choose another path (--out)")
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_folder(path.parent)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {_reason(error)}; choose another path (--out)") from error
    try:
        yield temporary
        if path.exists():
            if _same_folder(temporary, path):
                return
            _refuse_to_replace(path, temporary, force)
            temporary.chmod(0o777 & ~_umask())
            # After an exchange the temporary folder is the old one, and is deleted as such.
            if not exchange(temporary, path):
                old = temporary_folder(path.parent)
                path.replace(old)
                temporary.replace(path)
                shutil.rmtree(old)
        else:
            temporary.chmod(0o777 & ~_umask())
            temporary.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {_reason(error)}; choose another path (--out)") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _followed(path: Path) -> Path:
    """Return what a symbolic link points to, whether or not it is there; any other path as it is."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _differs(path: Path) -> str:
    replace = "pass --force, in Python force=True, to replace it"
    return f"{path} exists and differs; {replace}, or choose another path (--out)"


def _refuse_to_replace(path: Path, new: Path, force: bool) -> None:
    if not force:
        raise UsageError(_differs(path))
    # An earlier page may have more pieces than the new one, but of the same kinds and in the same folders.
    kinds = {(held.parent.relative_to(new), held.suffix) for held in new.rglob("*") if held.is_file()}
    for held in path.rglob("*"):
        if held.is_file() and (held.parent.relative_to(path), held.suffix) not in kinds:
            raise UsageError(f"{path} holds {held.name}, which is not part of a page; choose another path (--out)")


def _same_folder(a: Path, b: Path) -> bool:
    names = {held.relative_to(a) for held in a.rglob("*") if held.is_file()}
    if names != {held.relative_to(b) for held in b.rglob("*") if held.is_file()}:
        return False
    return all(_same_content(a / name, b / name) for name in names)


def write_bytes(path: Path, content: bytes, force: bool = True) -> Path:
    """Write ``content`` to ``path`` atomically (see atomic_path) and return the path."""
    with atomic_path(path, force) as temporary:
        temporary.write_bytes(content)
    return path


def _same_content(made: Path, there: Path) -> bool:
    # An unreadable file may still be replaced.
    if made.stat().st_size != there.stat().st_size or not os.access(there, os.R_OK):
        return False
    with made.open("rb") as left, there.open("rb") as right:
        while chunk := left.read(1 << 20):
            if chunk != right.read(1 << 20):
                return False
    return True


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
