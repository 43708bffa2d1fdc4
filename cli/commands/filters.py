"""``cnnviz filters``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.console import note, progress
from cnnviz.cli.documents import head
from cnnviz.cli.options import OPENING, WHOLE_SET, format_option, shared
from cnnviz.cli.write import beside, write_json, write_page
from cnnviz.core.errors import UsageError
from cnnviz.core.files import write_bytes
from cnnviz.core.render import show

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.features.filters.result import Filters
    from cnnviz.models.probe import Probe

FORMATS = ("html", "png", "json", "csv", "npz")


@click.command("filters")
@click.argument("pictures", nargs=-1, metavar="[PICTURE]...")
@shared("layer")
@click.option(
    "--top", type=click.IntRange(1, 50), default=9, show_default=True, help="Pictures at either end of each filter."
)
@click.option(
    "--reconstruct/--no-reconstruct",
    default=True,
    show_default=True,
    help="Lead the strongest answers back to pixels, on the page.",
)
@click.option(
    "--maximize/--no-maximize",
    default=True,
    show_default=True,
    help="Make the picture that excites each filter most, on the page.",
)
@click.option(
    "--ablate/--no-ablate",
    default=True,
    show_default=True,
    help="Remove the filters one by one and in orders, on the page; needs labels.",
)
@shared("model", "data", "index", "class", "n", "wrong", "seed", count=f"{WHOLE_SET:,}")
@format_option(FORMATS, "Interactive page; a sheet for each layer; numbers as text or table; arrays.")
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(
    pictures: tuple[str, ...],
    layers: tuple[str, ...],
    top: int,
    reconstruct: bool,
    maximize: bool,
    ablate: bool,
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Show what each filter looks for, if anything.

    Looks through up to 1,000 pictures of --data, or your own picture files, for what excites every filter of a layer
    most and least, and measures the filters themselves: weight, entropy, selectivity, how often each is dead, its
    nearest twin, and whether its kernel can be told from shuffled weights. Its page also shows the picture that excites
    each filter most, and what removing it costs. Writes one interactive HTML page and prints its path.

    \b
    cnnviz filters --layer conv2
    cnnviz filters --layer conv1 --layer conv2 --data fmnist --n 10000
    cnnviz filters --format csv --out filters.csv
    """
    from cnnviz.cli.console import note, print_json
    from cnnviz.cli.inputs import note_choices, opened, output_path

    quiet = options["quiet"]
    form, out = output_path("filters", layers, form, out, offered=FORMATS)
    probe, images = opened(pictures, lambda probe: WHOLE_SET, **options)
    result = made(probe, images, layers or None, top, options["batch_size"], quiet)
    paths = write_filters(
        probe, result, form, out, Also(reconstruct, maximize, ablate), options["batch_size"], quiet, options["force"]
    )
    note_choices(probe, images, quiet)
    for finding in result.findings:
        note(finding, quiet)
    if options["as_json"]:
        counts = {path: len(held) for path, held in result.layers.items()}
        told = {"paths": [str(path) for path in paths], "pictures": len(images), "filters": counts, "format": form}
        print_json("filters", told | {"findings": result.findings})
    else:
        print("\n".join(map(str, paths)))


@dataclass(frozen=True)
class Also:
    """What a page shows of filters beside their numbers."""

    reconstruct: bool = True
    maximize: bool = True
    ablate: bool = True


def made(
    probe: Probe, images: Images, layers: Sequence[str] | None, top: int, batch_size: int | None, quiet: bool
) -> Filters:
    """Look through the pictures and measure the filters."""
    from cnnviz.features.filters.compute import filters

    with progress("pictures", quiet) as update:
        return filters(probe, images, layers, count=top, batch_size=batch_size, progress=update)


def write_filters(
    probe: Probe,
    result: Filters,
    form: str,
    out: Path,
    also: Also,
    batch_size: int | None,
    quiet: bool,
    force: bool,
) -> list[Path]:
    """Write a page, a sheet for each layer, a table, a document of numbers or arrays; return the paths."""
    if form == "html":
        further = _further(probe, result, also, batch_size, quiet)
        return [write_page(show(result, "page", further=further), out, force, quiet)]
    if form == "json":
        return [write_json(out, _document(result), force)]
    if form == "csv":
        return [result.to_csv(out, force)]
    if form == "npz":
        return [result.save(out, force)]
    sheets = {path: out if len(result.layers) == 1 else beside(out, path) for path in result}
    return [write_bytes(place, show(result, form, layer=path), force) for path, place in sheets.items()]


def _further(probe: Probe, result: Filters, also: Also, batch_size: int | None, quiet: bool) -> tuple[Any, ...]:
    """Return what else the page shows of these filters: each a result that a section of the gallery looks for."""
    from cnnviz.features.representation.layer_statistics import layer_statistics

    with progress("pictures for the statistics", quiet) as update:
        found: list[Any] = [layer_statistics(probe, result.images, tuple(result), progress=update)]
    if also.reconstruct:
        found += _reconstructions(probe, result, batch_size, quiet)
    if also.maximize:
        found += _maximized(probe, result, batch_size, quiet)
    if also.ablate:
        found += _ablation(probe, result, batch_size, quiet)
    return tuple(found)


def _maximized(probe: Probe, result: Filters, batch_size: int | None, quiet: bool) -> list[Any]:
    from cnnviz.maximization.maximize import maximize

    made = []
    for path in result:
        with progress(f"steps for {path}", quiet) as update:
            made.append(maximize(probe, path, images=result.images, batch_size=batch_size, progress=update))
    return made


def _ablation(probe: Probe, result: Filters, batch_size: int | None, quiet: bool) -> list[Any]:
    """Remove filters, where labels tell what that costs; the last layer's units are the classes and stay."""
    from cnnviz.ablation.ablate import ablate
    from cnnviz.models.filter_layers import filter_layers

    if result.truth is None:
        note("what removing a filter costs is not known: the pictures have no labels of the model's classes", quiet)
        return []
    able = {layer.path for layer in filter_layers(probe.runner)}
    paths = [path for path in result if path in able]
    if not paths:
        return []
    with progress("removals", quiet) as update:
        return [ablate(probe, result.images, paths, batch_size=batch_size, progress=update)]


def _reconstructions(probe: Probe, result: Filters, batch_size: int | None, quiet: bool) -> list[Any]:
    from cnnviz.attribution.reconstruct import led_back

    made = []
    for path in result:
        try:
            made += [
                led_back(probe, result.responses, path, batch_size=batch_size, extremes=end)
                for end in ("top", "bottom")
            ]
        except UsageError as error:
            note(f"{path} is shown without reconstructions: {error}", quiet)
    return made


def _document(result: Filters) -> dict[str, Any]:
    """Return all numbers, and the pictures at either end of each filter."""
    from cnnviz.features.filters.measures import COLUMNS

    seen, indices = result.responses, result.images.indices
    assert indices is not None
    names = COLUMNS[1:]
    layers = []
    for path, held in result.layers.items():
        rows = []
        for i, (_, *cells) in enumerate(held.rows()):
            ends = {
                name: [
                    {"index": int(indices[position]), "cell": cell, "value": value}
                    for position, cell, value in seen.top(path, i, seen[path].top.positions.shape[1], lowest)
                ]
                for name, lowest in (("highest_pictures", False), ("lowest_pictures", True))
            }
            rows.append(dict(zip(names, cells, strict=True)) | ends)
        test = {"measure": held.structure.measure, "shuffles": held.structure.shuffles}
        test |= {"like_shuffled": int(held.structure.like_shuffled.sum()), "by_chance": held.structure.by_chance}
        pairs = [list(pair) for pair in held.twins.pairs()]
        layers.append({"layer": path, "twins": pairs, "structure_test": test, "filters": rows})
    return head("filters", result) | {"pictures": len(result), "findings": result.findings, "layers": layers}
