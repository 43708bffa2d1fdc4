"""Write a data report in the format that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.core.files import write_bytes
from cnnviz.core.render import show

from .write import write_page

if TYPE_CHECKING:
    from cnnviz.reports.dataset.result import DataReport


def write_data(report: DataReport, form: str, out: Path, order: str, quiet: bool, force: bool) -> Path:
    """Write a page, a document, a table or a figure; return the path."""
    if form == "html":
        return write_page(show(report, "page"), out, force, quiet)
    if form == "png":
        return write_bytes(out, show(report, "png", order=order), force)
    text = str(report.to_json() if form == "json" else report.to_csv())
    return write_bytes(out, text.encode("utf-8", "replace"), force)
