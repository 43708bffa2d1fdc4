"""``#/ablation``: the cost of removing filters, also shown on the channels' pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from cnnviz.ablation.findings import can_go, everything, evidence, headline, measured_on
from cnnviz.ablation.removal_curves import Curves, Removable
from cnnviz.ablation.removal_orders import TITLES
from cnnviz.ablation.result import Ablation, LayerAblation

from ..content import Content
from ..quantize import Blobs
from ..section import PAGES, Section


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the findings, the curves and the cost of each filter."""
    result = content.find(Ablation)
    if result is None:
        return None
    overall = None
    if result.overall is not None and result.overall_removable is not None:
        whose = everything(result)
        overall = _curves(result.overall, result.overall_removable, whose, result.within)
    # The first findings are on removable filters, per layer; the rest are on single filters.
    heads = 1 + len(result.layers) if overall else len(result.layers)
    return {
        "measured": measured_on(result),
        "within": result.within,
        "accuracy": result.accuracy,
        "loss": _short(result.plain_loss),
        "further": list(result.findings[heads:]) if result.model.scale_settled else [],
        "titles": TITLES,
        "overall": overall,
        "layers": [_layer(layer, result.within) for layer in result.layers.values()],
    }


def _layer(layer: LayerAblation, within: float) -> dict[str, Any]:
    return {
        "path": layer.path,
        "site": layer.site,
        "noun": layer.noun,
        "tied": layer.tied,
        "accuracy": [_list(mode) for mode in layer.accuracy],
        "loss": [_list(mode) for mode in layer.loss],
        "norm": _list(layer.norm),
        "taylor": _list(layer.taylor),
        "ranks": layer.ranks,
        "idle": np.flatnonzero(layer.idle),
        "curves": _curves(layer.curves, layer.removable, f"{layer.noun}s of {layer.path}", within),
    }


def _curves(curves: Curves, found: Removable, whose: str, within: float) -> dict[str, Any]:
    words = can_go(found, whose, within)
    return {
        "counts": curves.counts,
        "accuracy": {name: _list(values) for name, values in curves.accuracy.items()},
        "loss": {name: _list(values) for name, values in curves.loss.items()},
        "random": {
            "accuracy": [_list(values) for values in curves.random_accuracy],
            "loss": [_list(values) for values in curves.random_loss],
        },
        "removable": asdict(found),
        "headline": headline(found, whose, within),
        "evidence": evidence(found),
        "words": words,
    }


def _list(values: np.ndarray) -> list[float]:
    return [_short(value) for value in values]


def _short(value: Any) -> float:
    return float(f"{float(value):.6g}")


ABLATION = Section("ablation", PAGES / "ablation.js", entry)
