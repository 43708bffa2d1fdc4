"""Which pixel values a network was trained on, by the range that they have at its first weights."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from .front import Front
from .scale import SCALES

#: Pixel values that a front may expect, by the name of the scale: black and white.
INPUTS: dict[str, tuple[float, float]] = {"0-255": (0.0, 255.0), "0-1": (0.0, 1.0), "-1-1": (-1.0, 1.0)}

#: Ranges that networks are trained on, by name: what black and white become in each channel.
USUAL: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "0 to 1": ((0.0,), (1.0,)),
    "−1 to 1": ((-1.0,), (1.0,)),
    "−0.5 to 0.5": ((-0.5,), (0.5,)),
    "0 to 255": ((0.0,), (255.0,)),
    "−127.5 to 127.5": ((-127.5,), (127.5,)),
}
#: How far an end of a usual range may be off, as a share of its width: 127.5 and 128, 255 and 256 are the same.
NEAR = 0.01
#: The least share of the range at the first weights that each quarter of the pixels' range becomes. Steps that
#: saturate, such as tanh, ReLU or a clip, turn much of a range that they were not made for into one value.
QUARTER = 0.01
#: Widths of ranges around 0 that standardization with the moments of natural images gives.
NARROWEST, WIDEST = 1.5, 9.0


def described(low: np.ndarray, high: np.ndarray) -> str | None:
    """Return the name of a usual range, "standardized values" for one that standardization gives, or None."""
    for name, (black, white) in _all_usual().items():
        if len(black) not in (1, len(low)):
            continue
        width = np.subtract(white, black)
        if (np.abs(low - black) <= NEAR * width).all() and (np.abs(high - white) <= NEAR * width).all():
            return name
    width = high - low
    inside = (low < -0.1 * width) & (high > 0.25 * width)
    return "standardized values" if ((width >= NARROWEST) & (width <= WIDEST) & inside).all() else None


@cache
def _all_usual() -> dict[str, tuple[tuple[float, ...], tuple[float, ...]]]:
    """Return the usual ranges, with those of ImageNet in both orders of the channels."""
    ranges = dict(USUAL)
    for name, scale in SCALES.items():
        if len(scale.mean) == 3:
            black, white = scale.shift, tuple(f + s for f, s in zip(_three(scale.factor), scale.shift, strict=True))
            own, other = ("BGR", "RGB") if scale.bgr else ("RGB", "BGR")
            ranges[f"{name}, {own}"] = black, white
            ranges[f"{name}, {other}"] = black[::-1], white[::-1]
    return ranges


def _three(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(np.broadcast_to(values, 3).tolist())


def saturates(front: Front, low: float, high: float) -> bool:
    """Return whether a quarter of the grays from ``low`` to ``high`` arrive at the first weights as one value."""
    grays = np.linspace(low, high, 5)
    arrived = front.arriving(np.outer(grays, np.ones(front.channels)))
    steps = np.abs(np.diff(arrived, axis=0))
    return bool((steps < QUARTER * np.abs(arrived[-1] - arrived[0])).any())


def expected_inputs(front: Front) -> dict[str, str]:
    """Return the scales under which a usual range arrives at the first weights, with the name of that range.

    Those with an exactly usual range come alone; "0 to 255" and standardized ones count only if there is none.
    """
    found = {}
    for name, (low, high) in INPUTS.items():
        black, white = front.range_for(low, high)
        arrived = described(black, white)
        # A range that stays as it was shows nothing. Neither does −1 to 1 that stays symmetric, as any factor keeps it.
        width = high - low
        same = (np.abs(black - low) <= NEAR * width).all() and (np.abs(white - high) <= NEAR * width).all()
        symmetric = low == -high and (np.abs(black + white) <= NEAR * np.abs(white - black)).all()
        if arrived is not None and not same and not symmetric and not saturates(front, low, high):
            found[name] = arrived
    for loose in (("standardized values",), ("0 to 255", "−127.5 to 127.5")):
        exact = {name: arrived for name, arrived in found.items() if arrived not in loose}
        if exact:
            found = exact
    return found
