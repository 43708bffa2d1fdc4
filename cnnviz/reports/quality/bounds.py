"""What a quality check can bound, and what its figures mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from cnnviz.core.errors import UsageError


@dataclass(frozen=True)
class Figure:
    """A figure that can be bounded: its ``title``, whether more is better, and the range of its bound."""

    title: str
    at_least: bool
    low: float
    high: float


#: Every figure, by the name of its bound without "min_" or "max_".
FIGURES: Mapping[str, Figure] = {
    "accuracy": Figure("accuracy", True, 0, 1),
    "ece": Figure("expected calibration error", False, 0, 1),
    "dead": Figure("share of dead channels", False, 0, 1),
    "leak": Figure("share of images that are in the training set too", False, 0, 1),
    "faithfulness": Figure("faithfulness of heatmaps over a random map", True, -1, 1),
}


@dataclass(frozen=True)
class Bounds:
    """The bounds of a check, each a share from 0 to 1; None is not checked.

    ``min_accuracy`` is the least accuracy, ``max_ece`` the largest expected calibration error (Guo et al. 2017),
    ``max_dead`` the largest share of channels and units that are constant on every image, ``max_leak`` the largest
    share of images that are also in the training set, and ``min_faithfulness`` the least advantage of the heatmaps over
    a random map: the mean of what they gain in insertion and in deletion, of the probability, from −1 to 1.
    """

    min_accuracy: float | None = None
    max_ece: float | None = None
    max_dead: float | None = None
    max_leak: float | None = None
    min_faithfulness: float | None = None

    def __post_init__(self) -> None:
        if not self.given:
            names = ", ".join(one.name for one in fields(self))
            raise UsageError(f"there is nothing to check; give at least one of {names}")
        for name, bound in self.given.items():
            figure = FIGURES[name]
            if not figure.low <= bound <= figure.high:
                raise UsageError(
                    f"a bound of the {figure.title} is from {figure.low:g} to {figure.high:g}, not {bound:g}"
                )

    @property
    def given(self) -> dict[str, float]:
        """The bounds that are given, by the name of their figure."""
        bounds = {one.name.partition("_")[2]: getattr(self, one.name) for one in fields(self)}
        return {name: float(bound) for name, bound in bounds.items() if bound is not None}
