"""Whether an array of three axes is one image or several grayscale ones."""

from __future__ import annotations

from cnnviz.core.errors import DataError

from .bands import MOST
from .input_spec import InputSpec

#: The least side, in pixels, from which the side alone tells an image of several channels.
SMALLEST = 16


def is_one_image(shape: tuple[int, ...], where: str, like: InputSpec | None = None, labels: int | None = None) -> bool:
    """Return whether a shape of three axes is one image (h, w, c) rather than several grayscale ones (n, h, w).

    A last axis of 1 or 3 means channels, unless ``like``, the input of a model, has that width or so many ``labels``
    count the images; one of 2 or 4 to 16 does if ``like`` has so many. DataError, naming both readings, where both are
    plausible.
    """
    first, second, last = shape
    exact = like is not None and like.channels > 1 and shape == (like.channels, like.height, like.width)
    # A color image of another size, since a tensor of PyTorch comes so.
    color = like is not None and like.channels == 3 and first == 3 and last not in (1, 3)
    if (exact or color) and labels is None:
        raise _ambiguous(
            shape,
            where,
            f"one image with its channels first (then give x.transpose(1, 2, 0)) or {first} grayscale images of "
            f"{second}×{last} (then give x[..., None])",
        )
    several = second == last if like is None else (second, last) == (like.height, like.width)
    channels = f"{last} channel{'s' if last > 1 else ''} (then give x[None])"
    gray = f"{first} grayscale images of {second}×{last} (then give x[..., None])"
    if last not in (1, 3):
        if last > MOST or labels not in (None, 1):
            return False
        if like is not None and like.channels == last:
            return True
        # An image is larger than the number of its channels; tiny grayscale ones are no wider than that either.
        if min(first, second) > (last if min(first, second) >= SMALLEST else 3 * last) and not several:
            clear = f"transparency (then give x[..., :{last - 1}]) or " if last in (2, 4) else ""
            raise _ambiguous(shape, where, f"one image of {first}×{second} with {clear}{channels} or {gray}")
        return False
    if (first, second) == (1, last) or labels == first:
        return False
    if labels is not None:
        return labels == 1 and not several
    one = like is None or shape == (like.height, like.width, like.channels)
    if several and one:
        raise _ambiguous(shape, where, f"one image of {first}×{second} with {channels} or {gray}")
    return not several


def _ambiguous(shape: tuple[int, ...], where: str, readings: str) -> DataError:
    return DataError(f"{where} has shape {shape}: {readings}?")
