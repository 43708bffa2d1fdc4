"""Whether the channels of an array of images are its second axis, as in PyTorch, or its last."""

from __future__ import annotations

from cnnviz.core.errors import DataError

from .bands import MOST
from .input_spec import InputSpec


def channels_first(shape: tuple[int, ...], where: str, like: InputSpec | None = None) -> bool:
    """Return whether the shape (n, a, b, c) of images is (n, channels, height, width).

    A last axis of 1 or 3 means channels, then a second one of 1 or 3. Of other numbers that may be channels, the input
    of a model, ``like``, decides, then which reading makes square images. DataError, naming both readings, where both
    are as plausible.
    """
    _, first, second, last = shape
    if last in (1, 3):
        return False
    if like is not None and like.channels not in (1, 3) and (first == like.channels) != (last == like.channels):
        return first == like.channels
    if first in (1, 3) or last > MOST:
        return first <= MOST
    if first > MOST:
        return False
    square_last, square_first = first == second, second == last
    if square_last != square_first:
        return square_first
    if like is not None and like.channels == first == last:
        same_last, same_first = (size == (like.height, like.width) for size in ((first, second), (second, last)))
        if same_last != same_first:
            return same_first
    raise DataError(
        f"{where} has shape {shape}: images of {first}×{second} with {last} channels (then give cnnviz.Images(x)) or "
        f"of {second}×{last} with {first} channels that come first (then give x.transpose(0, 2, 3, 1))?"
    )
