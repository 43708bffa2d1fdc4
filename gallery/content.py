"""The content of a page: predictions, if there is a model, and further results for its sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from cnnviz.features.activations import Activations
from cnnviz.features.predictions import Predictions

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Content:
    """The images of a page with the predictions, and further results about the same model.

    ``model_predictions`` holds the predictions; None for a page without a model, which has only ``results``.

    ``maps`` are the activations that the page stores; ``mapped`` are the positions of their images on the page, if they
    are not of all. ``results`` are further results, which sections find by type.
    """

    model_predictions: Predictions | None
    maps: Activations | None = None
    mapped: Sequence[int] | None = None
    results: tuple[Any, ...] = ()

    @property
    def predictions(self) -> Predictions:
        """The images and predictions, for sections that need a model."""
        if self.model_predictions is None:
            raise TypeError("this page has no model; set without_model on a section that does not need one")
        return self.model_predictions

    def find(self, kind: type[T]) -> T | None:
        """Return the first result of this type, or None: a section without its result is left out."""
        return next((result for result in self.results if isinstance(result, kind)), None)


def of_activations(result: Activations) -> Content:
    """Return the content of a page about activations alone."""
    return Content(result, maps=result)
