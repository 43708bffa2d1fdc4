"""Make heatmaps and write them in the format that was asked for."""

from __future__ import annotations

from dataclasses import asdict
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import UsageError
from cnnviz.core.files import write_bytes
from cnnviz.core.render import show

from .console import progress
from .documents import head, picture
from .write import write_json, write_page

if TYPE_CHECKING:
    from cnnviz.attribution.heatmaps import Heatmaps
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe

#: Values of maps that a JSON document may hold.
MOST_JSON = 5_000_000


def made(probe: Probe, images: Images, asked: dict[str, Any], batch_size: int | None, quiet: bool) -> Heatmaps:
    """Make the maps; ``asked`` are methods, targets, against, layer and engine, as heatmaps takes them."""
    from cnnviz.attribution.heatmaps import heatmaps

    with progress("heatmaps", quiet) as update:
        return heatmaps(probe, images, **asked, batch_size=batch_size, progress=update)


def write_stream(
    probe: Probe, images: Images, asked: dict[str, Any], out: Path, batch_size: int | None, quiet: bool, force: bool
) -> Path:
    """Write the maps of one method and target to .npz, batch by batch."""
    from cnnviz.attribution.attribute import stream_attributions
    from cnnviz.attribution.heatmaps import asked_for
    from cnnviz.attribution.storage import save_stream

    methods, targets = asked_for(asked["methods"], asked["targets"], asked["layer"], len(probe.class_names))
    if len(methods) * len(targets) > 1:
        raise UsageError("an npz holds one method and one target; give one --method and one --target")
    with progress("heatmaps", quiet) as update:

        def counted() -> Any:
            done = 0
            for part in stream_attributions(
                probe,
                images,
                methods[0],
                targets[0],
                against=asked["against"],
                engine=asked["engine"],
                batch_size=batch_size,
            ):
                yield part
                done += len(part)
                update(done, len(images))

        return save_stream(counted(), len(images), out, force)


def write_heatmaps(result: Heatmaps, form: str, out: Path, quiet: bool, force: bool) -> Path:
    """Write the maps as a page, a sheet, an animation, a table or a document of numbers; return the path."""
    if form == "html":
        return write_page(show(result, "page"), out, force, quiet)
    if form == "json":
        return write_json(out, _document(result), force)
    if form == "csv":
        from cnnviz.attribution.tables import COLUMNS, rows
        from cnnviz.core.csv_text import csv_line

        text = csv_line(COLUMNS) + "".join(map(csv_line, rows(result)))
        return write_bytes(out, text.encode("utf-8", "replace"), force)
    return write_bytes(out, show(result, form), force)


def _document(result: Heatmaps) -> dict[str, Any]:
    """Everything as plain numbers, one entry a picture and in it one a map."""
    values = sum(prod(one.values.shape) for one in result.attributions)
    if values > MOST_JSON:
        raise UsageError(f"{values:,} values are too many for json; take fewer pictures with --n, or --format npz")
    names = result.model.class_names
    return head("heatmaps", result) | {
        "made": [asdict(one.how) for one in result.attributions],
        "pictures": [
            picture(result, i)
            | {
                "maps": [
                    {
                        "explained": None if one.classes is None else names[one.classes[i]],
                        "score": float(one.scores[i]),
                        "values": one.values[i].tolist(),
                    }
                    for one in result.attributions
                ]
            }
            for i in range(len(result))
        ],
    }
