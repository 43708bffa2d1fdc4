"""Write a report in the format that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.core.errors import UsageError
from cnnviz.core.files import write_bytes
from cnnviz.core.render import show

from .console import SCHEMA_VERSION, progress
from .further import Also, further
from .write import MOST_VALUES, write_json, write_page

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe


def write_report(
    probe: Probe,
    images: Images,
    layers: Sequence[str] | None,
    form: str,
    out: Path,
    also: Also | None = None,
    batch_size: int | None = None,
    quiet: bool = False,
    force: bool = False,
) -> tuple[Path, float | None]:
    """Run the pictures and write the page, the table or the document; return its path and the accuracy, if known."""
    from cnnviz.features.predictions import predict
    from cnnviz.features.responses import responses
    from cnnviz.reports.report import report
    from cnnviz.reports.tables import report_document, save_pictures

    if form == "json":
        _refuse_too_much(len(images), len(probe.class_names))
    with progress("pictures", quiet) as update:
        if form == "csv":
            said = predict(probe, images, batch_size=batch_size, progress=update)
            return save_pictures(said, out, force), said.accuracy
        if form == "json":
            seen = responses(probe, images, layers, batch_size=batch_size, progress=update)
            document = {"schema_version": SCHEMA_VERSION, "kind": "report", **report_document(seen)}
            return write_json(out, document, force), seen.accuracy
        if form == "png":
            said = predict(probe, images, batch_size=batch_size, progress=update)
            return write_bytes(out, show(said, "confusion"), force), said.accuracy
        result = report(probe, images, layers, batch_size=batch_size, progress=update)
    besides = further(probe, result, also or Also(), batch_size, quiet)
    return write_page(show(result, "page", further=besides), out, force, quiet), result.accuracy


def _refuse_too_much(pictures: int, classes: int) -> None:
    if (pictures + classes) * classes > MOST_VALUES["json"]:
        raise UsageError(
            f"{pictures:,} pictures × {classes:,} classes are too many for json; take fewer with --n, or --format csv"
        )
