"""Pages of maps, on request also over the original images."""

from __future__ import annotations

from pathlib import Path

from cnnviz.core.render import Shown, show


class ShownOverOriginal(Shown):
    """Mixin for maps: their page may show them over the image files too."""

    def to_html(self, path: str | Path | None = None, force: bool = True, *, original: bool = False) -> bytes | Path:
        """Return the interactive page as bytes, or write it to ``path`` and return the file to open.

        With ``original`` the page of an image also has its maps over the image file, read again, with up to 1,024
        pixels a side: UsageError for images that are not from files, DataError for a file that is gone or has changed.
        """
        if not original:
            return super().to_html(path, force)
        page = show(self, "page", original=True)
        return page.single() if path is None else page.write(Path(path), force)
