"""Rows of images as a page without scripts, and as a notebook summary."""

from __future__ import annotations

from html import escape

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

import cnnviz
from cnnviz.data.image_rows import ImageRows

from .build import PAGE, content_hash
from .notebook import LIMIT, STYLE, data_address
from .page_file import Page
from .sheets.paper import to_png
from .sheets.rows_sheet import rows_sheet, three_channels

#: The display size of an image, in CSS pixels of its longer side; small ones are enlarged by an integer.
_SIDE = 88
_STYLES = ("css/1-base.css", "css/2-frame.css", "rows/rows.css")
_POLICY = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"


def rows_page(result: ImageRows, start: str | None = None) -> Page:
    """Return the page; it has a single view, so ``start`` is ignored."""
    style = "".join((PAGE / part).read_text(encoding="utf-8") for part in _STYLES)
    height, width = result.pixels[0].shape[1:3]
    factor = _SIDE / max(height, width)
    factor = int(factor) if factor >= 2 else factor
    rows = [
        {"name": name, "addresses": [data_address(to_png(Image.fromarray(three_channels(one)))) for one in row]}
        for name, row in zip(result.names, result.pixels, strict=True)
    ]
    groups = [group for group in (rows[: result.parted], rows[result.parted :]) if group]
    environment = Environment(loader=FileSystemLoader(PAGE / "rows"), autoescape=True, undefined=StrictUndefined)
    html = environment.get_template("rows.html.jinja").render(
        rows=result,
        groups=groups,
        parted=result.parted,
        width=max(1, round(width * factor)),
        height=max(1, round(height * factor)),
        generator=f"cnnviz {cnnviz.__version__}",
        style=Markup(style),
        policy=f"{_POLICY}; style-src {content_hash(style)}",
    )
    return Page(html.encode("utf-8", "replace"))


def rows_summary(result: ImageRows, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: the sheet, if it fits."""
    head = f'<div class="cnnviz">{STYLE}<h4>{escape(result.title)}</h4><p>{escape(result.about)}</p>'
    image = f'<img class="sheet" alt="{escape(result.title, quote=True)}" src="{data_address(rows_png(result))}">'
    return (head + image if len(head) + len(image) + 6 <= limit else head) + "</div>"


def rows_png(result: ImageRows) -> bytes:
    """Return the sheet as PNG."""
    return to_png(rows_sheet(result))
