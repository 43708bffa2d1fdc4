"""The trials of a grid search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from cnnviz.core.csv_text import Cell
from cnnviz.core.documented import Documented
from cnnviz.core.json_document import SCHEMA_VERSION

from .recipe import RATES
from .result import Trained


@dataclass(frozen=True, eq=False)
class Trial:
    """One combination of settings and its training, None if it diverged in epoch ``diverged``."""

    settings: Mapping[str, Any]
    run: Trained | None
    diverged: int | None = None

    @property
    def best(self) -> Mapping[str, float]:
        """The history's row of the best epoch; empty for a diverged training."""
        return self.run.history[self.run.best - 1] if self.run else {}

    def document(self) -> dict[str, Any]:
        """Return the settings and the outcome; None for each metric of a diverged training."""
        run = self.run
        return {
            **self.settings,
            **{key: self.best.get(key) for key in ("val_accuracy", "val_loss")},
            "best_epoch": run.best if run else None,
            "seconds": round(sum(row["seconds"] for row in run.history), 1) if run else None,
            "path": str(run.folder) if run and run.folder else None,
        }

    def cells(self) -> tuple[str, ...]:
        """Return the settings and the outcome as text."""
        settings = tuple(map(str, self.settings.values()))
        if self.run is None:
            return *settings, f"diverged in epoch {self.diverged}", "–", "–", "–", "–"
        told = self.document()
        measured = f"{told['val_accuracy']:.2%}", f"{told['val_loss']:.4f}"
        return *settings, *measured, str(told["best_epoch"]), f"{told['seconds']:.0f} s", told["path"] or "–"


@dataclass(frozen=True, eq=False)
class Trials(Sequence[Trial], Documented):
    """The trials of a grid, the best on the held-out images first and diverged ones last."""

    kind: ClassVar[str] = "grid"

    trials: tuple[Trial, ...]
    notes: tuple[str, ...] = ()

    def __getitem__(self, which: Any) -> Any:
        return self.trials[which]

    def __len__(self) -> int:
        return len(self.trials)

    def document(self) -> dict[str, Any]:
        """Return settings and outcome of each trial."""
        trials = [trial.document() for trial in self.trials]
        return {"schema_version": SCHEMA_VERSION, "kind": self.kind, "trials": trials}

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield the names of the columns, then a row for each trial."""
        rows = [trial.document() for trial in self.trials]
        yield rows[0].keys()
        yield from (row.values() for row in rows)

    def summary_rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the names of the columns, and settings and outcome of each trial as text."""
        names = (*self.trials[0].settings, "accuracy", "loss", "best epoch", "time", "run")
        return names, *(trial.cells() for trial in self.trials)


def rank_trials(trials: Iterable[Trial], notes: Iterable[str] = ()) -> Trials:
    """Return the trials in order, with notes on how they compare."""
    trials = sorted(
        trials, key=lambda trial: (-trial.best["val_accuracy"], trial.best["val_loss"]) if trial.run else (1, 0)
    )
    of_images = next((trial.run.notes for trial in trials if trial.run), ())
    how = "accuracy and loss are on the held-out images, the same for all"
    return Trials(tuple(trials), (*of_images, *notes, how))


def default_rates_note(optimizers: Sequence[str]) -> str:
    """Return a note on the learning rate that each of several optimizers has by default."""
    usual = ", ".join(f"{name} {RATES[name]:g}" for name in optimizers if name in RATES)
    return f"each optimizer uses its default learning rate: {usual}"
