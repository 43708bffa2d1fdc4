"""Cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.documented import Documented
from cnnviz.core.errors import DataError, UsageError
from cnnviz.core.json_document import SCHEMA_VERSION
from cnnviz.data.images import Images

from .fit import TrainingProgress
from .recipe import TrainingRecipe
from .resolve_network import Network
from .result import Trained
from .run_folder import refuse_trained
from .train import train_on
from .training_images import check_labeled


@dataclass(frozen=True, eq=False)
class Folds(Documented):
    """One training per fold; ``accuracies`` and ``losses`` (k,) are on the held-out images of each fold."""

    kind: ClassVar[str] = "kfold"

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
        return f"Folds({len(self.runs)}: {self.summary})"

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on the training images."""
        return self.runs[0].notes

    @property
    def summary(self) -> str:
        """Mean and standard deviation over the folds as text."""
        spread = self.accuracies.std(ddof=1)
        return f"{self.accuracies.mean():.2%} ± {100 * spread:.2f} points over {len(self.runs)} folds"

    def document(self) -> dict[str, Any]:
        """Return accuracy and loss of each fold, the mean and standard deviation of the accuracies, and the folders."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": self.kind,
            "accuracies": self.accuracies.tolist(),
            "losses": self.losses.tolist(),
            "mean": float(self.accuracies.mean()),
            "deviation": float(self.accuracies.std(ddof=1)),
            "paths": [None if run.folder is None else str(run.folder) for run in self.runs],
        }

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield the names of the columns, then a row for each fold, from 1."""
        yield "fold", "accuracy", "loss", "path"
        told = self.document()
        columns = (told[name] for name in ("accuracies", "losses", "paths"))
        yield from zip(range(1, len(self.runs) + 1), *columns, strict=True)


def cross_validate(
    network: Network,
    images: Images,
    recipe: TrainingRecipe,
    folds: int = 5,
    *,
    out: Path | None = None,
    resume: bool = False,
    on_step: Callable[[int, TrainingProgress], None] = lambda fold, progress: None,
    on_epoch: Callable[[str, Mapping[str, float]], None] = lambda fold, row: None,
    on_fold: Callable[[Trained], None] = lambda trained: None,
    on_note: Callable[[str], None] = lambda note: None,
) -> Folds:
    """Train once per fold, with the fold's images held out, and return all trainings.

    Folds are stratified. With ``out`` each training has a run folder in it, from fold-1, which ``on_epoch`` gets too.
    ``on_note`` gets the notes before the first training. A fold's images are not used to choose an epoch, which would
    bias the result: the last epoch is measured. UsageError for fewer than two folds and for a recipe with patience,
    DataError if a class has fewer images than folds.
    """
    if folds < 2:
        raise UsageError(f"cross-validation needs at least two folds, not {folds}")
    if recipe.patience:
        raise UsageError("early stopping on a fold's own images would bias the result; leave patience out")
    images = check_labeled(images)
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
            on_note=on_note if fold == 0 else lambda note: None,
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
