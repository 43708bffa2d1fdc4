"""A finished page: one file, or where that would be too heavy for a browser a folder that opens the same way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cnnviz.core.errors import UsageError
from cnnviz.core.files import replace_folder, write_bytes

from .quantise import LIMIT

INDEX = "index.html"


@dataclass(frozen=True)
class Page:
    """``html`` is the page; ``pieces`` are what it loads from beside itself, by relative name: none in one file."""

    html: bytes
    pieces: Mapping[str, bytes] = field(default_factory=dict)

    def single(self, limit: int = LIMIT) -> bytes:
        """Return the page as one file's bytes; UsageError if it takes a folder."""
        if self.pieces:
            raise UsageError(
                f"the page would be over {limit / 1e6:.0f} MB as one file; write it with to_html(path), which makes a "
                "folder, or choose fewer images or layers"
            )
        return self.html

    def place(self, path: Path) -> Path:
        """Return where the page that was to be ``path`` will lie: there, or index.html in a folder of that name."""
        return path.with_suffix("") / INDEX if self.pieces else path

    def write(self, path: Path, force: bool = True) -> Path:
        """Write the page, wholly or not at all, and return the path to open; see core.files for what is refused."""
        if not self.pieces:
            return write_bytes(path, self.html, force)
        place = self.place(path)
        with replace_folder(place.parent, force) as folder:
            for name, content in {INDEX: self.html, **self.pieces}.items():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        return place
