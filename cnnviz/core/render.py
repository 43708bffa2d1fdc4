"""Views of results, implemented by the gallery.

Results are in lower layers and their views in the gallery above, which must not be imported from here. So the gallery
is loaded on demand and looks up the view by the result's type.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

_GALLERY = "cnnviz.gallery.views"


def show(result: Any, form: str, **options: Any) -> Any:
    """Return a view of ``result``.

    "page" (gallery.page_file.Page), "summary" (notebook HTML), "png", "gif", "mp4", "figure", "overlay" (an array),
    "confusion" (PNG).
    """
    return importlib.import_module(_GALLERY).show(result, form, **options)


class Shown:
    """Mixin for results that the gallery can show: page, notebook summary, image."""

    def to_html(self, path: str | Path | None = None, force: bool = True) -> bytes | Path:
        """Return the interactive page as bytes, or write it to ``path`` and return the file to open.

        That is index.html in a folder named like ``path`` if the page would be over 25 MB as one file. Without
        ``force`` an existing file with other content raises UsageError.
        """
        page = show(self, "page")
        return page.single() if path is None else page.write(Path(path), force)

    def _repr_html_(self) -> str:
        return show(self, "summary")

    def _repr_png_(self) -> bytes:
        return show(self, "png")
