"""Digits drawn from fonts, written part by part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from .console import note, progress
from .datasets import counted, write_preview


def digits(
    out: Path,
    preview: Path | None,
    *,
    n: int,
    test_n: int | None,
    fonts: str | None,
    size: int,
    turn: float,
    shift: float,
    noise: float,
    seed: int,
    quiet: bool,
    force: bool,
    **_: Any,
) -> dict[str, Any]:
    """Draw the digits, write them, and return what was done as a document."""
    from cnnviz.data.formats.npz_write import Growing, write_npz
    from cnnviz.data.synthesis.digits import Hand, digit_parts, fonts_words, synth_digits
    from cnnviz.data.synthesis.fonts import usable_fonts
    from cnnviz.data.synthesis.preview import preview as previewed

    held = usable_fonts(fonts)
    note(f"fonts: {fonts_words(held)}", quiet)
    hand = replace(Hand(), turn=turn, shift=shift, noise=noise)
    counts = {"": n} if test_n is None else {"train": n, "test": test_n}
    seeds = {"": (seed,), "train": (seed,), "test": (seed, 1)}
    total, before = sum(counts.values()), 0
    with progress("pictures", quiet) as update:
        growing = {}
        for split, count in counts.items():
            parts = digit_parts(count, fonts=held, size=size, seed=seeds[split], hand=hand)
            growing[split] = Growing(count, counted(parts, before, total, update))
            before += count
        paths = [write_npz(out, growing, force, words={"fonts": [font.name for font in held]})]
    if preview is not None:
        shown = synth_digits(min(n, 300), fonts=held, size=size, seed=seed, hand=hand)
        paths.append(write_preview(previewed(shown), preview, quiet, force))
    return {
        "paths": [str(path) for path in paths],
        "seed": seed,
        "size": size,
        "fonts": [font.name for font in held],
        "sets": {split or "all": count for split, count in counts.items()},
    }
