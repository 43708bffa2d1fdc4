"""A section of the gallery: its data from Python and its JavaScript module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .content import Content
from .quantise import Blobs

PAGES = Path(__file__).parent / "page" / "js" / "pages"


@dataclass(frozen=True)
class Section:
    """A page of the gallery.

    ``module`` is a JavaScript module that exports ``page`` (see docs/write-a-gallery-page.md), or None for data that
    the pages of other sections show. ``entry`` computes what the page reads as ``data.sections[name]``, JSON-ready,
    and may put binary pieces into the blobs; None leaves the page out, for want of what it shows. ``schema`` says what
    the entry is, for a section that page/contract.schema.json does not know, and ``style`` a file of CSS for a section
    whose style is not in page/css. Only a section that is ``without_model``
    is asked for its entry where the page has none.
    """

    name: str
    module: Path | None
    entry: Callable[[Content, Blobs], dict[str, Any] | None]
    schema: Mapping[str, Any] = field(default_factory=dict)
    without_model: bool = False
    style: Path | None = None
