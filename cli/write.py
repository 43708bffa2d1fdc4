"""Write activations in the requested format."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import UsageError
from cnnviz.core.files import write_bytes
from cnnviz.core.render import show

from .console import note, progress
from .documents import head, picture

if TYPE_CHECKING:
    from cnnviz.core.progress import Progress
    from cnnviz.data.images import Images
    from cnnviz.features.activations import Activations
    from cnnviz.gallery.page_file import Page
    from cnnviz.models.probe import Probe

#: The most values of a page, a sheet, an animation or a JSON document; streamed formats have no limit.
MOST_VALUES = {"html": 30_000_000, "png": 200_000_000, "gif": 200_000_000, "mp4": 200_000_000, "json": 5_000_000}
#: Streamed formats, written batch by batch.
STREAMS = ("npz", "csv")


def write_activations(
    probe: Probe,
    images: Images,
    layers: Sequence[str] | None,
    form: str,
    out: Path,
    batch_size: int | None = None,
    quiet: bool = False,
    force: bool = False,
) -> list[Path]:
    """Run the images and write the result; return the paths, one per layer for sheets and animations."""
    from cnnviz.features.activations import activations
    from cnnviz.features.prepare import chosen_layers

    paths = chosen_layers(probe, layers)
    if form not in STREAMS:
        _refuse_too_much(probe, paths, len(images), form)
    with progress("pictures", quiet) as update:
        if form in STREAMS:
            return [_stream(probe, images, paths, form, out, batch_size, update, force)]
        result = activations(probe, images, paths, batch_size=batch_size, progress=update)
    if form == "html":
        return [write_page(show(result, "page"), out, force, quiet)]
    if form == "json":
        return [write_json(out, _document(result), force)]
    sheets = {path: out if len(paths) == 1 else beside(out, path) for path in paths}
    return [write_bytes(place, show(result, form, layer=path), force) for path, place in sheets.items()]


def write_page(page: Page, out: Path, force: bool, quiet: bool) -> Path:
    """Write a page and return the path to open, with a note if it became a folder."""
    path = page.write(out, force)
    if page.pieces:
        note(f"the page is over 25 MB, so it is a folder: keep all files in {path.parent}", quiet)
    return path


def write_json(out: Path, document: Mapping[str, Any], force: bool) -> Path:
    """Write a document of plain numbers and text on one line, and return its path."""
    return write_bytes(out, (json.dumps(document, allow_nan=False) + "\n").encode(), force)


def _stream(
    probe: Probe,
    images: Images,
    paths: Sequence[str],
    form: str,
    out: Path,
    batch_size: int | None,
    update: Progress,
    force: bool,
) -> Path:
    from cnnviz.features.activations import stream_activations
    from cnnviz.features.channel_table import save_channels
    from cnnviz.features.storage import save_stream

    def counted() -> Any:
        done = 0
        for part in stream_activations(probe, images, paths, batch_size=batch_size):
            yield part
            done += len(part)
            update(done, len(images))

    if form == "csv":
        return save_channels(counted(), out, force)
    return save_stream(counted(), len(images), out, force)


def default_count(probe: Probe, layers: Sequence[str] | None, form: str, wish: int = 10) -> int:
    """Return the default number of images: ``wish``, or what fits into a page, a sheet or a document."""
    from cnnviz.features.prepare import chosen_layers

    if form in STREAMS:
        return wish
    return max(1, min(wish, MOST_VALUES[form] // max(1, _values_a_picture(probe, chosen_layers(probe, layers)))))


def _values_a_picture(probe: Probe, paths: Sequence[str]) -> int:
    return sum(prod(probe.card.layer(path).shape) for path in paths)


def _refuse_too_much(probe: Probe, paths: Sequence[str], pictures: int, form: str) -> None:
    a_picture = _values_a_picture(probe, paths)
    if pictures * a_picture > MOST_VALUES[form]:
        raise UsageError(
            f"{pictures} images × {a_picture:,} values are too many for {form}; take fewer with --n or --layer, or "
            "stream them with --format npz"
        )


def beside(out: Path, layer: str) -> Path:
    """Return the path of a layer's file."""
    return out.with_name(f"{out.stem}-{layer.replace('/', '.')}{out.suffix}")


def _document(result: Activations) -> dict[str, Any]:
    """Return everything as plain numbers, one entry per image."""
    return head("activations", result) | {
        "pictures": [
            picture(result, i) | {"activations": {path: values[i].tolist() for path, values in result.values.items()}}
            for i in range(len(result))
        ]
    }
