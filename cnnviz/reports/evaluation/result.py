"""The result of an evaluation, with its provenance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.errors import DataError, QualityGateError, UsageError
from cnnviz.core.names import similar_names
from cnnviz.core.number_words import counted
from cnnviz.core.render import show
from cnnviz.features.predictions import Predictions
from cnnviz.features.withheld_findings import findings_on

from ..comparison import Comparison
from .bootstrap import LEVEL, ROUNDS, Estimate, mean_estimate
from .calibration import Calibration, calibration
from .confusion import Confusion, confusion
from .example_images import at_random, least_sure, worst
from .findings import below_minimum, comparison_words, findings, headlines
from .learned_from import trained_on_these
from .mcnemar import McNemar, mcnemar
from .per_class import Figures, figures
from .tables import class_table, document, summary_document
from .temperature import TemperatureScaling, losses, temperature_scaling

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: One random stream per sampled quantity, so that none depends on another.
_DRAWS = {"figures": 0, "loss": 1, "temperature": 2, "pictures": 3, "difference": 4}


@dataclass(frozen=True, eq=False)
class Evaluation(Predictions):
    """A model's predictions for labeled images, and their metrics.

    ``seed`` is for all sampling, ``rounds`` the number of bootstrap resamplings, ``level`` the confidence level of
    intervals. ``other`` holds a second model's predictions for the same images. Other fields are those of Predictions;
    metrics are computed on demand.
    """

    kind: ClassVar[str] = "evaluation"

    seed: int = field(default=0, kw_only=True)
    rounds: int = field(default=ROUNDS, kw_only=True)
    level: float = field(default=LEVEL, kw_only=True)
    other: Evaluation | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.truth is None or not len(self):
            raise DataError(why_not(self))
        if self.rounds < 1 or not 0 < self.level < 1:
            raise UsageError("rounds must be at least 1, and level between 0 and 1")
        if self.other is not None:
            # Comparison refuses models that cannot be compared.
            Comparison(self, self.other)

    def __repr__(self) -> str:
        share, low, high = self.figures.accuracy
        ends = f"{low:.2%}…{high:.2%}"
        against = "" if self.other is None else f" against {self.other.model.name!r}"
        named = f"{self.model.name!r}{against} on {counted(len(self), 'image')} of {self.images.source!r}"
        return f"Evaluation({named}: {share:.2%} right, {100 * self.level:g}% interval {ends})"

    def _random(self, what: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, _DRAWS[what]])

    @property
    def labels(self) -> np.ndarray:
        """The true class of each image, (n,) int64."""
        assert self.truth is not None
        return self.truth

    @property
    def hits(self) -> np.ndarray:
        """Whether each prediction is right, (n,) bool."""
        return self.predicted == self.labels

    @cached_property
    def losses(self) -> np.ndarray:
        """Cross-entropy of each image in nats, (n,) float64; at most 103.3, where float32 underflows to 0."""
        return losses(self.probabilities, self.labels)

    @cached_property
    def loss(self) -> Estimate:
        """Mean cross-entropy in nats."""
        return mean_estimate(self.losses, self.rounds, self.level, self._random("loss"))

    @cached_property
    def confusion(self) -> Confusion:
        """The confusion matrix."""
        return confusion(self.labels, self.predicted, self.probabilities.shape[1])

    @cached_property
    def figures(self) -> Figures:
        """Accuracy, and precision, recall and F1 per class, with intervals."""
        return figures(self.confusion, self.rounds, self.level, self._random("figures"))

    @cached_property
    def calibration(self) -> Calibration:
        """The accuracy by confidence."""
        return calibration(self.confidence, self.hits, level=self.level)

    @cached_property
    def scaling(self) -> TemperatureScaling | str:
        """The temperature that would calibrate the model, and its effect; or why there is none."""
        return temperature_scaling(self.probabilities, self.labels, self._random("temperature"))

    @cached_property
    def worst(self) -> np.ndarray:
        """Positions of up to 25 wrong predictions, the most confident first."""
        return worst(self.confidence, self.hits)

    @cached_property
    def least_sure(self) -> np.ndarray:
        """Positions of up to 25 right predictions, the least confident first."""
        return least_sure(self.confidence, self.hits)

    @cached_property
    def at_random(self) -> np.ndarray:
        """Positions of up to 25 randomly drawn images, in order."""
        return at_random(len(self), self._random("pictures"))

    @cached_property
    def mcnemar(self) -> McNemar | None:
        """McNemar's test of the two models; None for one model."""
        return None if self.other is None else mcnemar(self.hits, self.other.hits)

    @cached_property
    def difference(self) -> Estimate | None:
        """The other model's accuracy minus this one's, with a paired bootstrap interval; None for one model."""
        if self.other is None:
            return None
        gained = self.other.hits.astype(np.float64) - self.hits
        return mean_estimate(gained, self.rounds, self.level, self._random("difference"))

    @property
    def notes(self) -> tuple[str, ...]:
        """A warning for each model that was trained on the images it is evaluated on."""
        return trained_on_these(self, *(() if self.other is None else (self.other,)))

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings as sentences, most important first; withheld while the input scaling is an assumption."""
        return findings_on(self.model, findings(self))

    @property
    def summary(self) -> tuple[str, ...]:
        """The key figures in two lines, and a third one that compares the other model, if there is one."""
        return headlines(self) if self.other is None else (*headlines(self), comparison_words(self))

    def reaches(self, minimum: float) -> bool:
        """Whether the accuracy is at least ``minimum``, 0 to 1."""
        return bool(self.figures.accuracy.value >= minimum)

    def check_accuracy(self, minimum: float) -> None:
        """Raise QualityGateError if the accuracy is below ``minimum``, 0 to 1."""
        if not self.reaches(minimum):
            raise QualityGateError(below_minimum(self, minimum))

    def plot(self) -> Figure:
        """Return a Matplotlib figure: the confusion matrix, F1 of each class, and the reliability diagram."""
        return show(self, "figure")

    def document(self) -> dict[str, Any]:
        """Return every metric as JSON-ready values; undefined ones are None."""
        return document(self)

    def summary_document(self, minimum: float | None = None) -> dict[str, Any]:
        """Return the key figures alone; with ``minimum`` also whether the accuracy reaches it, as "gate"."""
        return summary_document(self, minimum)

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each class; with two models each row begins with the model."""
        return class_table(self)

    def take(self, positions: Sequence[int] | np.ndarray) -> Self:
        """Return the evaluation on the images at these positions, in this order, for both models if there are two."""
        other = None if self.other is None else self.other.take(positions)
        # In one step, since each model is checked against the other.
        chosen = self.as_predictions().take(positions)
        return replace(self, images=chosen.images, probabilities=chosen.probabilities, other=other)

    def save(self, path: str | Path, force: bool = True) -> Path:
        """Write the evaluation to an .npz file, which ``load`` reads back; return the path.

        A .json file gets every metric, a .csv file those of each class; UsageError for another suffix.
        """
        path = Path(path)
        writers = {".json": self.to_json, ".csv": self.to_csv, ".npz": super().save}
        if path.suffix.lower() not in writers:
            raise UsageError(
                f"an evaluation is saved as .npz, .json or .csv, not {path.name!r}; to_html(path) writes the page"
            )
        return Path(writers[path.suffix.lower()](path, force))  # type: ignore[operator]


def why_not(said: Predictions) -> str:
    """Return why these predictions cannot be compared with labels."""
    images = said.images
    if not len(images):
        return f"{images.source} has no images to evaluate on"
    if images.label_rows is not None:
        kind = "multilabel" if images.label_rows.dtype == bool else "regression"
        # Without a reason it is a softmax, which is nothing else.
        advice = f"set --head {kind}, in Python head={kind!r}, if it does not" if said.model.head_reason else ""
        return f"{images.source} has {images.without_classes}, but {said.model.name} predicts one class per image; " + (
            advice or "give a class for each image"
        )
    if images.labels is None:
        return (
            f"{images.source} has no labels to compare predictions with; give a labeled set, such as a folder with a "
            "sub-folder for each class"
        )
    own, known = images.class_names, said.model.class_names
    others = similar_names(own, known)
    return (
        f"the labels of {images.source} are of other classes than {said.model.name}'s ({len(own)} and {len(known)})"
        + (f", which has no {others}; name them as the model does, or " if others else "; ")
        + "give images of the model's own classes"
    )
