"""Image files that are found but not read yet."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np


class ImageList(NamedTuple):
    """Image files in order: their ``paths``, a name for each, and a ``title`` for the whole.

    ``labels`` is (n,) int64 into ``class_names``, or None, and ``label_rows`` as in Images; ``notes`` says what was
    left out.
    """

    paths: list[Path]
    names: list[str]
    title: str
    labels: np.ndarray | None = None
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    label_rows: np.ndarray | None = None

    def first(self, limit: int | None) -> ImageList:
        """Return at most ``limit`` of the files, the first ones; with labels, balanced over the classes."""
        if limit is None or limit >= len(self.paths):
            return self
        if self.labels is None:
            chosen = np.arange(limit)
        else:
            # The rank of a file within its class decides, so that a short list still shows every class.
            ranks = np.concatenate([np.arange(count) for count in np.bincount(self.labels)])
            by_class = np.argsort(self.labels, kind="stable")
            order = by_class[np.argsort(ranks, kind="stable")]
            chosen = np.sort(order[:limit])
        return self._replace(
            paths=[self.paths[i] for i in chosen],
            names=[self.names[i] for i in chosen],
            labels=None if self.labels is None else self.labels[chosen],
            label_rows=None if self.label_rows is None else self.label_rows[chosen],
        )
