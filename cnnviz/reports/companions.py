"""Companion results: what a page shows beside the result that it is about, each found by a section of the gallery."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cnnviz.core.errors import CnnvizError, UnknownNameError
from cnnviz.core.progress import Progress, halves, staged

from .companion_costs import is_quick_to_ablate, quick_to_maximize, quick_to_reconstruct

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.features.filters.result import Filters
    from cnnviz.features.responses import Responses
    from cnnviz.models.probe import Probe

#: What to include: "auto" (everything that is possible and quick), the names of exactly these companions, or a mapping
#: of names to True (required), False (left out) or None (as with "auto").
Include = Literal["auto"] | Collection[str] | Mapping[str, bool | None]

#: Companions of a report, and of filters, by name.
OF_REPORT = ("statistics", "embedding", "similarity", "maximize", "training")
OF_FILTERS = ("statistics", "reconstruct", "maximize", "ablate")

#: Values of all layers for all images, up to which statistics and similarity are quick.
MOST_VALUES = 250_000_000
#: Images up to which t-SNE is quick; more are placed by principal components alone.
MOST_NEIGHBORS = 2_000
#: Pixels of all maximized images up to which making them is quick: 330 of 28×28.
MOST_PIXELS = 260_000


#: For each companion whether it is required (True), left out (False), or made where possible and quick (None).
Wanted = Mapping[str, bool | None]


def wanted_companions(include: Include, names: Sequence[str]) -> Wanted:
    """Return which of these companions are wanted; UnknownNameError for another name."""
    if include == "auto":
        return dict.fromkeys(names)
    given: dict[str, bool | None] = {}
    if isinstance(include, Mapping):
        given.update(dict.fromkeys(names), **include)
    else:
        given.update(dict.fromkeys(names, False))
        given.update(dict.fromkeys([include] if isinstance(include, str) else include, True))
    for name in given:
        if name not in names:
            raise UnknownNameError("companion", name, list(names))
    return given


@dataclass
class _Included:
    """Makes the companions that are wanted and collects them with a note for each one that is skipped."""

    wanted: Wanted
    made: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, title: str, make: Callable[[], list[Any]], *, lacks: str = "", quick: bool = True) -> None:
        """Make a companion if it is required, or by default if it is quick and ``lacks`` nothing that it needs."""
        wanted = self.wanted.get(name)
        if wanted is False:
            return
        if wanted is None and lacks:
            self.notes.append(f"skipped {title}: {lacks}")
            return
        if wanted is None and not quick:
            self.notes.append(f"skipped {title}: slow for this model and these images; ask for {name!r} to include it")
            return
        try:
            self.made += make()
        except CnnvizError as error:
            if wanted:
                raise
            self.notes.append(f"skipped {title}: {error}")

    def skip_slow(self, name: str, title: str, paths: Sequence[str]) -> None:
        """Note layers, if there are any, for which a companion is slow to make and not required."""
        if paths:
            few = ", ".join(paths) if len(paths) < 5 else f"{paths[0]}, {paths[1]} and {len(paths) - 2} more layers"
            self.add(name, f"{title} of {few}", list, quick=False)


def report_companions(
    probe: Probe, responses: Responses, wanted: Wanted, batch_size: int | None, progress: Progress
) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """Return the companions of a report, and a note for each one that was skipped.

    Statistics of the layers, the embedding of the images, the similarity of the layers, maximized images, and the
    snapshots of the run folder that the model was opened from.
    """
    from cnnviz.models.filter_layers import filter_layers

    images, paths = responses.images, tuple(responses.layers)
    quick = len(images) * sum(prod(probe.layer(path).shape) for path in paths) <= MOST_VALUES
    layers = [layer.path for layer in filter_layers(probe.runner) if layer.path in paths]
    pixels = prod(images.shape) * sum(probe.layer(path).channels for path in layers)
    run = run_folder(probe.path)
    included = _Included(wanted)
    included.add(
        "statistics",
        "layer statistics",
        lambda: _statistics(probe, images, paths, batch_size, progress),
        quick=quick,
    )
    included.add(
        "embedding",
        "the embedding",
        lambda: _embedding(probe, images, batch_size, progress),
        lacks="" if len(images) > 2 else "it needs at least 3 images",
    )
    included.add(
        "similarity",
        "layer similarity",
        lambda: _similarity(probe, images, paths, progress),
        lacks="" if len(paths) > 1 and len(images) > 3 else "it needs at least 2 layers and 4 images",
        quick=quick,
    )
    included.add(
        "maximize",
        "maximized images",
        lambda: maximized(probe, images, layers, batch_size, progress),
        lacks="" if layers else "none of these layers has filters",
        quick=pixels <= MOST_PIXELS,
    )
    # Few models come with snapshots, so that their absence is not worth a note.
    if run is not None or wanted.get("training"):
        included.add("training", "training snapshots", lambda: _snapshots(run))
    return tuple(included.made), tuple(included.notes)


def filter_companions(
    probe: Probe, result: Filters, wanted: Wanted, batch_size: int | None, progress: Progress
) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """Return the companions of filters, and a note for each one that was skipped.

    Layer statistics, reconstructions of each filter, maximized images, and the cost of removing each filter.
    """
    included = _Included(wanted)
    included.add(
        "statistics",
        "layer statistics",
        lambda: _statistics(probe, result.images, tuple(result), batch_size, progress),
    )
    quick = list(result) if wanted.get("reconstruct") else quick_to_reconstruct(probe, result)
    for path in quick:
        make = partial(_reconstructed, probe, result, path, batch_size, progress)
        included.add("reconstruct", f"reconstructions of {path}", make)
    included.skip_slow("reconstruct", "reconstructions", [path for path in result if path not in quick])
    quick = list(result) if wanted.get("maximize") else quick_to_maximize(probe, result)
    if quick:
        included.add(
            "maximize", "maximized images", lambda: maximized(probe, result.images, quick, batch_size, progress)
        )
    included.skip_slow("maximize", "maximized images", [path for path in result if path not in quick])
    included.add(
        "ablate",
        "ablation",
        lambda: _ablation(probe, result, batch_size, progress),
        lacks="the images have no labels of the model's classes" if result.truth is None else "",
        quick=is_quick_to_ablate(probe, result),
    )
    return tuple(included.made), tuple(included.notes)


def run_folder(path: Path | None) -> Path | None:
    """Return the run folder that holds a model file, or that is given itself, if it has snapshots; else None."""
    from cnnviz.callbacks.snapshot_folder import NAME
    from cnnviz.models.training_record import MODEL

    if path is None:
        return None
    folder = path.parent if path.name == MODEL else path
    return folder if (folder / NAME).is_dir() else None


def _statistics(
    probe: Probe, images: Images, paths: tuple[str, ...], batch_size: int | None, progress: Progress
) -> list[Any]:
    from cnnviz.features.representation.layer_statistics import run_layer_statistics

    update = staged(progress, "images for the statistics")
    return [run_layer_statistics(probe, images, paths, batch_size=batch_size, progress=update)]


def _embedding(probe: Probe, images: Images, batch_size: int | None, progress: Progress) -> list[Any]:
    from cnnviz.features.representation.embedding import METHODS, run_embedding

    methods = METHODS if len(images) <= MOST_NEIGHBORS else ("pca",)
    update = staged(progress, "images for the embedding")
    return [run_embedding(probe, images, methods=methods, batch_size=batch_size, progress=update)]


def _similarity(probe: Probe, images: Images, paths: tuple[str, ...], progress: Progress) -> list[Any]:
    from cnnviz.features.representation.similarity import run_similarity

    return [run_similarity((probe, images), layer=paths, progress=staged(progress, "images for the similarity"))]


def maximized(
    probe: Probe, images: Images, layers: Sequence[str], batch_size: int | None, progress: Progress
) -> list[Any]:
    """Return the maximized images of every filter of each layer, compared with the best of these images."""
    from cnnviz.maximization.maximize import run_maximization

    made = []
    for path in layers:
        update = staged(progress, f"steps for {path}")
        made.append(run_maximization(probe, path, images=images, batch_size=batch_size, progress=update))
    return made


def _reconstructed(probe: Probe, result: Filters, path: str, batch_size: int | None, progress: Progress) -> list[Any]:
    from cnnviz.attribution.reconstruct import run_reconstruction

    make = partial(run_reconstruction, probe, result.responses, path, batch_size=batch_size)
    first, second = halves(staged(progress, f"reconstructions of {path}"))
    return [make(extremes="top", progress=first), make(extremes="bottom", progress=second)]


def _ablation(probe: Probe, result: Filters, batch_size: int | None, progress: Progress) -> list[Any]:
    """Return the ablation of the layers whose filters can be removed; the last layer's units are the classes."""
    from cnnviz.ablation.ablate import run_ablation
    from cnnviz.models.filter_layers import filter_layers

    able = {layer.path for layer in filter_layers(probe.runner)}
    paths = [path for path in result if path in able]
    if not paths:
        return []
    return [run_ablation(probe, result.images, paths, batch_size=batch_size, progress=staged(progress, "removals"))]


def _snapshots(run: Path | None) -> list[Any]:
    from cnnviz.callbacks.snapshot_series import open_snapshots

    return [] if run is None else [open_snapshots(run)]
