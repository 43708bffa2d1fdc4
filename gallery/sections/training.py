"""``#/training``: a training run, snapshot by snapshot."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.callbacks.snapshot_limits import KeptFilters, KeptMaps
from cnnviz.callbacks.snapshot_series import SnapshotSeries

from ..content import Content
from ..quantize import Blobs, pack_maps
from ..section import PAGES, Section
from ..words import image_ids, score_name


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return snapshots, curves, and the blobs of the images, kernels, maps and predictions of all snapshots.

    The images need not be those of the page.
    """
    held = content.find(SnapshotSeries)
    if held is None:
        return None
    images = held.images
    drawn = images.drawn
    return {
        "model": held.model.name,
        "epochs": [round(float(epoch), 6) for epoch in held.epochs],
        "figures": [dict(one) for one in held.figures],
        "history": [dict(row) for row in held.history],
        "best": held.best,
        "pictures": {
            "blob": blobs.add(np.ascontiguousarray(drawn).tobytes()),
            "height": drawn.shape[1],
            "width": drawn.shape[2],
            "channels": drawn.shape[3],
            "ids": image_ids(held),
            "classes": held.classes.tolist(),
            "labelled": held.truth is not None,
            "source": images.source,
            "values": None if held.true_values is None else [round(float(one), 6) for one in held.true_values],
        },
        "range": None if held.range is None else list(held.range),
        "class_names": [score_name(held, i) for i in range(held.answers.shape[2])],
        "answers": blobs.add(held.answers.astype("<f4").tobytes()),
        "heat": _heat(held, blobs),
        "why_no_heat": held.why_no_heat,
        "kernels": [_kernels(held, one, blobs) for one in held.kept],
        "maps": [_maps(held, one, blobs) for one in held.seen],
        "notes": [*held.notes, *images.shown_notes],
    }


def _heat(held: SnapshotSeries, blobs: Blobs) -> dict[str, Any] | None:
    if held.heat is None or held.how is None:
        return None
    moments, images, height, width = held.heat.shape
    rows = held.heat.reshape(moments * images, height, width, 1)
    return {
        "blob": blobs.add(pack_maps(rows, held.how.title)),
        "height": height,
        "width": width,
        "signed": bool(held.how.signed or (held.heat < 0).any()),
        "reach": float(np.abs(held.heat).max()),
        "title": held.how.title,
        "measures": held.how.measures,
        "target": held.how.target,
        "layer": ", ".join(held.how.layers),
    }


def _kernels(held: SnapshotSeries, one: KeptFilters, blobs: Blobs) -> dict[str, Any]:
    values = held.kernels[one.path]
    moments, height, width, inputs, filters = values.shape
    # Kernels of a single cell are shown as one map, with a row per input and a column per unit.
    matrix = height * width == 1
    rows = values.reshape(moments, inputs, filters, 1) if matrix else values.transpose(0, 1, 2, 4, 3)
    tiles = 1 if matrix else inputs * filters
    rows = rows.reshape(moments, *rows.shape[1:3], tiles)
    return {
        "path": one.path,
        "kind": one.kind,
        "blob": blobs.add(pack_maps(rows, f"the kernels of {one.path}")),
        "height": rows.shape[1],
        "width": rows.shape[2],
        "tiles": tiles,
        "matrix": matrix,
        "filters": filters,
        "of_filters": one.of_filters,
        "inputs": inputs,
        "of_inputs": one.of_inputs,
        "shape": list(one.shape),
        "reach": float(np.abs(values).max()),
    }


def _maps(held: SnapshotSeries, one: KeptMaps, blobs: Blobs) -> dict[str, Any]:
    values = held.maps[one.path]
    moments, images, height, width, channels = values.shape
    rows = values.reshape(moments * images, height, width, channels)
    units = height * width == 1
    if units:
        # A row of units is a map with one row.
        rows = rows.reshape(moments * images, 1, channels, 1)
    return {
        "path": one.path,
        "site": one.site,
        "blob": blobs.add(pack_maps(rows, one.path)),
        "height": rows.shape[1],
        "width": rows.shape[2],
        "tiles": rows.shape[3],
        "units": units,
        "channels": channels,
        "of_channels": one.of_channels,
        "shape": list(one.shape),
        "low": float(values.min()),
        "high": float(values.max()),
    }


TRAINING = Section("training", PAGES / "training.js", entry)
