"""Image files that are found but not read yet."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np


class PictureList(NamedTuple):
    """Picture files in order, what each and the whole are called, classes if any, and what was left out."""

    paths: list[Path]
    names: list[str]
    title: str
    labels: np.ndarray | None = None
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def first(self, limit: int | None) -> PictureList:
        """Return at most ``limit`` of the files; of a set with classes, as many of each as can be."""
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
        )
