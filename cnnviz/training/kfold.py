"""Cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.errors import DataError, UsageError
from cnnviz.data.images import Images

from .fit import Moment
from .recipe import TrainingRecipe
from .resolve_network import Network
from .result import Trained
from .run_folder import refuse_trained
from .train import train_on
from .training_images import labelled


@dataclass(frozen=True, eq=False)
class Folds:
    """One training per fold; ``accuracies`` and ``losses`` (k,) are on the held-out images of each fold."""

    runs: Sequence[Trained]

    @property
    def accuracies(self) -> np.ndarray:
        """Accuracy on the held-out images after each fold's last epoch."""
        return np.array([run.history[-1]["val_accuracy"] for run in self.runs])

    @property
    def losses(self) -> np.ndarray:
        """Mean loss on the held-out images after each fold's last epoch."""
        return np.array([run.history[-1]["val_loss"] for run in self.runs])

    def __repr__(self) -> str:
        return f"Folds({len(self.runs)}: {self.said})"

    @property
    def said(self) -> str:
        """Mean and standard deviation over the folds as text."""
        spread = self.accuracies.std(ddof=1)
        return f"{self.accuracies.mean():.2%} ± {100 * spread:.2f} points over {len(self.runs)} folds"


def cross_validate(
    network: Network,
    images: Images,
    recipe: TrainingRecipe,
    folds: int = 5,
    *,
    out: Path | None = None,
    resume: bool = False,
    on_step: Callable[[int, Moment], None] = lambda fold, moment: None,
    on_epoch: Callable[[str, Mapping[str, float]], None] = lambda fold, row: None,
    on_fold: Callable[[Trained], None] = lambda trained: None,
) -> Folds:
    """Train once per fold, with the fold's images held out, and return all trainings.

    Folds are stratified. With ``out`` each training has a run folder in it, from fold-1, which ``on_epoch`` gets too. A
    fold's images are not used to choose an epoch, which would bias the result: the last epoch is measured. UsageError
    for fewer than two folds and for a recipe with patience, DataError if a class has fewer images than folds.
    """
    if folds < 2:
        raise UsageError(f"cross-validation needs at least two folds, not {folds}")
    if recipe.patience:
        raise UsageError("early stopping on a fold's own images would bias the result; leave patience out")
    images = labelled(images)
    owner = fold_of_each(images, folds, recipe.seed)
    names = [f"fold-{fold + 1}" for fold in range(folds)]
    refuse_trained(out, names, resume)
    runs: list[Any] = []
    for fold in range(folds):
        run = train_on(
            network,
            images.take(np.flatnonzero(owner != fold)),
            images.take(np.flatnonzero(owner == fold)),
            recipe,
            out=out / names[fold] if out else None,
            resume=resume,
            snapshots=False,
            choose=False,
            on_step=partial(on_step, fold),
            on_epoch=partial(on_epoch, names[fold]),
        )
        on_fold(run)
        runs.append(run)
    return Folds(tuple(runs))


def fold_of_each(images: Images, folds: int, seed: int) -> np.ndarray:
    """Return the fold of every image, (n,), stratified by class."""
    assert images.labels is not None
    owner = np.empty(len(images), np.int64)
    rng = np.random.default_rng(seed)
    # Each class continues where the previous one stopped, so that the folds have equal sizes.
    first = 0
    for label, name in enumerate(images.class_names):
        members = rng.permutation(np.flatnonzero(images.labels == label))
        if 0 < len(members) < folds:
            raise DataError(f"class {name!r} has {len(members)} images, too few for {folds} folds")
        owner[members] = (first + np.arange(len(members))) % folds
        first += len(members)
    return owner
