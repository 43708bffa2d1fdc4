"""Findings and a table's image as a notebook summary."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..notebook import STYLE, data_address


def table_summary(title: str, findings: Sequence[str], png: bytes, alt: str, limit: int) -> str:
    """Return at most ``limit`` characters of HTML: the first findings, and the image if it fits."""
    found = "".join(f"<li>{escape(words)}</li>" for words in findings[:8])
    head = f'<div class="cnnviz">{STYLE}<h4>{escape(title)}</h4><ul>{found}</ul>'
    head += "<p>Write the page with <code>.to_html(path)</code>.</p>"
    image = f'<img class="sheet" alt="{escape(alt, quote=True)}" src="{data_address(png)}">'
    return (head + image if len(head) + len(image) + 6 <= limit else head) + "</div>"
