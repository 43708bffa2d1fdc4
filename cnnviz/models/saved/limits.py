"""Size limits of model files, and checks of zip archives."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from cnnviz.core.errors import ModelError

#: The most bytes of arrays that a file may unpack to, more than any image classifier has.
MOST_BYTES = 8 << 30
#: The most characters of a network's description; that of the largest network of keras.applications has 0.7 million.
MOST_CONFIG = 8 << 20
#: The largest compression factor of an archive, since weights hardly compress.
MOST_GROWTH = 50


def check_zip(archive: zipfile.ZipFile, path: Path) -> None:
    """Raise ModelError for an archive that names a path outside itself or unpacks to more than any model."""
    total = 0
    for member in archive.infolist():
        inside = PurePosixPath(member.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in inside.parts[0] if inside.parts else True:
            raise ModelError(f"{path.name} is not opened: it names a file outside itself, {member.filename!r}")
        if member.external_attr >> 16 & 0o170000 == 0o120000:
            raise ModelError(f"{path.name} is not opened: it holds a link, {member.filename!r}")
        total += member.file_size
    if total > MOST_BYTES or total > MOST_GROWTH * max(path.stat().st_size, 1 << 16):
        raise ModelError(f"{path.name} is not opened: it would unpack to {total / 1e9:.1f} GB")
