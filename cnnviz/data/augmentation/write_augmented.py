"""Augmentation of a source with all its parts, written to a file part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnviz.core.errors import UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.core.registry import parameters
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.formats.npz_write import Growing, write_npz
from cnnviz.data.image_rows import ImageRows
from cnnviz.data.images import Images
from cnnviz.data.train_test import open_splits
from cnnviz.data.white import WhiteLike

from .augment import augmented_parts, chosen_changes, fitting_preset, grown_count
from .change import Change
from .preview_rows import preview


@dataclass(frozen=True, eq=False)
class Augmented:
    """An augmented set in the file ``path``.

    ``sets`` are the original images by split ("" for a set without parts), ``counts`` the numbers of images written of
    each. ``preset`` is the name of the preset that the ``changes`` are from, "" if they were given one by one.
    """

    path: Path
    sets: Mapping[str, Images]
    counts: Mapping[str, int]
    changes: tuple[Change, ...]
    preset: str
    seed: int

    @property
    def notes(self) -> tuple[str, ...]:
        """The changes with their parameters, and the number of originals and of copies of each split."""
        spelled = ", ".join(
            " ".join([one.name, *(f"{value:g}" for value in parameters(one).values())]) for one in self.changes
        )
        notes = [f"changes: {spelled}" + (f" (preset {self.preset})" if self.preset else "")]
        for split, images in self.sets.items():
            copies = self.counts[split] - len(images)
            notes.append(f"{split or 'images'}: {len(images):,} originals and {copies:,} changed copies")
        return tuple(notes)

    def preview(self) -> ImageRows:
        """Return some images of the first split before and after each change."""
        return preview(next(iter(self.sets.values())), self.changes, seed=self.seed)

    def document(self) -> dict[str, Any]:
        """Return the changes, the seed, and the number of images before and after, as JSON-ready values."""
        return {
            "preset": self.preset or None,
            "changes": [{"name": one.name, **parameters(one)} for one in self.changes],
            "seed": self.seed,
            "sets": {
                split or "all": {"before": len(images), "after": self.counts[split]}
                for split, images in self.sets.items()
            },
        }


def write_augmented(
    source: str | Path,
    path: Path,
    *,
    factor: float = 2.0,
    test_factor: float | None = None,
    changes: Sequence[str | Change] = (),
    preset: str | None = None,
    seed: int = 0,
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    force: bool = True,
    progress: Progress = silent,
) -> Augmented:
    """Write the images of a source and changed copies of them to an .npz file, in memory bounded by one part.

    Of a source with a train and a test part both are written; ``test_factor`` is the ``factor`` of the test part, by
    default 1. Give ``changes`` or the name of a ``preset``; without either the preset suits the classes. ``bands`` are
    drawn in a preview. Other arguments are those of ``augment``. UsageError for contradictory arguments.
    """
    if changes and preset:
        raise UsageError("give changes or a preset, not both")
    if changes:
        # Fail on an unknown change before images are read.
        chosen_changes(changes)
    sets = {split: images.with_bands(bands) for split, images in open_splits(source, fit=fit, white=white).items()}
    if test_factor is not None and "test" not in sets:
        raise UsageError(f"{source} has no train and test part; leave out the test factor")
    named = preset or ("" if changes else fitting_preset(next(iter(sets.values()))))
    applied = chosen_changes(list(changes) or named)
    factors = {split: (test_factor or 1.0) if split == "test" else factor for split in sets}
    counts = {split: grown_count(images, factors[split]) for split, images in sets.items()}
    growing = {}
    for number, (split, images) in enumerate(sets.items()):
        # The test part has its own random numbers.
        seeds = (seed, number) if number else (seed,)
        parts = augmented_parts(images, factors[split], applied, seed=seeds)
        growing[split] = Growing(counts[split], _images(parts))
    write_npz(path, growing, force, numbered=True, progress=progress)
    return Augmented(path, sets, counts, applied, named, seed)


def _images(parts: Iterator[tuple[Any, Images]]) -> Iterator[Images]:
    return (part for _, part in parts)
