"""Make reconstructions and write them in the format that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import UsageError
from cnnviz.core.files import write_bytes
from cnnviz.core.render import show

from .console import progress
from .documents import head
from .write import write_json, write_page

if TYPE_CHECKING:
    from cnnviz.attribution.reconstruct import Reconstructions
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe

#: Values that a JSON document may hold.
MOST_JSON = 5_000_000


def made(
    probe: Probe,
    images: Images,
    layer: str,
    channels: Sequence[int] | None,
    top: int,
    method: str,
    batch_size: int | None,
    quiet: bool,
) -> Reconstructions:
    """Search the pictures and reconstruct."""
    from cnnviz.attribution.reconstruct import reconstruct

    with progress("pictures", quiet) as update:
        return reconstruct(
            probe, images, layer, channels, count=top, method=method, batch_size=batch_size, progress=update
        )


def write_reconstructions(result: Reconstructions, form: str, out: Path, quiet: bool, force: bool) -> Path:
    """Write a page, a sheet or a document of numbers; return the path."""
    if form == "html":
        return write_page(show(result, "page"), out, force, quiet)
    if form == "json":
        return write_json(out, _document(result), force)
    return write_bytes(out, show(result, form), force)


def _document(result: Reconstructions) -> dict[str, Any]:
    if result.values.size > MOST_JSON:
        raise UsageError(f"{result.values.size:,} values are too many for json; choose channels with --channel")
    images = result.images
    assert images.indices is not None
    return head("reconstructions", result) | {
        "layer": result.layer.path,
        "made": asdict(result.how),
        "extremes": result.extremes,
        "channels": [
            {
                "channel": int(channel),
                "pictures": [
                    {
                        "index": int(images.indices[result.pictures[k, rank]]),
                        "cell": result.cells[k, rank].tolist(),
                        "value": float(result.peaks[k, rank]),
                        "box": result.boxes[k, rank].tolist(),
                        "reconstruction": result.crop(k, rank).tolist(),
                    }
                    for rank in range(result.pictures.shape[1])
                ],
            }
            for k, channel in enumerate(result.channels)
        ],
    }
