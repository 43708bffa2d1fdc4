"""Two classes of one model: their confusions, the images between them, the channels that separate them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cnnviz.core.class_scores import require_classes
from cnnviz.core.csv_text import Cell
from cnnviz.core.errors import UsageError
from cnnviz.core.model_card import ModelCard
from cnnviz.core.progress import Progress, silent
from cnnviz.core.targets import ClassLike
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.images import class_index
from cnnviz.data.white import WhiteLike
from cnnviz.features.predictions import Predictions, run_predictions
from cnnviz.features.prepare_inputs import prepare, resolve_layers
from cnnviz.features.responses import Responses, run_responses
from cnnviz.features.result import Result

from .comparison_tables import CHANNEL_COLUMNS, channel_rows, class_pair_document, class_pair_summary
from .report import Content, Report, run_report

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.find_layer import LayersLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

#: The least joint probability of two classes for an image between them; the same as in difference.js.
BETWEEN = 0.5


@dataclass(frozen=True, eq=False)
class ClassPair(Result):
    """The predictions of a model for the images of two of its classes, by number.

    Images count for their label where labels are the model's classes, else for the predicted class. ``report`` is
    the whole report, which the page needs.
    """

    kind: ClassVar[str] = "class comparison"

    answers: Predictions
    first: int
    second: int
    report: Report | None = None

    def __post_init__(self) -> None:
        _check_pair(self.answers.model.class_names, self.numbers)

    def __len__(self) -> int:
        return len(self.answers)

    def __repr__(self) -> str:
        return f"ClassPair({self.names[0]!r} and {self.names[1]!r} by {self.model.name!r}, {len(self)} images)"

    @property
    def model(self) -> ModelCard:
        """The model card."""
        return self.answers.model

    @property
    def numbers(self) -> tuple[int, int]:
        """The numbers of the two classes."""
        return self.first, self.second

    @property
    def names(self) -> tuple[str, str]:
        """The names of the two classes."""
        return self.model.class_names[self.first], self.model.class_names[self.second]

    @property
    def counts(self) -> tuple[int, int]:
        """The number of images of each class."""
        assert self.answers.reference_class is not None
        first, second = (int((self.answers.reference_class == number).sum()) for number in self.numbers)
        return first, second

    @property
    def calls(self) -> np.ndarray | None:
        """Counts of images of either class (rows) predicted as the first, the second, another class: (2, 3) int64.

        None without labels of the model's classes.
        """
        truth = self.answers.truth
        if truth is None:
            return None
        said = self.answers.predicted
        rows = []
        for own in self.numbers:
            called = [int(((truth == own) & (said == other)).sum()) for other in self.numbers]
            rows.append([*called, int((truth == own).sum()) - sum(called)])
        return np.array(rows, np.int64)

    @cached_property
    def between(self) -> np.ndarray:
        """Positions of the images where the two classes have half the probability or more, closest decision first."""
        a, b = (self.answers.probabilities[:, number].astype(np.float64) for number in self.numbers)
        places = np.flatnonzero(a + b >= BETWEEN)
        return places[np.argsort(np.abs(a - b)[places], kind="stable")]

    def channels(self, path: str) -> list[tuple[int, float, float]] | None:
        """Return (channel, mean over the first class, over the second) for a layer, the largest difference first.

        None where one of the classes has no images; TypeError where ``answers`` are not Responses.
        """
        if not isinstance(self.answers, Responses):
            raise TypeError("the channels of a pair of classes need Responses")
        a, b = (self.answers[path].profile[number].astype(np.float64) for number in self.numbers)
        if np.isnan(a).any() or np.isnan(b).any():
            return None
        order = np.argsort(-np.abs(a - b), kind="stable")
        return [(int(i), float(a[i]), float(b[i])) for i in order]

    def take(self, positions: Sequence[int] | np.ndarray) -> ClassPair:
        """Return the pair for the images at these positions, in this order, without channel responses."""
        return ClassPair(self.answers.as_predictions().take(positions), self.first, self.second)

    def document(self) -> dict[str, Any]:
        """Return the two classes, their predictions, the images between them, and the channels."""
        return class_pair_document(self.kind, self)

    def summary_document(self) -> dict[str, Any]:
        """Return the key figures alone: the images of each class, and how many of them are called the other."""
        return class_pair_summary(self)

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each channel; none without layers."""
        yield CHANNEL_COLUMNS
        yield from channel_rows(self)


def compare_classes(
    model: ModelLike,
    images: ImagesLike,
    first: ClassLike,
    second: ClassLike,
    layer: LayersLike | None = None,
    *,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> ClassPair:
    """Compare two classes of a model: how often one is mistaken for the other, and the channels that differ most.

    Classes are given by name or number; the other arguments are those of ``activations``. UnknownNameError for a class
    that the model does not have, UsageError for the same class twice.
    """
    probe, images = prepare(model, images, invert, fit, bands, white)
    return run_class_comparison(probe, images, first, second, layer, batch_size=batch_size, progress=progress)


def run_class_comparison(
    probe: Probe,
    images: Images,
    first: ClassLike,
    second: ClassLike,
    layer: LayersLike | None = None,
    *,
    batch_size: int | None = None,
    progress: Progress = silent,
    content: Content = "report",
) -> ClassPair:
    """Compare two classes on images that are fitted to the probe; ``content`` is what is made of them."""
    require_classes(probe.card, "classes to compare")
    a, b = (one if isinstance(one, int) else class_index(one, probe.class_names) for one in (first, second))
    # Refuse before the images are run, which may take a while.
    _check_pair(probe.class_names, (a, b))
    if content == "report":
        about = run_report(probe, images, layer, batch_size=batch_size, progress=progress)
        return ClassPair(about.responses, a, b, about)
    answers: Predictions
    if content == "channels":
        answers = run_responses(probe, images, resolve_layers(probe, layer), batch_size=batch_size, progress=progress)
    else:
        answers = run_predictions(probe, images, batch_size=batch_size, progress=progress)
    return ClassPair(answers, a, b)


def _check_pair(names: Sequence[str], numbers: tuple[int, int]) -> None:
    for number in numbers:
        if not 0 <= number < len(names):
            raise UsageError(f"there is no class {number}: the model has {len(names)}")
    if numbers[0] == numbers[1]:
        raise UsageError(f"both are the class {names[numbers[0]]!r}; give two different classes")
