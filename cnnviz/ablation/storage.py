"""An ablation as one .npz file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.features.result_file import read_result, write_parts

from .removal_curves import Curves, Removable
from .removal_orders import ORDERS
from .result import Ablation, LayerAblation

KIND = "an ablation"
_ARRAYS = ("accuracy", "loss", "norm", "taylor", "idle")


def save(result: Ablation, path: Path, force: bool = True) -> Path:
    """Write a result to ``path``."""
    arrays: dict[str, np.ndarray] = {"choosing": result.choosing, "measuring": result.measuring}
    about = []
    for number, layer in enumerate(result.layers.values()):
        prefix = f"layer{number}."
        arrays |= {prefix + name: getattr(layer, name) for name in _ARRAYS}
        arrays |= _curve_arrays(layer.curves, prefix)
        facts = {name: getattr(layer, name) for name in ("path", "site", "noun", "tied")}
        about.append(facts | {"removable": asdict(layer.removable)})
    overall = None
    if result.overall is not None and result.overall_removable is not None:
        arrays |= _curve_arrays(result.overall, "overall.")
        overall = asdict(result.overall_removable)
    facts = {"layers": about, "overall": overall, "plain_loss": result.plain_loss, "within": result.within}
    return write_parts(iter([(result, {}, facts)]), KIND, len(result), path, force, whole=arrays)


def load(path: Path) -> Ablation:
    """Read a file written by ``save``; DataError for any other file."""
    said, arrays, facts = read_result(path, KIND)
    layers = {}
    for number, about in enumerate(facts["layers"]):
        prefix = f"layer{number}."
        layers[about["path"]] = LayerAblation(
            path=about["path"],
            site=about["site"],
            noun=about["noun"],
            tied=about["tied"],
            curves=_curves(arrays, prefix),
            removable=Removable(**about["removable"]),
            **{name: arrays[prefix + name] for name in _ARRAYS},
        )
    overall = facts["overall"]
    return Ablation(
        said.images,
        said.model,
        said.probabilities,
        layers=layers,
        choosing=arrays["choosing"],
        measuring=arrays["measuring"],
        plain_loss=facts["plain_loss"],
        within=facts["within"],
        overall=_curves(arrays, "overall.") if overall else None,
        overall_removable=Removable(**overall) if overall else None,
    )


def _curve_arrays(curves: Curves, prefix: str) -> dict[str, np.ndarray]:
    made = {"counts": curves.counts, "random_accuracy": curves.random_accuracy, "random_loss": curves.random_loss}
    for name in ORDERS:
        made |= {
            f"order.{name}": curves.orders[name],
            f"accuracy.{name}": curves.accuracy[name],
            f"loss.{name}": curves.loss[name],
        }
    return {f"{prefix}curve.{name}": values for name, values in made.items()}


def _curves(arrays: Mapping[str, Any], prefix: str) -> Curves:
    def of(name: str) -> np.ndarray:
        return np.asarray(arrays[f"{prefix}curve.{name}"])

    per_order = ({name: of(f"{what}.{name}") for name in ORDERS} for what in ("order", "accuracy", "loss"))
    orders, accuracy, loss = per_order
    return Curves(of("counts"), orders, accuracy, loss, of("random_accuracy"), of("random_loss"))
