"""The result of a training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from cnnviz.callbacks.snapshot_series import SnapshotSeries, open_snapshots
from cnnviz.core.csv_text import Cell
from cnnviz.core.documented import Documented
from cnnviz.core.errors import UsageError
from cnnviz.core.json_document import SCHEMA_VERSION
from cnnviz.core.number_words import counted
from cnnviz.models.training_record import MODEL

from .recipe import TrainingRecipe

if TYPE_CHECKING:
    import keras
    from matplotlib.figure import Figure

    from cnnviz.models.probe import Probe


def epoch_summary(row: Mapping[str, float]) -> str:
    """Return the metrics of one epoch of a history in a line."""
    said = f"epoch {row['epoch']:.0f}: loss {row['loss']:.4f}, accuracy {row['accuracy']:.2%}"
    if "val_loss" in row:
        said += f", held out: loss {row['val_loss']:.4f}, accuracy {row['val_accuracy']:.2%}"
    return f"{said}, {row['seconds']:.0f} s"


@dataclass(frozen=True, eq=False)
class Trained(Documented):
    """A trained ``model`` with the weights of epoch ``best`` (from 1) and a ``history`` with one mapping per epoch.

    An epoch has the running loss and accuracy, val_loss and val_accuracy if images were held out, the learning rate of
    its last step and its duration in seconds. ``about`` has data, seed, versions and machine; ``folder`` is the run
    folder, which ``open_model`` opens. ``notes`` say what a user of the model must know of its images.

    There is no ``save`` and no page: a training is saved while it runs, by ``out=``, and its page is that of its
    ``snapshots``.
    """

    kind: ClassVar[str] = "trained model"

    name: str
    model: keras.Model
    history: tuple[Mapping[str, float], ...]
    best: int
    recipe: TrainingRecipe
    class_names: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        if not self.history:
            return f"Trained({self.name!r}, no epoch done)"
        row = self.history[self.best - 1]
        measured = row.get("val_accuracy", row["accuracy"])
        where = "validation" if "val_accuracy" in row else "training"
        return f"Trained({self.name!r}, {measured:.2%} on {where} images after epoch {self.best})"

    @property
    def summary(self) -> str:
        """The accuracy of the saved epoch in a sentence, and whether the training stopped early."""
        row = self.history[self.best - 1]
        where = "held-out" if "val_accuracy" in row else "training"
        accuracy = row.get("val_accuracy", row["accuracy"])
        said = f"{accuracy:.2%} of the {where} images correct after epoch {self.best} of {len(self.history)}"
        early = self.recipe.patience > 0 and len(self.history) < self.recipe.epochs
        return (
            f"{said}; stopped early after {counted(self.recipe.patience, 'epoch')} without improvement"
            if early
            else said
        )

    @property
    def columns(self) -> dict[str, list[float]]:
        """The history as one list per metric, as in Keras."""
        names = list(self.history[0]) if self.history else []
        return {name: [row[name] for row in self.history] for name in names}

    def document(self) -> dict[str, Any]:
        """Return the settings, data and machine of the training, and every epoch of its history."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": self.kind,
            "network": self.name,
            "path": self._path,
            "best_epoch": self.best,
            "class_names": list(self.class_names),
            "recipe": self.recipe.document(),
            "history": [dict(row) for row in self.history],
            "notes": list(self.notes),
            "about": dict(self.about),
        }

    def summary_document(self) -> dict[str, Any]:
        """Return the path of the model, the metrics of the saved epoch, and data, seed, versions and machine."""
        row = self.history[self.best - 1]
        return {
            "path": self._path,
            "network": self.name,
            "best_epoch": self.best,
            **row,
            "about": dict(self.about),
        }

    @property
    def _path(self) -> str | None:
        return None if self.folder is None else str(self.folder / MODEL)

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield the names of the metrics, then a row for each epoch."""
        columns = self.columns
        yield columns
        yield from zip(*columns.values(), strict=True)

    def snapshots(self) -> SnapshotSeries:
        """Return the snapshots of the run folder; UsageError without a folder, DataError without snapshots in it."""
        if self.folder is None:
            raise UsageError("a training without a run folder has no snapshots; train with out=")
        return open_snapshots(self.folder)

    def plot(self) -> Figure:
        """Return a Matplotlib figure of the curves; errors are those of ``snapshots``."""
        return self.snapshots().plot()

    def probe(self) -> Probe:
        """Return a probe of the model."""
        from cnnviz.models.open import wrap

        return wrap(self.model, scale="0-1", class_names=self.class_names or None)
