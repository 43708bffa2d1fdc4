"""What a page is made from: a model's answers to images, if there is one, and results that its sections draw on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from cnnviz.features.activations import Activations
from cnnviz.features.predictions import Predictions

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Content:
    """The images of a page with what the model answers, and further results about the same model.

    ``answered`` is None for a page without a model, which is made of ``results`` alone.

    ``maps`` are the activations that the page stores; ``mapped`` says which of the page's images they are of, by
    position, where they are not of all. ``results`` is whatever else a section may look for by its type.
    """

    answered: Predictions | None
    maps: Activations | None = None
    mapped: Sequence[int] | None = None
    results: tuple[Any, ...] = ()

    @property
    def predictions(self) -> Predictions:
        """The images and what the model answers; for sections that need a model."""
        if self.answered is None:
            raise TypeError("this page is without a model; a section that shows it anyway says without_model")
        return self.answered

    def find(self, kind: type[T]) -> T | None:
        """Return the first result of this type, or None: a section without its result leaves its page out."""
        return next((result for result in self.results if isinstance(result, kind)), None)


def of_activations(result: Activations) -> Content:
    """Return the content of a page about activations alone."""
    return Content(result, maps=result)
