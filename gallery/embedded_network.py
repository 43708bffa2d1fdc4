"""The network in the page: its manifest, with weights in a blob, or the reasons why it is not included."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cnnviz.core.exported_network import Exported, Refusal
from cnnviz.features.predictions import Predictions

from .quantize import Blobs


def network_entry(result: Predictions, blobs: Blobs) -> dict[str, Any] | None:
    """Return the page's ``data.network``; None if the result has no network."""
    if result.network is None:
        return None
    made = result.network()
    if isinstance(made, Exported) and tuple(made.manifest["picture"]) != result.images.shape:
        made = [Refusal("", "pictures", "the images are not of its input size")]
    if not isinstance(made, Exported):
        return refused(made)
    return {"blob": blobs.add(made.weights), "manifest": made.manifest, "refused": []}


def left_out(light: int) -> dict[str, Any]:
    """Return the entry of a page with a size limit."""
    why = f"it would make this page of one layer larger than {light / 1e6:.1f} MB; a page of all layers includes it"
    return refused([Refusal("", "size", why)])


def refused(refusals: list[Refusal]) -> dict[str, Any]:
    """Return the entry of a network that is not included, with the reasons."""
    return {"blob": None, "manifest": None, "refused": [asdict(refusal) for refusal in refusals]}
