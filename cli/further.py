"""What a report brings along beside its pictures and layers, as far as that is quick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import CnnvizError

from .console import note, progress

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe
    from cnnviz.reports.report import Report

#: Values of all layers for all pictures, up to which statistics and similarity are made unasked.
MOST_VALUES = 250_000_000
#: Pictures up to which t-SNE is made unasked; more are placed by principal components alone.
MOST_NEIGHBOURS = 2_000
#: Pixels of all maximised pictures up to which they are made unasked: 330 of 28×28.
MOST_PIXELS = 260_000


@dataclass(frozen=True)
class Also:
    """What a report shows besides; None leaves it to how long it takes."""

    statistics: bool | None = None
    embedding: bool | None = None
    similarity: bool | None = None
    maximize: bool | None = None
    #: What the model was named by; a run folder brings its training along.
    model: str = ""


def further(probe: Probe, held: Report, also: Also, batch_size: int | None, quiet: bool) -> tuple[Any, ...]:
    """Return what else the page shows: each a result that a section of the gallery looks for."""
    paths = tuple(held.responses.layers)
    quick = len(held.images) * sum(prod(probe.layer(path).shape) for path in paths) <= MOST_VALUES
    found: list[Any] = []

    def bring(
        what: str, option: str, asked: bool | None, possible: bool, quick: bool, make: Callable[[], list[Any]]
    ) -> None:
        if asked is False or (asked is None and not possible):
            return
        if asked is None and not quick:
            note(f"the page comes without {what}, which would take long here; {option} makes it all the same", quiet)
            return
        try:
            found.extend(make())
        except CnnvizError as error:
            if asked:
                raise
            note(f"the page comes without {what}: {error}", quiet)

    layers = _with_filters(probe, paths)
    pixels = prod(held.images.shape) * sum(probe.layer(path).channels for path in layers)
    several = len(paths) > 1 and len(held.images) > 3

    bring(
        "statistics of layers",
        "--statistics",
        also.statistics,
        True,
        quick,
        lambda: _statistics(probe, held, paths, batch_size, quiet),
    )
    bring(
        "a map of the pictures",
        "--map",
        also.embedding,
        len(held.images) > 2,
        True,
        lambda: _embedding(probe, held, batch_size, quiet),
    )
    bring(
        "the similarity of layers",
        "--similarity",
        also.similarity,
        several,
        quick,
        lambda: _similarity(probe, held, paths, quiet),
    )
    bring(
        "maximised pictures",
        "--maximize",
        also.maximize,
        bool(layers),
        pixels <= MOST_PIXELS,
        lambda: _maximized(probe, held, layers, batch_size, quiet),
    )
    run = run_folder(also.model)
    bring("the training", "", None, run is not None, True, lambda: _training(run))
    return tuple(found)


def run_folder(model: str) -> Path | None:
    """Return the run folder that a model was named by, or whose model was named, if it holds snapshots; else None."""
    from cnnviz.callbacks.snapshot_folder import NAME
    from cnnviz.models.training_record import MODEL

    path = Path(model)
    path = path.parent if path.name == MODEL else path
    return path if model and (path / NAME).is_dir() else None


def _training(run: Path | None) -> list[Any]:
    from cnnviz.callbacks.snapshot_series import open_snapshots

    return [] if run is None else [open_snapshots(run)]


def _with_filters(probe: Probe, paths: tuple[str, ...]) -> list[str]:
    from cnnviz.models.filter_layers import filter_layers

    return [layer.path for layer in filter_layers(probe.runner) if layer.path in paths]


def _statistics(probe: Probe, held: Report, paths: tuple[str, ...], batch_size: int | None, quiet: bool) -> list[Any]:
    from cnnviz.features.representation.layer_statistics import layer_statistics

    with progress("pictures for the statistics", quiet) as update:
        return [layer_statistics(probe, held.images, paths, batch_size=batch_size, progress=update)]


def _embedding(probe: Probe, held: Report, batch_size: int | None, quiet: bool) -> list[Any]:
    from cnnviz.features.representation.embedding import METHODS, embedding

    methods = METHODS if len(held.images) <= MOST_NEIGHBOURS else ("pca",)
    with progress("pictures for the map", quiet) as update:
        return [embedding(probe, held.images, method=methods, batch_size=batch_size, progress=update)]


def _similarity(probe: Probe, held: Report, paths: tuple[str, ...], quiet: bool) -> list[Any]:
    from cnnviz.features.representation.similarity import similarity

    with progress("pictures for the similarity", quiet) as update:
        return [similarity(probe, held.images, layer=paths, progress=update)]


def _maximized(probe: Probe, held: Report, layers: list[str], batch_size: int | None, quiet: bool) -> list[Any]:
    from cnnviz.maximization.maximize import maximize

    made = []
    for path in layers:
        with progress(f"steps for {path}", quiet) as update:
            made.append(maximize(probe, path, images=held.images, batch_size=batch_size, progress=update))
    return made
