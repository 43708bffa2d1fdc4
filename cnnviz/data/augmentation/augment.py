"""Augmentation of a set: its images followed by randomly changed copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.bands import BandsLike
from cnnviz.data.class_names import DIGITS
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.open import open_images
from cnnviz.data.white import WhiteLike

from . import geometric, photometric  # noqa: F401 - both enter their changes
from .change import CHANGES, Change, spelled

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike

#: Changes by the name of a preset. "lab" is what source project 000 did: up to 4 pixels, noise, a shifted baseline.
PRESETS = {
    "lab": ("shift:pixels=4", "noise:deviation=0.05", "baseline:most=0.1"),
    "clothes": ("shift:pixels=2", "flip", "rotate:degrees=8", "scale:most=0.1", "brightness:most=0.1"),
    "digits": ("shift:pixels=2", "rotate:degrees=15", "scale:most=0.15", "noise:deviation=0.03"),
}
#: The most images that are changed at once, and the most values in them.
AT_ONCE, VALUES_AT_ONCE = 1024, 2**23
#: The most values of a set in memory.
MOST_VALUES = 2_000_000_000


def augment(
    images: ImagesLike,
    factor: float = 2.0,
    changes: str | Sequence[str | Change] = "clothes",
    *,
    seed: int = 0,
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Images:
    """Return ``factor`` times as many images: the originals, then rounds of changed copies in the same order.

    ``images``, ``fit``, ``bands`` and ``white`` are as in ``open_images``. ``changes`` is the name of a preset ("lab",
    "clothes" or "digits"), or changes in the order in which they are applied, each by name with or without parameters
    ("shift", "rotate 10", "rotate:degrees=10") or as an instance.
    If the last round is incomplete, its images are spread evenly over the set. Copies keep their labels, and
    ``indices`` say which image each was made from. The same seed gives the same set. UsageError for a factor below 1,
    pixels outside 0…1 or 0…255, or a result that would be too large.
    """
    images = open_images(images, fit=fit, bands=bands, white=white)
    count = grown_count(images, factor)
    if count * int(np.prod(images.shape)) > MOST_VALUES:
        raise UsageError(f"{count:,} images are too many at this size; use a smaller factor")
    pixels = np.empty((count, *images.shape), images.pixels.dtype)
    done, last = 0, images
    owners = []
    for owner, last in augmented_parts(images, factor, changes, seed=seed):
        pixels[done : done + len(last)] = last.pixels
        owners.append(owner)
        done += len(last)
        progress(done, count)
    return replace(images.take(np.concatenate(owners or [np.arange(0)])), pixels=pixels, notes=last.notes)


def augmented_parts(
    images: Images, factor: float, changes: str | Sequence[str | Change], *, seed: int | tuple[int, ...] = 0
) -> Iterator[tuple[np.ndarray, Images]]:
    """Yield the result of ``augment`` in parts, each with the positions of the images that it was made from."""
    applied, count = chosen_changes(changes), grown_count(images, factor)
    _check_range(images)
    most = max(1, min(AT_ONCE, VALUES_AT_ONCE // max(1, int(np.prod(images.shape)))))
    whole = count // max(1, len(images)) * len(images)
    seeds = seed if isinstance(seed, tuple) else (seed,)
    copies = count - len(images)
    words = ", ".join(one.name for one in applied)
    noted = images.with_notes(f"{copies:,} changed copies: {words}, seed {seeds[0]}")
    starts = [*range(0, len(images), most), *range(len(images), count, most)]
    for start, stop in zip(starts, [*starts[1:], count], strict=True):
        places = np.arange(start, stop)
        # An incomplete last round is spread over the whole set, so that a set sorted by class stays balanced.
        spread = (places - whole) * len(images) // max(1, count - whole)
        owners = np.where(places < whole, places % len(images), spread)
        part = noted.take(owners)
        if start >= len(images):
            # Each part has its own random stream, so that parts do not depend on those before.
            rng = np.random.default_rng((*seeds, start))
            part = replace(part, pixels=changed(part.pixels, images.peak, applied, rng))
        yield owners, part


def _check_range(images: Images) -> None:
    if images.pixels.dtype != np.uint8 and len(images):
        low, high = float(images.pixels.min()), float(images.pixels.max())
        if low < 0 or high > images.peak:
            raise UsageError(
                f"{images.source} holds values from {low:g} to {high:g}; changes are for pixels of 0 to 1 or 0 to 255"
            )


def grown_count(images: Images, factor: float) -> int:
    """Return the number of images after augmentation by ``factor``; UsageError for a factor below 1."""
    if not 1 <= factor < float("inf"):
        raise UsageError(f"factor must be at least 1, not {factor:g}")
    return round(len(images) * factor)


def chosen_changes(changes: str | Sequence[str | Change]) -> tuple[Change, ...]:
    """Return the changes named by a preset, one change or several; UsageError for none."""
    if isinstance(changes, str):
        changes = PRESETS.get(changes, (changes,))
    if not changes:
        raise UsageError(f"name at least one change: {', '.join(CHANGES)}, or a preset: {', '.join(PRESETS)}")
    return tuple(spelled(one) if isinstance(one, str) else one for one in changes)


def fitting_preset(images: Images) -> str:
    """Return "digits", a preset that does not mirror, if class names begin with "0" to "9", else "clothes"."""
    return "digits" if images.class_names[: len(DIGITS)] == DIGITS else "clothes"


def changed(pixels: np.ndarray, peak: float, changes: Sequence[Change], rng: np.random.Generator) -> np.ndarray:
    """Return changed images of the same dtype, 0…``peak``, in whole numbers where that is over 255.

    Each image's background is the median of its border.
    """
    made = pixels.astype(np.float32) / np.float32(peak)
    edge = np.concatenate([made[:, 0], made[:, -1], made[:, :, 0], made[:, :, -1]], axis=1)
    background = np.median(edge, axis=1).astype(np.float32)
    for _, some in groupby(changes, lambda change: isinstance(change, geometric.Turning)):
        run = list(some)
        factors = [change.factors(len(made), rng) for change in run if isinstance(change, geometric.Turning)]
        if factors:
            made = geometric.turned(made, background, np.prod(factors, axis=0))
            continue
        for change in run:
            made = change(made, background, rng)
    made = np.clip(made, 0, 1) * np.float32(peak)
    if peak > 255:
        # Whole numbers, as these were, so that their range is known again when they are read.
        return np.rint(made)
    return np.asarray(np.rint(made).astype(np.uint8) if pixels.dtype == np.uint8 else made)
