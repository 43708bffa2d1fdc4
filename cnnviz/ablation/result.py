"""What removing filters costs, as a result that knows how it came about."""

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

#: The rows of what a removal costs: the filter's answer is set to zero, or to its mean over the images.
MODES = ("zero", "mean")


@dataclass(frozen=True, eq=False)
class LayerAblation:
    """What each filter of a layer costs.

    ``site`` is the step whose output is set, ``noun`` what one is called. ``accuracy`` and ``loss`` are (2, filters):
    how much accuracy (a share) is lost and cross-entropy (nats) gained without each, by the MODES. ``norm`` and
    ``taylor`` are (filters,), ``idle`` those whose removal changes the scores of no image. ``curves`` and
    ``removable`` are about removing many; ``tied`` says why the layer cannot really be made smaller, None if it can.
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
        """How many filters the layer has."""
        return len(self.norm)

    @property
    def ranks(self) -> np.ndarray:
        """The place of each filter by the loss that removing it to zero brings, (filters,), 1 for the costliest."""
        order = np.argsort(-self.loss[0], kind="stable")
        ranks = np.empty(self.count, np.int64)
        ranks[order] = np.arange(1, self.count + 1)
        return ranks


@dataclass(frozen=True, eq=False)
class Ablation(Predictions, Shown):
    """What removing filters costs, layer by layer and overall.

    ``choosing`` and ``measuring`` are the positions of the images that orders were made on, and of those that curves
    were measured on. ``overall`` and ``overall_removable`` are of all layers together, the filters counted through in
    the order of ``layers``; None of a single layer. ``plain_loss`` is the cross-entropy of the whole model, and
    ``within`` the loss of accuracy that the findings allow. The rest is what Predictions hold.
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
        """What it comes to, in words, what matters most first."""
        from .findings import findings

        return findings(self)

    def plot(self, layer: str | None = None) -> Figure:
        """Return a Matplotlib figure of the curves of one layer, or of all together."""
        return show(self, "figure", layer=layer)

    def save(self, path: str | Path) -> Path:
        """Write everything to one .npz file; ``load`` reads it back."""
        from .storage import save

        return save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Ablation:
        """Read what ``save`` wrote; DataError for a file that is none."""
        from .storage import load

        return load(Path(path))
