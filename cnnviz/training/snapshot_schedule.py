"""The schedule of snapshots during training, and the images to watch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.callbacks.snapshot_folder import NAME
from cnnviz.callbacks.snapshot_recorder import Recorder
from cnnviz.data.images import Images
from cnnviz.models.input_scale.scale import Scale
from cnnviz.models.open import wrap

#: Images to watch, and the most snapshots of one training.
PICTURES, MOST = 6, 48
#: Snapshots per epoch for the first epochs, and for later ones.
PARTS = (8, 4)
LATER = 2


def snapshot_steps(epochs: int, steps: int, most: int = MOST) -> tuple[int, ...]:
    """Return the step counts, of ``epochs`` times ``steps``, at which snapshots are taken, ascending.

    These are before the first step, eight times in the first epoch, four times in the second and twice in later ones;
    in a long training less often, at the ends of epochs and always at the last.
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
    """Return images to watch, of as many classes as possible, held-out ones if there are any."""
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
        # Spread over all classes.
        order = order[np.linspace(0, present - 1, count).round().astype(int)]
    return images.take(order[:count])


class Watch:
    """Writes the snapshots of one training to its run folder; ``refresh`` copies the weights into ``model``."""

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
        self._due, self._steps, self._refresh = frozenset(snapshot_steps(epochs, steps)), steps, refresh

    def begin(self, done: int) -> None:
        """Begin after ``done`` steps; later snapshots of a killed run are deleted and taken again."""
        self._refresh()
        self._recorder.begin(done, unit="steps", steps=self._steps)
        if done == 0:
            self._recorder.record(0, 0.0)

    def step(self, done: int, loss: float, accuracy: float) -> None:
        """Take a snapshot if one is due after ``done`` steps, with the epoch's running loss and accuracy."""
        if done in self._due:
            self._refresh()
            self._recorder.record(done, done / self._steps, {"loss": loss, "accuracy": accuracy})
