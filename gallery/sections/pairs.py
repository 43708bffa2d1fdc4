"""``#/compare?of=pairs``: the most confident images and mistakes of two classes."""

from __future__ import annotations

from typing import Any

from cnnviz.attribution.confused_pairs import ConfusedPairs

from ..content import Content
from ..positions import places
from ..quantize import Blobs
from ..section import Section


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the layout of the images; the maps are the first two of the section heatmaps."""
    held = content.find(ConfusedPairs)
    if held is None:
        return None
    at = places(content.predictions, held.images)

    def rows(found: tuple[tuple[int | None, int | None], ...]) -> list[list[int | None]]:
        return [[None if side is None else int(at[side]) for side in row] for row in found]

    return {
        "a": held.a,
        "b": held.b,
        "among": held.among,
        "strongest": rows(held.chosen.strongest),
        "confused": rows(held.chosen.confused),
    }


PAIRS = Section("pairs", None, entry)
