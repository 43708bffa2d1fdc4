"""A larger set, written part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import UsageError

from .console import note, progress
from .datasets import counted, write_preview

if TYPE_CHECKING:
    from cnnviz.data.images import Images


def augmented(
    source: str,
    out: Path,
    preview: Path | None,
    *,
    factor: float,
    test_factor: float | None,
    changes: Sequence[str],
    preset: str | None,
    seed: int,
    quiet: bool,
    force: bool,
    **_: Any,
) -> dict[str, Any]:
    """Open a source, write all its parts larger, and return what was done as a document."""
    from cnnviz.core.registry import parameters
    from cnnviz.data.augmentation.augment import augmented_parts, chosen_changes, fitting_preset, grown_count
    from cnnviz.data.augmentation.preview import preview as previewed
    from cnnviz.data.formats.npz_write import Growing, write_npz
    from cnnviz.data.train_test import open_splits

    if changes and preset:
        raise UsageError("--change and --preset both say what is done; give one of them")
    if changes:
        chosen_changes(changes)
    sets = open_splits(source)
    if test_factor is not None and "test" not in sets:
        raise UsageError(f"{source} is one set without a train and a test part; leave out --test-factor")
    first = next(iter(sets.values()))
    named = preset or ("" if changes else fitting_preset(first))
    applied = chosen_changes(list(changes) or named)
    factors = {split: (test_factor or 1.0) if split == "test" else factor for split in sets}
    counts = {split: grown_count(images, factors[split]) for split, images in sets.items()}
    total, before = sum(counts.values()), 0
    with progress("pictures", quiet) as update:
        growing = {}
        for number, (split, images) in enumerate(sets.items()):
            # The test part has random numbers of its own.
            seeds = (seed, number) if number else (seed,)
            parts = _pictures(augmented_parts(images, factors[split], applied, seed=seeds))
            growing[split] = Growing(counts[split], counted(parts, before, total, update))
            before += counts[split]
        paths = [write_npz(out, growing, force, numbered=True)]
    spelled = ", ".join(" ".join([one.name, *(f"{v:g}" for v in parameters(one).values())]) for one in applied)
    note(f"changes: {spelled}{f' (preset {named})' if named else ''}", quiet)
    for split, images in sets.items():
        made = counts[split] - len(images)
        note(f"{split or 'pictures'}: {len(images):,} as they are and {made:,} changed copies", quiet)
    if preview is not None:
        paths.append(write_preview(previewed(first, applied, seed=seed), preview, quiet, force))
    return {
        "paths": [str(path) for path in paths],
        "preset": named or None,
        "changes": [{"name": one.name, **parameters(one)} for one in applied],
        "seed": seed,
        "sets": {split or "all": {"before": len(images), "after": counts[split]} for split, images in sets.items()},
    }


def _pictures(parts: Iterator[tuple[Any, Images]]) -> Iterator[Images]:
    return (part for _, part in parts)
