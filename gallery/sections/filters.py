"""Filter statistics, for the pages of a layer and of a channel."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.features.filters.findings import findings
from cnnviz.features.filters.result import Filters
from cnnviz.features.filters.shuffle_test import LEVEL
from cnnviz.features.filters.twins import ALIKE

from ..content import Content
from ..quantize import Blobs
from ..section import Section


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the blobs of each layer's filter statistics."""
    held = content.find(Filters)
    if held is None:
        return None
    return {
        "alike": ALIKE,
        "level": LEVEL,
        "layers": {path: _layer(held, path, blobs) for path in held.layers},
    }


def _layer(held: Filters, path: str, blobs: Blobs) -> dict[str, Any]:
    one = held[path]
    floats = [one.norm, one.entropy, one.dead, one.selectivity, one.twins.cosine, one.twins.correlation]
    floats += [one.structure.value, one.structure.p, *one.structure.null.T]
    parts = [np.stack(floats).astype("<f4").tobytes(), one.twins.twin.astype("<i4").tobytes()]
    return {
        "blob": blobs.add(b"".join(parts)),
        "filters": len(one),
        "noun": one.noun,
        "behind": None if one.site == path else one.site,
        "pictures": len(held),
        "entropy_most": one.entropy_most,
        "places": one.structure.places,
        "measure": one.structure.measure,
        "shuffles": one.structure.shuffles,
        "finding": findings(one, len(held)) if held.model.scale_settled else "",
    }


FILTERS = Section("filters", None, entry)
