"""Whether an array of three axes is one image or several grayscale ones."""

from __future__ import annotations

from cnnviz.core.errors import DataError

from .input_spec import InputSpec


def is_one_image(shape: tuple[int, ...], where: str, like: InputSpec | None = None, labels: int | None = None) -> bool:
    """Return whether a shape of three axes is one image (h, w, c) rather than several grayscale ones (n, h, w).

    A last axis of 1 or 3 means channels, unless ``like``, the input of a model, has that width or so many ``labels``
    count the images. DataError, naming both readings, where both are as plausible, and for a last axis of 2 or 4 that
    may hold transparency.
    """
    first, second, last = shape
    narrow = second != last if like is None else (second, last) != (like.height, like.width)
    if last in (2, 4) and min(first, second) > 3 * last and narrow and labels in (None, 1):
        raise _ambiguous(
            shape,
            where,
            f"one image of {first}×{second} with transparency (then give x[..., :{last - 1}]) or {first} grayscale "
            f"images of {second}×{last} (then give x[..., None])",
        )
    color = like is not None and like.channels == 3 and first == 3 and labels is None
    if color and (last not in (1, 3) or not narrow):
        raise _ambiguous(
            shape,
            where,
            f"one image with its channels first (then give x.transpose(1, 2, 0)) or 3 grayscale images of "
            f"{second}×{last} (then give x[..., None])",
        )
    if last not in (1, 3) or (first, second) == (1, last) or labels == first:
        return False
    several = second == last if like is None else (second, last) == (like.height, like.width)
    if labels is not None:
        return labels == 1 and not several
    one = like is None or shape == (like.height, like.width, like.channels)
    if several and one:
        raise _ambiguous(
            shape,
            where,
            f"one image of {first}×{second} with {last} channel{'s' if last > 1 else ''} (then give x[None]) or "
            f"{first} grayscale images of {second}×{last} (then give x[..., None])",
        )
    return not several


def _ambiguous(shape: tuple[int, ...], where: str, readings: str) -> DataError:
    return DataError(f"{where} has shape {shape}: {readings}?")
