"""The patches of occlusion, laid out as the page's engine/occlusion.js and heat/occlusion.js lay them out."""

from __future__ import annotations

import numpy as np

#: A size that needs more patches than this is not taken unasked.
MOST = 1100


def usual_patch(height: int, width: int) -> int:
    """Return the size of a patch, in pixels, that is nearest to a quarter of the image, most often an odd one."""
    side = min(height, width)
    # Odd sizes lie evenly about a pixel.
    offered = {3, 5, 7, 9} | {2 * int((side / part - 1) // 2) + 1 for part in (16, 8, 4, 2)}
    sizes = [size for size in sorted(offered) if 3 <= size <= side / 2 and _count(height, width, size) <= MOST]
    if not sizes:
        return max(1, side // 2)
    return min(sizes, key=lambda size: abs(size - side / 4))


def usual_stride(patch: int) -> int:
    """Return about half a patch, so that the patch lies evenly about its cell."""
    stride = -(-patch // 2)
    if (patch - stride) % 2:
        stride -= 1
    return stride or patch


def coverage(extent: int, patch: int, stride: int) -> np.ndarray:
    """Return which pixels of one axis each cell's patch covers, bool (cells, extent).

    Cells of ``stride`` pixels tile the axis from its start; a patch lies evenly about its cell, cut off at the edges.
    So every pixel is covered at least once.
    """
    first = np.arange(0, extent, stride)[:, None] - (patch - stride) // 2
    pixel = np.arange(extent)
    return (pixel >= first) & (pixel < first + patch)


def _count(height: int, width: int, patch: int) -> int:
    stride = usual_stride(patch)
    return -(-height // stride) * -(-width // stride)
