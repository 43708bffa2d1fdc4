"""Synthetic digits written to a file part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnviz.core.progress import Progress, silent
from cnnviz.data.formats.npz_write import Growing, write_npz
from cnnviz.data.image_rows import ImageRows

from .digits import Hand, digit_parts, fonts_words, synth_digits
from .fonts import usable_fonts
from .glyphs import Font
from .preview_rows import preview

#: Most digits that a preview chooses from.
PREVIEWED = 300


@dataclass(frozen=True, eq=False)
class WrittenDigits:
    """Digits in the file ``path``: ``counts`` images by split, "" for a set without parts, drawn from ``fonts``."""

    path: Path
    counts: Mapping[str, int]
    fonts: tuple[Font, ...]
    size: int
    seed: int
    hand: Hand

    @property
    def notes(self) -> tuple[str, ...]:
        """The number of fonts and the names of the first ones."""
        return (f"fonts: {fonts_words(self.fonts)}",)

    def preview(self) -> ImageRows:
        """Return some digits of each class."""
        n = min(next(iter(self.counts.values())), PREVIEWED)
        return preview(synth_digits(n, fonts=self.fonts, size=self.size, seed=self.seed, hand=self.hand))

    def document(self) -> dict[str, Any]:
        """Return the seed, the size, the fonts and the number of images, as JSON-ready values."""
        return {
            "seed": self.seed,
            "size": self.size,
            "fonts": [font.name for font in self.fonts],
            "sets": {split or "all": count for split, count in self.counts.items()},
        }


def write_digits(
    path: Path,
    n: int,
    test_n: int | None = None,
    *,
    fonts: str | Path | Sequence[Font] | None = None,
    size: int = 28,
    seed: int = 0,
    hand: Hand | None = None,
    force: bool = True,
    progress: Progress = silent,
) -> WrittenDigits:
    """Write ``n`` digits, and ``test_n`` further ones as a test part, to an .npz file that also names the fonts.

    Memory is bounded by one part of the digits. Other arguments are those of ``synth_digits``.
    """
    held = usable_fonts(fonts) if fonts is None or isinstance(fonts, str | Path) else tuple(fonts)
    hand = hand or Hand()
    counts = {"": n} if test_n is None else {"train": n, "test": test_n}
    seeds = {"": (seed,), "train": (seed,), "test": (seed, 1)}
    growing = {
        split: Growing(count, digit_parts(count, fonts=held, size=size, seed=seeds[split], hand=hand))
        for split, count in counts.items()
    }
    write_npz(path, growing, force, words={"fonts": [font.name for font in held]}, progress=progress)
    return WrittenDigits(path, counts, held, size, seed, hand)
