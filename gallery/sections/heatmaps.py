"""Stored heatmaps for the pages of images: raw maps at their own resolution, with provenance."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from cnnviz.attribution.heatmaps import Heatmaps
from cnnviz.attribution.result import Attribution

from ..content import Content
from ..overlay import signed
from ..positions import places
from ..quantize import Blobs, pack_maps
from ..section import Section
from .originals import Originals


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the maps of each method, layer and target; ``shown`` means that the page is about them."""
    held = content.find(Heatmaps)
    if held is None:
        return None
    wish = content.find(Originals)
    at = places(content.predictions, held.images)
    everywhere = np.array_equal(at, np.arange(len(content.predictions)))
    made: list[dict[str, Any]] = []
    for one in held.attributions:
        same = sum(other["method"] == one.how.method for other in made)
        key = one.how.method if not same else f"{one.how.method}-{same + 1}"
        made.append({"key": key, **_entry(one, blobs)})
    return {
        "shown": isinstance(content.predictions, Heatmaps),
        "pictures": None if everywhere else at,
        "originals": None if wish is None else wish.entries(held.images, blobs),
        "made": made,
    }


def _entry(one: Attribution, blobs: Blobs) -> dict[str, Any]:
    maps, how = one.maps, one.how
    answers = one.scores.astype("<f4").tobytes()
    if one.classes is not None:
        answers += one.classes.astype("<u4").tobytes()
    return {
        **asdict(how),
        # Maps are signed if colors were summed or the method is signed.
        "signed": signed(one),
        "parameters": {name: _plainly(value) for name, value in how.parameters.items()},
        "height": maps.shape[1],
        "width": maps.shape[2],
        "blob": blobs.add(pack_maps(maps[..., None], f"{how.title} of {how.target}")),
        "answers": blobs.add(answers),
        "classes": one.classes is not None,
    }


def _plainly(value: Any) -> str:
    """Return a hyperparameter as written on the command line."""
    if value is None:
        return "default"
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


HEATMAPS = Section("heatmaps", None, entry)
