"""Two classes of one model: which is taken for the other, what lies between them, what tells them apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.model_card import ModelCard
from cnnviz.features.predictions import Predictions
from cnnviz.features.responses import Responses

#: The least probability of two classes together for an image that lies between them; difference.js says the same.
BETWEEN = 0.5


@dataclass(frozen=True, eq=False)
class ClassPair:
    """What a model makes of the images of two of its classes, by number.

    Images count for their label where labels are the model's classes, else for the predicted class.
    """

    answers: Predictions
    first: int
    second: int

    def __post_init__(self) -> None:
        names = self.answers.model.class_names
        if self.first == self.second:
            raise UsageError(f"both are the class {names[self.first]!r}; name two classes")

    @property
    def model(self) -> ModelCard:
        """What is known of the model."""
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
        """How many images each class has."""
        first, second = (int((self.answers.reference_class == number).sum()) for number in self.numbers)
        return first, second

    @property
    def calls(self) -> np.ndarray | None:
        """How often images of either class (rows) are called the first, the second, something else: (2, 3) int64.

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
        """Positions of the images of which the two classes together have half or more, the closest call first."""
        a, b = (self.answers.probabilities[:, number].astype(np.float64) for number in self.numbers)
        places = np.flatnonzero(a + b >= BETWEEN)
        return places[np.argsort(np.abs(a - b)[places], kind="stable")]

    def channels(self, path: str) -> list[tuple[int, float, float]] | None:
        """Return (channel, mean over the first class, over the second) of a layer, those that differ most first.

        None where one of the classes has no images; TypeError where ``answers`` are not Responses.
        """
        if not isinstance(self.answers, Responses):
            raise TypeError("the channels of a pair of classes are known from Responses")
        a, b = (self.answers[path].profile[number].astype(np.float64) for number in self.numbers)
        if np.isnan(a).any() or np.isnan(b).any():
            return None
        order = np.argsort(-np.abs(a - b), kind="stable")
        return [(int(i), float(a[i]), float(b[i])) for i in order]
