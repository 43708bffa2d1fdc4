"""A larger set from a set: its pictures, and changed copies of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.images import Images

from . import geometry, light  # noqa: F401 - they enter their changes
from .change import CHANGES, Change

#: Changes by the name of a preset. "lab" is what source project 000 did: up to 4 pixels, noise, a shifted baseline.
PRESETS = {
    "lab": ("shift:pixels=4", "noise:deviation=0.05", "baseline:most=0.1"),
    "clothes": ("shift:pixels=2", "flip", "rotate:degrees=8", "scale:most=0.1", "brightness:most=0.1"),
    "digits": ("shift:pixels=3", "rotate:degrees=15", "scale:most=0.15", "noise:deviation=0.03"),
}
#: Pictures that are changed at once.
AT_ONCE = 1024
#: Values that a set may have.
MOST_VALUES = 2_000_000_000


def augment(
    images: Images,
    factor: float = 2.0,
    changes: str | Sequence[str | Change] = "clothes",
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Images:
    """Return ``factor`` times as many pictures: all of them, then changed copies in the same order, over and over.

    ``changes`` are the name of a preset, or changes in the order in which they are applied, each by name with or
    without parameters ("shift", "rotate:degrees=10") or as an instance. Copies keep their labels, and ``indices`` say
    which picture each was made from. The same seed gives the same set. UsageError for a factor below 1, or a result
    that would be too large.
    """
    applied = chosen_changes(changes)
    count = round(len(images) * factor)
    if not factor >= 1:
        raise UsageError(f"factor must be at least 1, not {factor:g}")
    if count * int(np.prod(images.shape)) > MOST_VALUES:
        raise UsageError(f"{count:,} pictures are too many at this size; use a smaller factor")
    owners = np.arange(count) % max(1, len(images))
    pixels = np.empty((count, *images.shape), images.pixels.dtype)
    pixels[: len(images)] = images.pixels
    for start in range(len(images), count, AT_ONCE):
        part = slice(start, min(start + AT_ONCE, count))
        # A stream of random numbers of its own for each part, so that parts do not depend on what came before.
        rng = np.random.default_rng((seed, start))
        pixels[part] = changed(images.pixels[owners[part]], images.peak, applied, rng)
        progress(part.stop - len(images), count - len(images))
    assert images.indices is not None
    how = f"{count - len(images):,} changed copies: {', '.join(one.name for one in applied)}, seed {seed}"
    return Images(
        pixels,
        None if images.labels is None else images.labels[owners],
        images.class_names,
        images.source,
        images.indices[owners],
        tuple(images.names[i] for i in owners) if images.names else (),
        (*images.notes, how),
        images.peak,
    )


def chosen_changes(changes: str | Sequence[str | Change]) -> tuple[Change, ...]:
    """Return instances of what is spelled: a preset's name, one change, or several."""
    if isinstance(changes, str):
        changes = PRESETS.get(changes, (changes,))
    if not changes:
        raise UsageError(f"name at least one change: {', '.join(CHANGES)}, or a preset: {', '.join(PRESETS)}")
    return tuple(CHANGES.make(one) if isinstance(one, str) else one for one in changes)


def changed(pixels: np.ndarray, peak: float, changes: Sequence[Change], rng: np.random.Generator) -> np.ndarray:
    """Return changed pictures of the same type, within 0…``peak``; the background of each is its border's median."""
    made = pixels.astype(np.float32) / np.float32(peak)
    edge = np.concatenate([made[:, 0], made[:, -1], made[:, :, 0], made[:, :, -1]], axis=1)
    background = np.median(edge, axis=1).astype(np.float32)
    for change in changes:
        made = change(made, background, rng)
    made = np.clip(made, 0, 1) * np.float32(peak)
    return np.asarray(np.rint(made).astype(np.uint8) if pixels.dtype == np.uint8 else made)
