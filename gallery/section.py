"""A section of the gallery: its data from Python and its JavaScript module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .content import Content
from .quantize import Blobs

PAGES = Path(__file__).parent / "page" / "js" / "pages"


@dataclass(frozen=True)
class Section:
    """A page of the gallery.

    ``module`` is a JavaScript module that exports ``page`` (see docs/write-a-gallery-page.md), or None for data of
    other sections' pages. ``entry`` returns the page's ``data.sections[name]``, JSON-ready, and may add binary pieces
    to the blobs; None leaves the page out. ``schema`` describes the entry of a section that is not in
    page/contract.schema.json, and ``style`` is a CSS file of a section whose style is not in page/css. On pages without
    a model, only sections with ``without_model`` are used.
    """

    name: str
    module: Path | None
    entry: Callable[[Content, Blobs], dict[str, Any] | None]
    schema: Mapping[str, Any] = field(default_factory=dict)
    without_model: bool = False
    style: Path | None = None
