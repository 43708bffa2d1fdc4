"""What all metrics together say of a method."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .result import Trust

#: A map that keeps more than this likeness when the network forgets everything does not show what it learned.
MOST_ALIKE = 0.5


@dataclass(frozen=True)
class Verdict:
    """The verdict on one method.

    ``rank`` is its mean rank among the methods over the faithfulness metrics, 1 for the best of all of them.
    ``beats_random`` and ``beats_edges`` of ``of`` such metrics are significantly better than the control. ``likeness``
    is that of its map to that of the network with random weights, None if not measured. ``faithful`` is whether the
    method is called faithful: it beats a random map on every faithfulness metric and the edges of the image on most,
    its map changes with the network, and the network itself is better than guessing.
    """

    method: str
    rank: float
    beats_random: int
    beats_edges: int
    of: int
    likeness: float | None
    faithful: bool

    @property
    def fails_randomization(self) -> bool:
        """Whether the map stays when the network forgets what it learned."""
        return self.likeness is not None and self.likeness > MOST_ALIKE

    def document(self) -> dict[str, Any]:
        """Return the verdict as JSON-ready values."""
        return asdict(self) | {"fails_randomization": self.fails_randomization}


def verdict_of(trust: Trust, method: str) -> Verdict:
    """Return the verdict on a method."""
    asked = [one for one in trust.metrics if one.asks == "faithful"]
    entries = [entry for one in asked if (entry := trust.entry(method, one.spec)) is not None]
    ranks = [_rank(trust, method, one.spec, one.better) for one in asked]
    known = [rank for rank in ranks if rank is not None]
    likeness = None
    for one in trust.metrics:
        if one.name == "randomization" and (entry := trust.entry(method, one.spec)) is not None:
            likeness = None if np.isnan(entry.mean) else entry.mean
    beats_random = sum(entry.beats_random for entry in entries)
    beats_edges = sum(entry.beats_edges for entry in entries)
    faithful = bool(asked) and beats_random == len(asked) and 2 * beats_edges > len(asked)
    faithful = faithful and trust.learned and (likeness is None or likeness <= MOST_ALIKE)
    rank = float(np.mean(known)) if known else float(len(trust.methods))
    return Verdict(method, rank, beats_random, beats_edges, len(asked), likeness, faithful)


def _rank(trust: Trust, method: str, metric: str, better: str) -> int | None:
    """Return the place of a method among all by a metric, from 1; None if it was not measured."""
    own = trust.entry(method, metric)
    if own is None or np.isnan(own.mean):
        return None
    sign = 1 if better == "high" else -1
    others = [trust.entry(other, metric) for other in trust.methods if other != method]
    return 1 + sum(entry is not None and sign * entry.mean > sign * own.mean for entry in others)
