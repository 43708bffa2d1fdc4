"""The provenance of maps, from a method and its arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnnviz.core.registry import parameters

from .method import Method
from .result import Provenance

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


def provenance_of(
    method: Method, probe: Probe, target: str, layers: Sequence[str], notes: Sequence[str] | None = None
) -> Provenance:
    """Return the provenance of maps of a described target at these layers; ``notes`` default to the method's."""
    return Provenance(
        method=method.name,
        title=method.title,
        parameters=parameters(method),
        target=target,
        layers=tuple(layers),
        measures=method.units_label(probe),
        signed=method.signed,
        paper=method.paper,
        notes=method.notes(probe) if notes is None else tuple(notes),
    )
