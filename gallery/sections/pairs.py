"""``#/compare?of=pairs``: the images of two classes that a model is surest of, and those that it confuses."""

from __future__ import annotations

from typing import Any

from cnnviz.attribution.confused_pairs import ConfusedPairs

from ..content import Content
from ..positions import places
from ..quantise import Blobs
from ..section import Section


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return which image stands where; the maps are those of the section heatmaps, the first two."""
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
