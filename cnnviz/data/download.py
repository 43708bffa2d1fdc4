"""Download of published sets into the cache, with checksums."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from cnnviz.core.errors import DataError
from cnnviz.core.temporary import scratch_folder

from .formats.gzipped import open_unpacked
from .paths import one_line

#: Where Keras keeps its copies; ``CNNVIZ_DATASETS_URL`` names another place, such as a mirror.
DATASETS_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

#: The most bytes that are read of one file, far above the size of any published set.
_MOST_BYTES = 1 << 28

_log = logging.getLogger("cnnviz.data")


def fetch(files: Mapping[str, str], folder: Path) -> None:
    """Download ``files``, which maps each name to the SHA-256 of its unpacked content, into ``folder``.

    All are fetched and checked under temporary names before any is moved in place, so that a failure, which raises
    DataError, leaves nothing behind.
    """
    base = os.environ.get("CNNVIZ_DATASETS_URL") or DATASETS_URL
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with scratch_folder(folder) as holding:
            for name, digest in files.items():
                url = f"{base.rstrip('/')}/{name}"
                _log.info("fetching %s", url)
                _check(_retrieve(url, name, holding), url, digest)
            for name in files:
                (holding / name).replace(folder / name)
    except OSError as error:
        raise DataError(f"cannot keep downloads in {folder}: {one_line(error.strerror or error)}") from error


def _retrieve(url: str, name: str, folder: Path) -> Path:
    import pooch

    pooch.get_logger().setLevel(logging.WARNING)
    try:
        downloader = pooch.HTTPDownloader(timeout=30)
        return Path(pooch.retrieve(url, known_hash=None, fname=name, path=folder, downloader=downloader))
    except Exception as error:  # requests, urllib3 and the system each have their own types
        raise DataError(f"{url} could not be fetched ({_cause(error)})") from error


def _check(path: Path, url: str, digest: str) -> None:
    seen, found = 0, hashlib.sha256()
    with open_unpacked(path) as file:
        while (block := file.read(1 << 20)) and seen < _MOST_BYTES:
            seen += len(block)
            found.update(block)
    if found.hexdigest() != digest:
        raise DataError(f"the content of {url} differs from the published file (SHA-256 {found.hexdigest()[:12]}…)")


def _cause(error: BaseException) -> str:
    """Return the innermost error, which names the network's fault."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return one_line(error)
