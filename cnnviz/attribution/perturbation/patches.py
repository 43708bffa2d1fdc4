"""Occlusion patches, in the same layout as the page's engine/occlusion.js and heat/occlusion.js."""

from __future__ import annotations

import numpy as np

#: The most patches of a default size.
MOST = 1100


def default_patch(height: int, width: int) -> int:
    """Return the default patch size in pixels, near a quarter of the image and mostly odd."""
    side = min(height, width)
    # Odd sizes are symmetric about a pixel.
    offered = {3, 5, 7, 9} | {2 * int((side / part - 1) // 2) + 1 for part in (16, 8, 4, 2)}
    sizes = [size for size in sorted(offered) if 3 <= size <= side / 2 and _count(height, width, size) <= MOST]
    if not sizes:
        return max(1, side // 2)
    return min(sizes, key=lambda size: abs(size - side / 4))


def default_stride(patch: int) -> int:
    """Return about half a patch, so that the patch is symmetric about its cell."""
    stride = -(-patch // 2)
    if (patch - stride) % 2:
        stride -= 1
    return stride or patch


def coverage(extent: int, patch: int, stride: int) -> np.ndarray:
    """Return the pixels of one axis that each cell's patch covers, bool (cells, extent).

    Cells of ``stride`` pixels tile the axis from its start; a patch is centered on its cell and clipped at the
    edges, so every pixel is covered at least once.
    """
    first = np.arange(0, extent, stride)[:, None] - (patch - stride) // 2
    pixel = np.arange(extent)
    return (pixel >= first) & (pixel < first + patch)


def _count(height: int, width: int, patch: int) -> int:
    stride = default_stride(patch)
    return -(-height // stride) * -(-width // stride)
