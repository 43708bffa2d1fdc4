"""Shared code of commands that write data sets: path, preview, output."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.core.files import check_writable

from .console import print_json, print_paths
from .inputs import output_path

if TYPE_CHECKING:
    from cnnviz.data.image_rows import ImageRows


def set_path(out: Path | None, default: str, preview: Path | None) -> Path:
    """Return the output path; UsageError if it is not .npz, or the preview not a page or sheet."""
    _, place = output_path("set", (), None, Path(default) if out is None else out, offered=("npz",))
    if preview is not None and preview.suffix.lower() not in (".html", ".png"):
        raise click.UsageError(f"--preview {preview} is neither a page nor a sheet; end it in .html or .png")
    if preview is not None:
        check_writable(preview)
    return place


def write_preview(rows: ImageRows, path: Path, quiet: bool, force: bool) -> Path:
    """Write a page or a sheet, by its ending, and return the path to open."""
    from cnnviz.core.files import write_bytes
    from cnnviz.core.render import show

    from .write import write_page

    if path.suffix.lower() == ".html":
        return write_page(show(rows, "page"), path, force, quiet)
    return write_bytes(path, show(rows, "png"), force)


def print_written(kind: str, paths: list[Path], document: Mapping[str, Any], as_json: bool) -> None:
    """Print the document, or the paths that were written."""
    if as_json:
        print_json(kind, {"paths": [str(path) for path in paths], **document})
    else:
        print_paths(*paths)
