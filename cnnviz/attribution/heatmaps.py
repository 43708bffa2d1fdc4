"""Several attributions of the same images: methods, targets and layers side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.errors import UsageError
from cnnviz.core.packing import from_plain
from cnnviz.core.progress import Progress, silent
from cnnviz.core.target_text import of_layers
from cnnviz.core.targets import ClassLike, OneClass, Ranked, TargetLike
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.white import WhiteLike
from cnnviz.features.document import document_head
from cnnviz.features.predictions import Parts, Predictions
from cnnviz.features.prepare_inputs import prepare
from cnnviz.features.result_file import Base
from cnnviz.models.find_layer import LayersLike, named

from .attribute import run_attribution
from .method import Method
from .over_original import ShownOverOriginal
from .resolve import resolve_method, resolve_target
from .result import Attribution
from .tables import COLUMNS, map_rows, maps_document
from .tf_keras_vis import OURS

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.bfloat16 import Precision
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe


@dataclass(frozen=True, eq=False)
class Heatmaps(ShownOverOriginal, Predictions):
    """Attributions of one set of images, in the order requested; other fields are those of Predictions.

    ``notes`` say how the methods were chosen, where that was not asked for.
    """

    kind: ClassVar[str] = "heatmaps"

    attributions: tuple[Attribution, ...] = field(kw_only=True)
    notes: tuple[str, ...] = field(default=(), kw_only=True)

    def __getitem__(self, which: int | str) -> Attribution:
        """Return one attribution by position, or the first of a method."""
        if isinstance(which, int):
            return self.attributions[which]
        for one in self.attributions:
            if one.how.method == which:
                return one
        made = ", ".join(dict.fromkeys(one.how.method for one in self.attributions))
        raise UsageError(f"there are no maps of {which!r} here; there are {made}")

    def __repr__(self) -> str:
        made = ", ".join(f"{one.how.method} of {one.how.target}" for one in self.attributions)
        return f"Heatmaps({len(self)} images of {self.images.source!r} in {self.model.name!r}: {made})"

    def take(self, positions: Sequence[int] | np.ndarray) -> Self:
        """Return the same for the images at these positions, in this order."""
        chosen = tuple(one.take(positions) for one in self.attributions)
        return replace(super().take(positions), attributions=chosen)

    def document(self) -> dict[str, Any]:
        """Return how each map was made, and every image with its maps; UsageError for too many values."""
        return document_head(self.kind, self) | maps_document(self, self.attributions)

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield a row for each image and map, the names of the columns first."""
        yield COLUMNS
        yield from map_rows(self, self.attributions)

    def _parts(self) -> Parts:
        arrays: dict[str, np.ndarray] = {}
        for i, one in enumerate(self.attributions):
            arrays |= {f"{i}/{name}": held for name, held in one.map_arrays().items()}
        facts: dict[str, Any] = {"made": [asdict(one.how) for one in self.attributions]}
        return arrays, {}, facts | ({"notes": list(self.notes)} if self.notes else {})

    @classmethod
    def _of_parts(cls, base: Base, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any], **further: Any) -> Self:
        made = []
        for i, how in enumerate(facts["made"]):
            own = {name: arrays[f"{i}/{name}"] for name in ("values", "scores", "classes") if f"{i}/{name}" in arrays}
            made.append(Attribution.of_arrays(base, own, how))
        notes = from_plain(tuple[str, ...], facts.get("notes", []))
        return cls(*base, attributions=tuple(made), notes=notes, **further)


def heatmaps(
    model: ModelLike,
    images: ImagesLike,
    methods: str | Method | Sequence[str | Method] = "grad-cam",
    targets: TargetLike | Sequence[TargetLike] | None = None,
    *,
    against: ClassLike | None = None,
    layer: LayersLike | None = None,
    engine: str = OURS,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    precision: Precision | None = None,
    progress: Progress = silent,
) -> Heatmaps:
    """Return the maps of every method for every target.

    Arguments are those of ``attribute``. ``targets`` may be a list, "all" for every class, or "top-3" for the three
    most probable classes of each image. ``layer`` applies to the methods that have a target layer; UsageError if none
    has.
    """
    scored = not of_layers(targets)
    probe, images = prepare(model, images, invert, fit, bands, white, scored, precision)
    chosen, meant = resolve_heatmaps(methods, targets, named(probe, layer), len(probe.card.score_names))
    if against is not None and isinstance(targets, str) and targets == "all":
        # A class is not compared with itself.
        other = resolve_target(against, images, probe.card.score_names, card=probe.card)
        meant = [one for one in meant if not isinstance(one, int) or OneClass(one) != other]
    return run_heatmaps(probe, images, chosen, meant, against, engine=engine, batch_size=batch_size, progress=progress)


def run_heatmaps(
    probe: Probe,
    images: Images,
    methods: Sequence[Method],
    targets: Sequence[TargetLike | None],
    against: ClassLike | None = None,
    *,
    engine: str = OURS,
    batch_size: int | None = None,
    progress: Progress = silent,
) -> Heatmaps:
    """Return the heatmaps of images that are fitted to the probe, of every method for every target."""
    made: list[Attribution] = []
    whole = len(images) * len(methods) * len(targets)
    for method in methods:
        for target in targets:
            before = len(made) * len(images)
            made.append(
                run_attribution(
                    probe,
                    images,
                    method,
                    target,
                    against=against,
                    engine=engine,
                    batch_size=batch_size,
                    progress=lambda done, _, before=before: progress(before + done, whole),  # type: ignore[misc]
                )
            )
    first = made[0]
    return Heatmaps(first.images, first.model, first.probabilities, network=first.network, attributions=tuple(made))


def resolve_heatmaps(
    methods: str | Method | Sequence[str | Method],
    targets: TargetLike | Sequence[TargetLike] | None,
    layer: str | Sequence[str] | None,
    classes: int,
) -> tuple[list[Method], list[TargetLike | None]]:
    """Return the requested methods and targets, for a model of ``classes`` classes."""
    return _methods([methods] if isinstance(methods, str | Method) else methods, layer), _targets(targets, classes)


def _methods(given: Sequence[str | Method], layer: str | Sequence[str] | None) -> list[Method]:
    methods = [resolve_method(one) for one in given]
    if not methods:
        raise UsageError("name at least one method")
    if layer is None:
        return methods
    takers = [method for method in methods if hasattr(method, "layer")]
    if not takers:
        return [resolve_method(methods[0], layer)]  # raises the error
    return [resolve_method(method, layer) if hasattr(method, "layer") else method for method in methods]


def _targets(given: TargetLike | Sequence[TargetLike] | None, classes: int) -> list[TargetLike | None]:
    # Without classes these words name none, and are refused as such.
    if isinstance(given, str) and classes:
        if given == "all":
            return list(range(classes))
        if given.startswith("top-") and given[4:].isdecimal() and int(given[4:]):
            return [Ranked(rank) for rank in range(min(int(given[4:]), classes))]
    return list(given) if isinstance(given, list | tuple) and given else [given]  # type: ignore[list-item]
