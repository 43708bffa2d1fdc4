"""The result of an ablation, with its provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.render import Shown, show
from cnnviz.features.predictions import Predictions

from .removal_curves import Curves, Removable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How a filter is removed: its response is set to zero, or to its mean over the images.
MODES = ("zero", "mean")


@dataclass(frozen=True, eq=False)
class LayerAblation:
    """The cost of each filter of a layer.

    ``site`` is the step whose output is masked, ``noun`` is "filter" or "unit". ``accuracy`` and ``loss`` are
    (2, filters): accuracy lost (a share) and cross-entropy gained (nats) without each, by MODES. ``norm`` and
    ``taylor`` are (filters,), ``idle`` marks filters whose removal changes the scores of no image. ``curves`` and
    ``removable`` are about removing many; ``tied`` is the reason why the layer cannot be pruned, None if it can.
    """

    path: str
    site: str
    noun: str
    accuracy: np.ndarray
    loss: np.ndarray
    norm: np.ndarray
    taylor: np.ndarray
    idle: np.ndarray
    curves: Curves
    removable: Removable
    tied: str | None = None

    @property
    def count(self) -> int:
        """The number of filters of the layer."""
        return len(self.norm)

    @property
    def ranks(self) -> np.ndarray:
        """The rank of each filter by the loss gained when it is set to zero, (filters,), 1 for the costliest."""
        order = np.argsort(-self.loss[0], kind="stable")
        ranks = np.empty(self.count, np.int64)
        ranks[order] = np.arange(1, self.count + 1)
        return ranks


@dataclass(frozen=True, eq=False)
class Ablation(Predictions, Shown):
    """The cost of removing filters, per layer and overall.

    ``choosing`` and ``measuring`` are the positions of the images that set the orders and of those that measure the
    curves. ``overall`` and ``overall_removable`` cover all layers together, with filters numbered in the order of
    ``layers``; None for a single layer. ``plain_loss`` is the cross-entropy of the whole model, and ``within`` the
    accuracy loss that the findings allow. Other fields are those of Predictions.
    """

    layers: Mapping[str, LayerAblation] = field(kw_only=True)
    choosing: np.ndarray = field(kw_only=True)
    measuring: np.ndarray = field(kw_only=True)
    plain_loss: float = field(kw_only=True)
    within: float = field(kw_only=True)
    overall: Curves | None = field(default=None, kw_only=True)
    overall_removable: Removable | None = field(default=None, kw_only=True)

    def __getitem__(self, path: str) -> LayerAblation:
        return self.layers[path]

    def __repr__(self) -> str:
        counts = ", ".join(f"{path}: {layer.count}" for path, layer in self.layers.items())
        return f"Ablation({len(self)} images of {self.images.source!r} by {self.model.name!r}; {counts})"

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings as sentences, most important first."""
        from .findings import findings

        return findings(self)

    def plot(self, layer: str | None = None) -> Figure:
        """Return a Matplotlib figure of the curves of one layer, or of all layers together."""
        return show(self, "figure", layer=layer)

    def save(self, path: str | Path) -> Path:
        """Write the result to one .npz file, which ``load`` reads."""
        from .storage import save

        return save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Ablation:
        """Read a file written by ``save``; DataError for any other file."""
        from .storage import load

        return load(Path(path))
