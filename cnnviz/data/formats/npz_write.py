"""Image sets written as .npz archives part by part, so that they need not fit in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.npz_stream import spool_to
from cnnviz.core.progress import Progress, silent

from ..fit import Fit
from ..images import Images
from .limits import MAX_SET_BYTES, size_words


class Growing(NamedTuple):
    """An image set in parts: the ``total`` number of images, and the ``parts``; only the last part's notes are kept."""

    total: int
    parts: Iterable[Images]


def write_npz(
    path: Path,
    sets: Mapping[str, Growing],
    force: bool = True,
    *,
    numbered: bool = False,
    words: Mapping[str, Sequence[str]] | None = None,
    progress: Progress = silent,
) -> Path:
    """Write sets by split, "train" and "test", or "" for a single one, to ``path``, and return the path.

    The arrays are x_train, y_train, x_test and y_test, or x and y, and arrays of text: class_names, notes, fit where
    images were fitted, and those in ``words``. ``numbered`` adds made_from, each image's number in its source. The same
    parts give the same bytes. ``progress`` counts the images of all sets. UsageError for a set that is too large to
    open again.
    """
    done, of = 0, sum(held.total for held in sets.values())
    with spool_to(path, 0, force) as spool:
        names: tuple[str, ...] = ()
        fit: Fit | None = None
        for split, (total, parts) in sets.items():
            after = f"_{split}" if split else ""
            notes: tuple[str, ...] = ()
            for part in parts:
                check_size(total, part)
                rows = {f"x{after}": part.pixels}
                labels = part.labels if part.label_rows is None else part.label_rows
                if labels is not None:
                    rows[f"y{after}"] = labels
                if numbered:
                    assert part.indices is not None
                    rows[f"made_from{after}"] = part.indices
                spool.append(rows, total)
                names, notes, fit = part.class_names or names, part.notes, part.fit or fit
                done += len(part)
                progress(done, of)
            spool.append_whole(f"notes{after}", np.array(notes, dtype=np.str_))
        fits = (str(fit),) if fit else ()
        for name, held in {"class_names": names, "fit": fits, **(words or {})}.items():
            if held:
                spool.append_whole(name, np.array(held, dtype=np.str_))
    return path


def check_size(count: int, like: Images) -> None:
    """Raise UsageError if ``count`` images of this size and type are too large to open again."""
    total = count * like.pixels.dtype.itemsize * int(np.prod(like.shape))
    if total > MAX_SET_BYTES:
        raise UsageError(
            f"{count:,} images would take {size_words(total)}, more than the {size_words(MAX_SET_BYTES)} that can be "
            "opened again; make fewer"
        )
