"""Write results in the requested format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import UsageError
from cnnviz.core.files import write_bytes
from cnnviz.core.json_document import MOST_VALUES as MOST_JSON_VALUES
from cnnviz.core.printable import printable
from cnnviz.core.render import show

from .console import note, print_json, progress

if TYPE_CHECKING:
    from cnnviz.core.progress import Progress
    from cnnviz.data.images import Images
    from cnnviz.features.result import Result
    from cnnviz.gallery.page_file import Page
    from cnnviz.models.probe import Probe

#: The most values of a page, a sheet, an animation or a JSON document; streamed formats have no limit.
MOST_VALUES = {"html": 30_000_000, "png": 200_000_000, "gif": 200_000_000, "mp4": 200_000_000, "json": MOST_JSON_VALUES}
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
    from cnnviz.features.prepare_inputs import resolve_layers

    paths = resolve_layers(probe, layers)
    if form not in STREAMS:
        _refuse_too_much(probe, paths, len(images), form)
    with progress("images", quiet) as update:
        if form in STREAMS:
            return [_stream(probe, images, paths, form, out, batch_size, update, force)]
        result = activations(probe, images, paths, batch_size=batch_size, progress=update)
    if form == "html":
        return [write_page(show(result, "page"), out, force, quiet)]
    if form == "json":
        return [Path(result.to_json(out, force))]
    sheets = {path: out if len(paths) == 1 else beside(out, path) for path in paths}
    return [write_bytes(place, show(result, form, layer=path), force) for path, place in sheets.items()]


def write_result(result: Result, form: str, out: Path, quiet: bool, force: bool, **options: Any) -> Path:
    """Write a result as a page, an image or film, a document, a table or arrays; return the path to open.

    ``options`` are of a page, an image or a film.
    """
    if form == "html":
        return write_page(show(result, "page", **options), out, force, quiet)
    if form == "npz":
        return result.save(out, force)
    if form == "json":
        return Path(result.to_json(out, force))
    if form == "csv":
        return Path(result.to_csv(out, force))
    return write_bytes(out, show(result, form, **options), force)


def write_page(page: Page, out: Path, force: bool, quiet: bool) -> Path:
    """Write a page and return the path to open, with a note if it became a folder."""
    path = page.write(out, force)
    if (said := page.note(path)) is not None:
        note(said, quiet)
    return path


def print_summary(
    kind: str, paths: Sequence[Path], form: str, summary: Mapping[str, Any], ahead: int | None = None
) -> None:
    """Print the paths, the format and a result's summary as one JSON document.

    The format follows the first ``ahead`` keys of the summary, or all of them.
    """
    keys = list(summary)
    first = keys[:ahead]
    document = {"paths": [str(path) for path in paths], **{key: summary[key] for key in first}, "format": form}
    print_json(kind, document | {key: summary[key] for key in keys[len(first) :]})


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
    from cnnviz.core.progress import report_parts
    from cnnviz.features.activations import save_stream, stream_activations
    from cnnviz.features.channel_table import save_channels

    parts = report_parts(stream_activations(probe, images, paths, batch_size=batch_size), len(images), update)
    return save_channels(parts, out, force) if form == "csv" else save_stream(parts, len(images), out, force)


def default_count(probe: Probe, layers: Sequence[str] | None, form: str, wish: int = 10) -> int:
    """Return the default number of images: ``wish``, or what fits into a page, a sheet or a document."""
    from cnnviz.features.prepare_inputs import resolve_layers

    if form in STREAMS:
        return wish
    return max(1, min(wish, MOST_VALUES[form] // max(1, _values_per_image(probe, resolve_layers(probe, layers)))))


def _values_per_image(probe: Probe, paths: Sequence[str]) -> int:
    return sum(prod(probe.card.layer(path).shape) for path in paths)


def _refuse_too_much(probe: Probe, paths: Sequence[str], count: int, form: str) -> None:
    per_image = _values_per_image(probe, paths)
    if count * per_image > MOST_VALUES[form]:
        raise UsageError(
            f"{count} images × {per_image:,} values are too many for {form}; take fewer with --n or --layer, or "
            "stream them with --format npz"
        )


def beside(out: Path, layer: str) -> Path:
    """Return the path of a layer's file, another one for each layer.

    A dot stands for the slash of a nested layer; a dot in a name is written "%2E", and a control character "%1B".
    """
    parts = ("." if c == "/" else c if printable(c) == c and c not in "%." else f"%{ord(c):02X}" for c in layer)
    name = "".join(parts)
    return out.with_name(f"{out.stem}-{name}{out.suffix}")
