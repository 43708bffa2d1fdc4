"""A map as colours, alone or laid over its image; the page's overlay.js does the same."""

from __future__ import annotations

import numpy as np

from cnnviz.attribution.result import Attribution
from cnnviz.core.signal import is_flat

from .colour import diverging, viridis

#: How much of the image the strongest cell hides, and how much any cell does of a map whose middle is dark.
COVER, SHADE = 0.75, 0.45


def ramp_of(signed: bool) -> np.ndarray:
    """Return the ramp for maps that can be negative, or cannot, (steps, 3) uint8."""
    return diverging() if signed else viridis()


def signed(one: Attribution) -> bool:
    """Whether a method's maps are drawn about zero."""
    return bool(one.how.signed or (one.maps < 0).any())


def reach(values: np.ndarray) -> float:
    """Return the value of the last colour, the farthest from zero; 0 for a flat map, which says nothing."""
    return 0.0 if is_flat(values) else float(np.abs(values).max())


def coloured(values: np.ndarray, end: float, both: bool, ramp: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the colours of a map (h, w, 3) uint8, and how much of an image each cell hides (h, w), 0 to 1.

    ``end`` is the value of the last colour and ``both`` says that the ramp is centred on zero.
    """
    share = np.clip(values / end, -1 if both else 0, 1) if end > 0 else np.zeros(values.shape)
    step = np.floor((share + 1) / 2 * (len(ramp) - 1) + 0.5) if both else np.floor(share * (len(ramp) - 1) + 0.5)
    size = np.abs(share)
    return ramp[step.astype(int)], SHADE + (COVER - SHADE) * np.sqrt(size) if both else COVER * size


def overlaid(picture: np.ndarray, values: np.ndarray, end: float, both: bool, ramp: np.ndarray) -> np.ndarray:
    """Lay a map over an image (h, w, 3) uint8 of any size, cell by cell."""
    height, width = picture.shape[:2]
    colours, hidden = coloured(values, end, both, ramp)
    rows = ((np.arange(height) + 0.5) * values.shape[0] / height).astype(int)
    columns = ((np.arange(width) + 0.5) * values.shape[1] / width).astype(int)
    share = hidden[np.ix_(rows, columns)][..., None]
    return np.rint(picture + share * (colours[np.ix_(rows, columns)].astype(float) - picture)).astype(np.uint8)
