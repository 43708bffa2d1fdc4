"""Maps in colors, alone or as an overlay of the image; the same as in the page's overlay.js."""

from __future__ import annotations

import numpy as np

from cnnviz.attribution.result import Attribution
from cnnviz.core.signal import is_flat

from .color import diverging, viridis

#: The opacity of the strongest cell, and of every cell of a map with a dark middle.
COVER, SHADE = 0.75, 0.45


def ramp_of(signed: bool) -> np.ndarray:
    """Return the ramp for signed or nonnegative maps, (steps, 3) uint8."""
    return diverging() if signed else viridis()


def signed(one: Attribution) -> bool:
    """Whether a method's maps are drawn centered on zero."""
    return bool(one.how.signed or (one.maps < 0).any())


def reach(values: np.ndarray) -> float:
    """Return the value of the last color, the one farthest from zero; 0 for a flat map."""
    return 0.0 if is_flat(values) else float(np.abs(values).max())


def colored(values: np.ndarray, end: float, both: bool, ramp: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the colors of a map (h, w, 3) uint8, and the opacity of each cell (h, w), 0 to 1.

    ``end`` is the value of the last color; ``both`` means that the ramp is centered on zero.
    """
    share = np.clip(values / end, -1 if both else 0, 1) if end > 0 else np.zeros(values.shape)
    step = np.floor((share + 1) / 2 * (len(ramp) - 1) + 0.5) if both else np.floor(share * (len(ramp) - 1) + 0.5)
    size = np.abs(share)
    return ramp[step.astype(int)], SHADE + (COVER - SHADE) * np.sqrt(size) if both else COVER * size


def overlaid(
    image: np.ndarray,
    values: np.ndarray,
    end: float,
    both: bool,
    ramp: np.ndarray,
    cells: tuple[np.ndarray, np.ndarray] | None = None,
) -> np.ndarray:
    """Return a map as an overlay of an image (h, w, 3) uint8 of any size, cell by cell.

    ``cells`` are the row and the column of the cell over each row and column of the image, -1 where there is none; by
    default the cells share out the whole image.
    """
    height, width = image.shape[:2]
    colors, hidden = colored(values, end, both, ramp)
    if cells is None:
        rows = ((np.arange(height) + 0.5) * values.shape[0] / height).astype(int)
        columns = ((np.arange(width) + 0.5) * values.shape[1] / width).astype(int)
    else:
        rows, columns = cells
    share = hidden[np.ix_(rows, columns)][..., None]
    if cells is not None:
        share = share * ((rows >= 0)[:, None] & (columns >= 0))[..., None]
    return np.rint(image + share * (colors[np.ix_(rows, columns)].astype(float) - image)).astype(np.uint8)
