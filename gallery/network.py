"""The network in the page: its manifest in the contract, its weights in a blob; or the layers that stand in the way."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cnnviz.core.network import Exported, Refusal
from cnnviz.features.activations import Activations

from .pack import Blobs


def network_entry(result: Activations, blobs: Blobs) -> dict[str, Any] | None:
    """Return what the page reads as ``data.network``; None where the result does not know its network."""
    if result.network is None:
        return None
    made = result.network()
    if isinstance(made, Exported) and tuple(made.manifest["picture"]) != result.images.shape:
        made = [Refusal("", "pictures", "the pictures here are not of the size that it takes")]
    if not isinstance(made, Exported):
        return {"blob": None, "manifest": None, "refused": [asdict(refusal) for refusal in made]}
    return {"blob": blobs.add(made.weights), "manifest": made.manifest, "refused": []}
