"""A finished page: one file, or a folder if one file would be too large for a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cnnviz.core.errors import UsageError
from cnnviz.core.files import replace_folder, write_bytes

from .quantize import LIMIT

INDEX = "index.html"


@dataclass(frozen=True)
class Page:
    """A page: ``html``, and ``pieces`` by relative name that it loads, none for a single file."""

    html: bytes
    pieces: Mapping[str, bytes] = field(default_factory=dict)

    def single(self, limit: int = LIMIT) -> bytes:
        """Return the page as the bytes of one file; UsageError if it needs a folder."""
        if self.pieces:
            raise UsageError(
                f"the page would be over {limit / 1e6:.0f} MB as one file; write it with to_html(path), which makes a "
                "folder, or choose fewer images or layers"
            )
        return self.html

    def place(self, path: Path) -> Path:
        """Return the final place of the page for ``path``: ``path`` itself, or index.html in a folder of that name."""
        return path.with_suffix("") / INDEX if self.pieces else path

    def note(self, place: Path) -> str | None:
        """Return a note on a page that is a folder, once it is written to ``place``; None for one file."""
        if not self.pieces:
            return None
        return f"the page is over {LIMIT / 1e6:.0f} MB, so it is a folder: keep all files in {place.parent}"

    def write(self, path: Path, force: bool = True) -> Path:
        """Write the page atomically and return the path to open; core.files has the rules for overwriting."""
        if not self.pieces:
            return write_bytes(path, self.html, force)
        place = self.place(path)
        with replace_folder(place.parent, force) as folder:
            for name, content in {INDEX: self.html, **self.pieces}.items():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        return place
