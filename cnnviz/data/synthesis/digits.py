"""Synthetic digits: drawn from fonts with random rotation, slant, size, weight, position and noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.class_names import DIGITS
from cnnviz.data.images import Images

from .fonts import usable_fonts
from .glyphs import TALL, TALLEST, Font, Glyph, glyphs_of, margin_of

#: The most digits drawn at once; a multiple of the ten classes.
AT_ONCE = 1000
SIZES = (8, 512)
#: The most values of a set in memory.
MOST_VALUES = 2_000_000_000
#: The most fonts that a note names.
_NAMED = 4


@dataclass(frozen=True)
class Hand:
    """How much digits vary; a pair of values is a range.

    ``turn`` and ``slant`` are the largest angles, in degrees either way. ``shift``, ``height`` and ``stroke`` are
    shares of the image's side: the largest distance from the center, the digit's height, and what is added to each edge
    of its strokes. ``width`` is a factor of its width. ``light`` is the ink's brightness and ``noise`` a standard
    deviation, where 1 is full brightness.
    """

    turn: float = 12.0
    slant: float = 10.0
    shift: float = 0.05
    height: tuple[float, float] = (0.55, 0.75)
    width: tuple[float, float] = (0.85, 1.15)
    stroke: tuple[float, float] = (-0.004, 0.02)
    light: tuple[float, float] = (0.8, 1.0)
    noise: float = 0.02

    def __post_init__(self) -> None:
        for name, value, most in (("turn", self.turn, 180), ("slant", self.slant, 45), ("shift", self.shift, 0.5)):
            if not 0 <= value <= most:
                raise UsageError(f"{name} must be from 0 to {most}, not {value:g}")
        bounds = {"height": (0.1, 1.0), "width": (0.2, 3.0), "stroke": (-0.1, 0.1), "light": (0.0, 1.0)}
        for name, (least, highest) in bounds.items():
            low, high = getattr(self, name)
            if not least <= low <= high <= highest:
                raise UsageError(f"{name} must be two values from {least:g} to {highest:g}, the lower first")
        if not 0 <= self.noise <= 1:
            raise UsageError(f"noise must be from 0 to 1, not {self.noise:g}")


def synth_digits(
    n: int,
    *,
    fonts: str | Path | Sequence[Font] | None = None,
    size: int = 28,
    seed: int = 0,
    hand: Hand | None = None,
    progress: Progress = silent,
) -> Images:
    """Return ``n`` labeled images of digits, uint8 (n, size, size, 1), light on dark, balanced over the classes.

    They are drawn from the fonts of a folder, or of the system, with random rotation, slant, size, weight and position
    (see Hand), never cut off. The same seed and fonts give the same images; ``notes`` name the fonts. UsageError for a
    count or size out of range, DataError if there is no font to draw from.
    """
    if n * size * size > MOST_VALUES:
        raise UsageError(f"{n:,} images are too many at this size; write them to a file part by part")
    parts = []
    for part in digit_parts(n, fonts=fonts, size=size, seed=seed, hand=hand):
        parts.append(part)
        progress(sum(map(len, parts)), n)
    labels = np.concatenate([part.labels for part in parts if part.labels is not None])
    pixels = np.concatenate([part.pixels for part in parts])
    return replace(parts[0], pixels=pixels, labels=labels, indices=np.arange(n))


def digit_parts(
    n: int,
    *,
    fonts: str | Path | Sequence[Font] | None = None,
    size: int = 28,
    seed: int | tuple[int, ...] = 0,
    hand: Hand | None = None,
) -> Iterator[Images]:
    """Yield the result of ``synth_digits`` in parts of at most ``AT_ONCE`` images."""
    if n < 1:
        raise UsageError(f"n must be at least 1, not {n}")
    if not SIZES[0] <= size <= SIZES[1]:
        raise UsageError(f"size must be from {SIZES[0]} to {SIZES[1]} pixels, not {size}")
    held = usable_fonts(fonts) if fonts is None or isinstance(fonts, str | Path) else tuple(fonts)
    case = Case.of(held, max(TALL, min(size, TALLEST)))
    seeds = seed if isinstance(seed, tuple) else (seed,)
    most = max(10, min(AT_ONCE, 2**21 // size**2 // 10 * 10))
    notes = (f"digits drawn from {fonts_words(held)}, seed {seeds[0]}",)
    for start in range(0, n, most):
        count = min(most, n - start)
        rng = np.random.default_rng((*seeds, start))
        # Every ten images hold each digit once, so that any first n are balanced.
        labels = rng.permuted(np.tile(np.arange(10), (-(-count // 10), 1)), axis=1).ravel()[:count]
        which = rng.integers(0, len(held), count)
        pixels = drawn(case, which, labels, size, hand or Hand(), rng)
        yield Images(pixels, labels, DIGITS, "synthetic digits", np.arange(start, start + count), (), notes, 255.0)


def fonts_words(fonts: Sequence[Font]) -> str:
    """Return the number of fonts and the names of the first ones in words."""
    named = ", ".join(font.name for font in fonts[:_NAMED])
    more = f" and {len(fonts) - _NAMED} more" if len(fonts) > _NAMED else ""
    return f"{len(fonts)} font{'' if len(fonts) == 1 else 's'}: {named}{more}"


@dataclass(frozen=True, eq=False)
class Case:
    """The digits of all fonts, ``tall`` pixels high, as distance fields.

    ``values`` holds the fields end to end, ``begins`` where each begins, ``shapes`` (n, 2) their heights and widths,
    and ``outlines`` the points of Glyph.outline.
    """

    tall: int
    values: np.ndarray
    begins: np.ndarray
    shapes: np.ndarray
    outlines: np.ndarray = field(repr=False)

    @classmethod
    def of(cls, fonts: Sequence[Font], tall: int = TALL) -> Case:
        """Draw the ten digits of each font, in order."""
        glyphs: list[Glyph] = [glyph for font in fonts for glyph in glyphs_of(font, tall)]
        sizes = [glyph.field.size for glyph in glyphs]
        return cls(
            tall,
            np.concatenate([glyph.field.ravel() for glyph in glyphs]),
            np.cumsum([0, *sizes[:-1]]),
            np.array([glyph.field.shape for glyph in glyphs]),
            np.stack([glyph.outline for glyph in glyphs]),
        )


def drawn(
    case: Case, which: np.ndarray, labels: np.ndarray, size: int, hand: Hand, rng: np.random.Generator
) -> np.ndarray:
    """Return images, uint8 (n, size, size, 1), of the digits ``labels`` (n,) in the fonts numbered ``which`` (n,)."""
    n, glyphs = len(which), 10 * which + labels
    turns = np.radians(rng.uniform(-hand.turn, hand.turn, n))
    slants = np.tan(np.radians(rng.uniform(-hand.slant, hand.slant, n)))
    scales = rng.uniform(*hand.height, n) * size / case.tall
    widths = rng.uniform(*hand.width, n)
    stroke = rng.uniform(*hand.stroke, n) * size
    # From a point of the glyph (y, x) to one of the image: widen, slant, turn, scale.
    cosine, sine = np.cos(turns), np.sin(turns)
    onward = np.stack([cosine + slants * sine, -sine * widths, sine - slants * cosine, cosine * widths], axis=1)
    onward = onward.reshape(n, 2, 2)
    reached = np.einsum("nij,ndj->ndi", onward, case.outlines[glyphs])
    low, high = reached.min(axis=1), reached.max(axis=1)
    # A digit that would not fit, with its added stroke and a margin of a pixel, is made smaller. Both are wider where
    # the glyph is stretched.
    stretch = np.linalg.norm(onward, ord=2, axis=(1, 2))
    room = (size - 1 - stretch - 2 * stretch * stroke.clip(min=0)).clip(min=1)
    scales = np.minimum(scales, room / (high - low).max(axis=1))
    extent = (high - low) * scales[:, None]
    free = (room[:, None] - extent).clip(min=0) / 2
    # Center of the digit's bounding box: offset as requested, but no digit is cut off.
    middle = size / 2 + np.minimum(free, hand.shift * size) * rng.uniform(-1, 1, (n, 2))
    origin = middle - (low + high) / 2 * scales[:, None]
    back = np.linalg.inv(onward * scales[:, None, None])
    ink = _inked(case, glyphs, origin, back, scales, stroke, size)
    ink *= rng.uniform(*hand.light, n).astype(np.float32)[:, None, None]
    ink += np.float32(hand.noise) * rng.standard_normal(ink.shape, np.float32)
    return np.rint(ink.clip(0, 1) * 255).astype(np.uint8)[..., None]


def _inked(
    case: Case,
    glyphs: np.ndarray,
    origin: np.ndarray,
    back: np.ndarray,
    scales: np.ndarray,
    stroke: np.ndarray,
    size: int,
) -> np.ndarray:
    """Return the share of ink in each pixel, 0 to 1, (n, size, size), from the distance to the outline, bilinear."""
    places = np.arange(size) + 0.5
    y, x = places[None, :, None] - origin[:, 0, None, None], places[None, None, :] - origin[:, 1, None, None]
    shapes = case.shapes[glyphs]
    # In the glyph's own pixels; distances are clipped at its margin.
    v = back[:, 0, 0, None, None] * y + back[:, 0, 1, None, None] * x + (shapes[:, 0, None, None] - 1) / 2
    u = back[:, 1, 0, None, None] * y + back[:, 1, 1, None, None] * x + (shapes[:, 1, None, None] - 1) / 2
    rows, columns = shapes[:, 0, None, None], shapes[:, 1, None, None]
    v, u = v.clip(0, rows - 1.001), u.clip(0, columns - 1.001)
    top, left = v.astype(np.int64), u.astype(np.int64)
    down, right = (v - top).astype(np.float32), (u - left).astype(np.float32)
    at = case.begins[glyphs][:, None, None] + top * columns + left
    values = case.values
    above = values[at] * (1 - right) + values[at + 1] * right
    below = values[at + columns] * (1 - right) + values[at + columns + 1] * right
    distance = above * (1 - down) + below * down
    # The margin is wider than any added stroke, so it is always background.
    added = np.minimum(stroke / scales, margin_of(case.tall) - 3).astype(np.float32)
    edge = (distance + added[:, None, None]) * scales.astype(np.float32)[:, None, None] + np.float32(0.5)
    return np.asarray(edge.clip(0, 1), np.float32)
