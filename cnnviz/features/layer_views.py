"""The views available for a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnviz.core.model_card import LayerInfo

_KERNELS = frozenset("Conv2D Conv2DTranspose Dense DepthwiseConv2D SeparableConv2D".split())


def views(layer: LayerInfo) -> tuple[str, ...]:
    """Return a layer's views, of "maps", "units", "kernels" and "heatmap" (a target layer of Grad-CAM)."""
    found = ["maps"] if layer.spatial else ["units"]
    if layer.kind in _KERNELS:
        found.append("kernels")
    if layer.spatial and layer.shape[0] * layer.shape[1] > 1:
        found.append("heatmap")
    return tuple(found)
