"""When the trainer takes snapshots, and of what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.callbacks.snapshot_folder import NAME
from cnnviz.callbacks.snapshot_recorder import Recorder
from cnnviz.data.images import Images
from cnnviz.models.open import wrap
from cnnviz.models.scale import Scale

#: Images that are watched, and the most snapshots of one training.
PICTURES, MOST = 6, 48
#: Parts that the first epochs are divided into, and those that come after.
PARTS = (8, 4)
LATER = 2


def moments(epochs: int, steps: int, most: int = MOST) -> tuple[int, ...]:
    """Return after how many steps, of ``epochs`` times ``steps``, snapshots are taken, ascending.

    That is before the first step, eight times in the first epoch, four times in the second and twice in each that
    follows; in a long training less often there, at the ends of epochs and at the last always.
    """
    early = {0}
    for epoch in range(min(epochs, len(PARTS))):
        early |= {epoch * steps + max(1, round(steps * part / PARTS[epoch])) for part in range(1, PARTS[epoch] + 1)}
    later = list(range(len(PARTS), epochs))
    room = max(1, most - len(early))
    if len(later) * LATER <= room:
        ends = {epoch * steps + max(1, round(steps * part / LATER)) for epoch in later for part in range(1, LATER + 1)}
    else:
        some = [later[i] for i in np.unique(np.linspace(0, len(later) - 1, min(room, len(later))).round().astype(int))]
        ends = {(epoch + 1) * steps for epoch in some}
    return tuple(sorted(early | ends))


def watched_pictures(training: Images, validation: Images, count: int = PICTURES) -> Images:
    """Return images to watch, of as many classes as can be: held out ones where there are any."""
    images = validation if len(validation) else training
    assert images.labels is not None
    # The first of each class, then the second of each, until there are enough.
    rank = np.zeros(len(images), np.int64)
    for label in np.unique(images.labels):
        members = np.flatnonzero(images.labels == label)
        rank[members] = np.arange(len(members))
    order = np.lexsort((images.labels, rank))
    present = len(np.unique(images.labels))
    if present > count:
        # Spread over the classes rather than the first few.
        order = order[np.linspace(0, present - 1, count).round().astype(int)]
    return images.take(order[:count])


class Watch:
    """Takes the snapshots of one training into its run folder; ``refresh`` brings the weights into ``model``."""

    def __init__(
        self,
        folder: Path,
        model: Any,
        images: Images,
        epochs: int,
        steps: int,
        *,
        name: str,
        about: Mapping[str, Any],
        refresh: Callable[[], None],
    ) -> None:
        scale = Scale("0-1", "recorded when it was trained")
        probe = wrap(model, scale=scale, class_names=images.class_names, name=name, about=about)
        self._recorder = Recorder(folder / NAME, probe, images)
        self._due, self._steps, self._refresh = frozenset(moments(epochs, steps)), steps, refresh

    def begin(self, done: int) -> None:
        """Begin after ``done`` steps; what lies behind, from a run that was killed, is dropped and made again."""
        self._refresh()
        self._recorder.begin(done, unit="steps", steps=self._steps)
        if done == 0:
            self._recorder.record(0, 0.0)

    def step(self, done: int, loss: float, accuracy: float) -> None:
        """Take a snapshot if one is due after ``done`` steps; loss and accuracy are the epoch's so far."""
        if done in self._due:
            self._refresh()
            self._recorder.record(done, done / self._steps, {"loss": loss, "accuracy": accuracy})
