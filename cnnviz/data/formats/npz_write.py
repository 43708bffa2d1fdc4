"""Sets written as NumPy archives that open_npz opens again, part by part, so that they need not fit in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.npz_stream import spooled

from ..images import Images
from .limits import MAX_SET_BYTES, size_words


class Growing(NamedTuple):
    """A set that comes in parts: how many pictures there will be, and the parts. Notes are those of the last one."""

    total: int
    parts: Iterable[Images]


def write_npz(
    path: Path,
    sets: Mapping[str, Growing],
    force: bool = True,
    *,
    numbered: bool = False,
    words: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """Write sets by split, "train" and "test", or "" for one alone, to ``path``, and return it.

    The arrays are x_train, y_train, x_test and y_test, or x and y; class_names and notes are words beside them, and so
    are ``words``. ``numbered`` adds each picture's number in its source as made_from. The same parts give the same
    bytes. UsageError for a set too large to be opened again.
    """
    with spooled(path, 0, force) as spool:
        names: tuple[str, ...] = ()
        for split, (total, parts) in sets.items():
            after = f"_{split}" if split else ""
            notes: tuple[str, ...] = ()
            for part in parts:
                check_size(total, part)
                rows = {f"x{after}": part.pixels}
                if part.labels is not None:
                    rows[f"y{after}"] = part.labels
                if numbered:
                    assert part.indices is not None
                    rows[f"made_from{after}"] = part.indices
                spool.append(rows, total)
                names, notes = part.class_names or names, part.notes
            spool.append_whole(f"notes{after}", np.array(notes, dtype=np.str_))
        for name, held in {"class_names": names, **(words or {})}.items():
            if held:
                spool.append_whole(name, np.array(held, dtype=np.str_))
    return path


def check_size(count: int, like: Images) -> None:
    """Raise UsageError if so many pictures of this size are more than a reader takes."""
    total = count * like.pixels.dtype.itemsize * int(np.prod(like.shape))
    if total > MAX_SET_BYTES:
        raise UsageError(
            f"{count:,} pictures would take {size_words(total)}, more than the {size_words(MAX_SET_BYTES)} that can be "
            "opened again; make fewer"
        )
