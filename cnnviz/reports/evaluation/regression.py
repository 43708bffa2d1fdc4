"""Evaluation of a regression: the errors of its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.core.number_words import counted
from cnnviz.core.progress import Progress, silent
from cnnviz.features.predictions import run_predictions

from . import regression_tables
from .bootstrap import LEVEL, ROUNDS
from .error_figures import ErrorFigures, error_figures
from .example_images import SHOWN
from .row_evaluation import RowEvaluation
from .true_values import with_numbers

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe


@dataclass(frozen=True, eq=False)
class RegressionEvaluation(RowEvaluation):
    """The numbers that a regression predicts for images labeled with true ones, and the errors.

    ``images.label_rows`` are the true values, float64 (n, outputs), and ``outputs`` the predicted ones.
    """

    kind: ClassVar[str] = "regression evaluation"
    _tables: ClassVar[Any] = regression_tables

    def __post_init__(self) -> None:
        rows = self.images.label_rows
        fits = rows is not None and rows.dtype == np.float64 and rows.shape == self.outputs.shape and len(self)
        if self.model.head != "regression" or not fits:
            raise DataError(f"{self.images.source} is not labeled with a number for each output of {self.model.name}")
        super().__post_init__()

    def __repr__(self) -> str:
        return (
            f"RegressionEvaluation({counted(len(self), 'image')} of {self.images.source!r} by {self.model.name!r}: "
            f"mean absolute error {self.figures.means['mae'].value:.4g})"
        )

    @property
    def true_values(self) -> np.ndarray:
        """The numbers that the images are labeled with, float64 (n, outputs)."""
        assert self.images.label_rows is not None
        return self.images.label_rows

    @property
    def errors(self) -> np.ndarray:
        """Predicted minus true values, float64 (n, outputs)."""
        return self.outputs.astype(np.float64) - self.true_values

    @cached_property
    def figures(self) -> ErrorFigures:
        """The figures of each output, and their means, with intervals."""
        random = np.random.default_rng([self.seed, 0])
        return error_figures(self.true_values, self.outputs.astype(np.float64), self.rounds, self.level, random)

    def worst(self, output: int = 0, most: int = SHOWN) -> np.ndarray:
        """Return positions of the images with the largest errors of an output, the largest first."""
        return np.argsort(-np.abs(self.errors[:, output]), kind="stable")[:most]


def run_regression_evaluation(
    probe: Probe,
    images: Images,
    *,
    seed: int = 0,
    rounds: int = ROUNDS,
    level: float = LEVEL,
    batch_size: int | None = None,
    progress: Progress = silent,
) -> RegressionEvaluation:
    """Evaluate an open regression on images prepared for it, labeled with numbers; see ``evaluate``."""
    # Checked before the model runs, which may take a while.
    images = with_numbers(images, probe.card)
    said = run_predictions(probe, images, batch_size=batch_size, progress=progress)
    how: dict[str, Any] = {"seed": seed, "rounds": rounds, "level": level}
    return RegressionEvaluation(said.images, said.model, said.probabilities, network=said.network, **how)
