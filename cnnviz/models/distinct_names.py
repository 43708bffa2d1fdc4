"""Distinct names for two compared models."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .probe import Probe


def with_distinct_names(a: Probe, b: Probe) -> tuple[Probe, Probe]:
    """Return both; of equal names each gets what its path ends in where the paths part: "depp-cnn (runA)".

    Names stay as they are where the paths do not tell the models apart.
    """
    if a.card.name != b.card.name or a.path == b.path:
        return a, b
    parts = [list(probe.path.parts) if probe.path else [] for probe in (a, b)]
    while all(len(own) > 1 for own in parts) and parts[0][-1] == parts[1][-1]:
        for own in parts:
            del own[-1]
    return _called(a, parts[0]), _called(b, parts[1])


def _called(probe: Probe, parts: list[str]) -> Probe:
    return replace(probe, card=replace(probe.card, name=f"{probe.card.name} ({parts[-1]})")) if parts else probe
