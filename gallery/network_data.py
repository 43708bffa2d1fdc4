"""The network in the page: its manifest in the contract, its weights in a blob; or the layers that stand in the way."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cnnviz.core.exported_network import Exported, Refusal
from cnnviz.features.predictions import Predictions

from .quantise import Blobs


def network_entry(result: Predictions, blobs: Blobs) -> dict[str, Any] | None:
    """Return what the page reads as ``data.network``; None where the result does not know its network."""
    if result.network is None:
        return None
    made = result.network()
    if isinstance(made, Exported) and tuple(made.manifest["picture"]) != result.images.shape:
        made = [Refusal("", "pictures", "the images here are not of the size that it takes")]
    if not isinstance(made, Exported):
        return refused(made)
    return {"blob": blobs.add(made.weights), "manifest": made.manifest, "refused": []}


def left_out(light: int) -> dict[str, Any]:
    """Return the entry of a page that must be light."""
    why = f"it would make this page of one layer larger than {light / 1e6:.1f} MB; a page of all layers has it"
    return refused([Refusal("", "size", why)])


def refused(refusals: list[Refusal]) -> dict[str, Any]:
    """Return the entry of a network that stays outside, with what stands in its way."""
    return {"blob": None, "manifest": None, "refused": [asdict(refusal) for refusal in refusals]}
