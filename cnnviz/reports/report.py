"""A report on a model and a set of images: the content of the whole gallery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.exported_network import Exported
from cnnviz.core.model_card import ModelCard
from cnnviz.core.progress import Progress, silent
from cnnviz.core.render import show
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.white import WhiteLike
from cnnviz.features.activations import Activations, run_activations
from cnnviz.features.predictions import Predictions
from cnnviz.features.prepare_inputs import prepare, resolve_layers
from cnnviz.features.responses import Responses, run_responses
from cnnviz.features.result import Result

from .companions import OF_REPORT, Include, Wanted, report_companions, wanted_companions
from .dataset.profile import profile_images
from .dataset.result import DataReport
from .tables import refuse_large_report, report_document

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.find_layer import LayersLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

#: What is made: a whole report, the responses of every channel, or the predictions alone.
Content: TypeAlias = Literal["report", "channels", "predictions"]
#: The most images, and values, of maps that are stored if the page cannot compute them.
EXAMPLES = 10
MOST_VALUES = 30_000_000

#: Quick parts of the data report, beside statistics; ``cnnviz data`` has all.
QUICK = ("medians", "separability")


@dataclass(frozen=True, eq=False)
class Report(Result):
    """A report on a model and a set of images.

    ``responses`` has the images, the predictions, and the responses of every channel. ``examples`` are the maps of some
    of the images, those at the positions ``shown``, only if a page cannot run the model. ``data`` is a quick data
    report on the images. ``companions`` are further results for the page, and ``notes`` says which ones were skipped
    and why. Companions are not saved: each holds the images, so the file would store them repeatedly; save companions
    separately.
    """

    kind: ClassVar[str] = "report"

    responses: Responses
    examples: Activations | None
    shown: tuple[int, ...]
    data: DataReport | None = None
    companions: tuple[Any, ...] = field(default=(), compare=False)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.responses)

    def __repr__(self) -> str:
        return f"Report({len(self)} images of {self.images.source!r} by {self.model.name!r})"

    @property
    def predictions(self) -> Predictions:
        """The images and their predictions."""
        return self.responses

    @property
    def model(self) -> ModelCard:
        """The model card."""
        return self.responses.model

    @property
    def images(self) -> Images:
        """The images as given to the model."""
        return self.responses.images

    @property
    def accuracy(self) -> float | None:
        """The share of right predictions; None without labels of the model's classes."""
        return self.responses.accuracy

    def take(self, positions: Sequence[int] | np.ndarray) -> Report:
        """Return the same if these are the positions of all images, in order.

        UsageError for some of the images: the responses and ``data`` are of all of them together. Take images first
        and make a report of those, or take from ``predictions.as_predictions()``.
        """
        self.responses.take(positions)
        return self

    def confusion_png(self) -> bytes:
        """Return the confusion matrix as PNG."""
        return show(self.predictions.as_predictions(), "confusion")

    def summary_document(self) -> dict[str, Any]:
        """Return the number of images, and the accuracy."""
        return {"pictures": len(self), "accuracy": self.accuracy}

    def document(self) -> dict[str, Any]:
        """Return the model, its correct and wrong predictions, its layers, and every image; UsageError for too many."""
        return report_document(self.kind, self.responses)

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each image."""
        return self.responses.as_predictions().table_rows()


def report(
    model: ModelLike,
    images: ImagesLike,
    layer: LayersLike | None = None,
    *,
    include: Include = "auto",
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Report:
    """Run images through a model and collect everything that the gallery shows.

    ``layer`` limits the responses of channels. ``include`` names the companions of the page, of "statistics",
    "embedding", "similarity", "maximize" and "training" (the snapshots of the run folder that the model was opened
    from): "auto" is everything that is possible and quick, () is none. The other arguments are those of
    ``activations``. UnknownNameError for another name.
    """
    wanted = wanted_companions(include, OF_REPORT)
    probe, images = prepare(model, images, invert, fit, bands, white, scored=False)
    return run_report(probe, images, layer, wanted, batch_size=batch_size, progress=progress)


def run_report(
    probe: Probe,
    images: Images,
    layer: LayersLike | None = None,
    wanted: Wanted | None = None,
    *,
    batch_size: int | None = None,
    progress: Progress = silent,
    content: Content = "report",
) -> Report:
    """Return the report on images prepared for the probe; without ``wanted`` companions there are none.

    ``content`` "channels" is enough for a document, and "predictions" for a table and the confusion matrix: neither has
    companions, data or examples.
    """
    wanted = wanted_companions((), OF_REPORT) if wanted is None else wanted
    if content == "channels":
        # Refuse before the images are run, which may take a while.
        refuse_large_report(len(images), len(probe.class_names))
    paths = () if content == "predictions" else resolve_layers(probe, layer)
    seen = run_responses(probe, images, paths, batch_size=batch_size, progress=progress)
    if content != "report":
        return Report(seen, None, ())
    data = profile_images(images, parts=QUICK)
    also = report_companions(probe, seen, wanted, batch_size, progress)
    if isinstance(seen.network and seen.network(), Exported):
        return Report(seen, None, (), data, *also)
    values = sum(prod(probe.card.layer(path).shape) for path in seen.layers)
    shown = _examples(seen, max(1, min(EXAMPLES, MOST_VALUES // max(1, values))))
    examples = run_activations(probe, images.take(shown), list(seen.layers), batch_size=batch_size)
    return Report(seen, examples, tuple(shown), data, *also)


def _examples(seen: Predictions, count: int) -> list[int]:
    """Return positions of images to show, class by class: the most confident, the least confident, and so on."""
    known = seen.reference_class
    classes = np.zeros(len(seen), np.int64) if known is None else known
    order = np.argsort(-seen.confidence, kind="stable") if seen.model.has_classes else np.arange(len(seen))
    turn = np.empty(len(order), np.int64)
    for label in np.unique(classes):
        members = np.flatnonzero(classes[order] == label)
        # 0, last, 1, last but one, …: the extremes are the most informative.
        turn[members] = np.minimum(2 * np.arange(len(members)), 2 * np.arange(len(members))[::-1] + 1)
    chosen = order[np.lexsort((classes[order], turn))][:count]
    return sorted(int(i) for i in chosen)
