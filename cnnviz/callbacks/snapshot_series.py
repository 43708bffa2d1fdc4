"""The snapshots of a training, with its curves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

import numpy as np

from cnnviz.attribution.result import Provenance
from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import check_declared, floats
from cnnviz.core.errors import DataError
from cnnviz.core.number_words import counted
from cnnviz.core.reading import reading
from cnnviz.features.document import document_head
from cnnviz.features.predictions import Predictions
from cnnviz.models.training_record import HISTORY, run_history

from .snapshot_folder import NAME, SnapshotFolder
from .snapshot_limits import KeptFilters, KeptMaps
from .snapshot_schema import Snapshot, SnapshotFacts

#: The most snapshots to read of a long training, including the first and the last.
MOST = 60


@dataclass(frozen=True, eq=False)
class SnapshotSeries(Predictions):
    """Snapshots of a training.

    ``epochs`` (f,) are the times of the snapshots, in epochs. ``kernels`` maps a layer's path to float32
    (f, h, w, inputs, filters), ``maps`` to (f, n, h, w, channels), a row of units as (f, n, 1, 1, units); ``kept`` and
    ``seen`` describe the stored part of each layer. ``heat`` is (f, n, h, w), with provenance ``how``, or None for the
    reason ``why_no_heat``. ``answers`` (f, n, classes) are probabilities, ``figures`` the epoch's running loss and
    accuracy, if known. ``history`` has one mapping per epoch, of which ``best`` (from 1) was saved, or 0 if none
    was. ``followed`` is the class, label or output that is tracked for every image, None for each image's own class.
    Other fields are those of Predictions, with the probabilities of the last snapshot; of a regression they and
    ``answers`` are the values of its outputs.
    """

    kind: ClassVar[str] = "training"

    epochs: Annotated[np.ndarray, floats("f")] = field(kw_only=True)
    kernels: Mapping[str, Annotated[np.ndarray, floats("f", "h", "w", "inputs", "filters")]] = field(kw_only=True)
    maps: Mapping[str, Annotated[np.ndarray, floats("f", "n", "h", "w", "channels")]] = field(kw_only=True)
    kept: tuple[KeptFilters, ...] = field(kw_only=True)
    seen: tuple[KeptMaps, ...] = field(kw_only=True)
    heat: Annotated[np.ndarray, floats("f", "n", "h", "w")] | None = field(kw_only=True)
    how: Provenance | None = field(kw_only=True)
    why_no_heat: str = field(kw_only=True)
    answers: Annotated[np.ndarray, floats("f", "n", "classes")] = field(kw_only=True)
    figures: tuple[Mapping[str, float], ...] = field(kw_only=True)
    history: tuple[Mapping[str, float], ...] = field(kw_only=True)
    best: int = field(default=0, kw_only=True)
    notes: tuple[str, ...] = field(default=(), kw_only=True)
    followed: int | None = field(default=None, kw_only=True)

    def __repr__(self) -> str:
        return (
            f"SnapshotSeries({counted(len(self.epochs), 'snapshot')}, {self.epochs[-1]:g} epochs of "
            f"{self.model.name!r}, {counted(len(self), 'image')} of {self.images.source!r})"
        )

    @property
    def classes(self) -> np.ndarray:
        """The class or output that is tracked for each image: the true class, else the last predicted one, (n,)."""
        if self.followed is not None:
            return np.full(len(self), self.followed)
        return self.predicted if self.truth is None else self.truth

    @property
    def true_values(self) -> np.ndarray | None:
        """The true number of each image for the tracked output of a regression, (n,); None if it is not known."""
        rows = self.images.label_rows
        if self.model.head != "regression" or rows is None or rows.shape[1] != self.answers.shape[2]:
            return None
        return rows[np.arange(len(self)), self.classes]

    @property
    def range(self) -> tuple[float, float] | None:
        """The lowest and the highest value of the tracked outputs of a regression; None for classes and labels."""
        if self.model.has_classes:
            return None
        values = self.answers[:, np.arange(len(self)), self.classes]
        return float(values.min()), float(values.max())

    def take(self, positions: Sequence[int] | np.ndarray) -> Self:
        """Return the series for the images at these positions, in this order."""
        chosen = list(positions)
        return replace(
            super().take(positions),
            maps={path: values[:, chosen] for path, values in self.maps.items()},
            heat=None if self.heat is None else self.heat[:, chosen],
            answers=self.answers[:, chosen],
        )

    def document(self) -> dict[str, Any]:
        """Return the curves, and the probabilities of the images in each snapshot; no maps and no weights."""
        assert self.images.indices is not None
        images = [
            {"index": int(number), "class": self.model.score_names[followed]}
            for number, followed in zip(self.images.indices, self.classes, strict=True)
        ]
        moments = [
            {"epoch": round(float(epoch), 6), **figures}
            | {
                "probabilities" if self.model.has_classes else "outputs": [
                    [round(float(share), 6) for share in row] for row in answers
                ]
            }
            for epoch, figures, answers in zip(self.epochs, self.figures, self.answers, strict=True)
        ]
        return document_head(self.kind, self) | {
            "best_epoch": self.best or None,
            "history": [dict(row) for row in self.history],
            "pictures": images,
            "moments": moments,
        }

    def summary_document(self) -> dict[str, Any]:
        """Return the number of snapshots, and the time of the last one in epochs."""
        return {"moments": len(self.epochs), "epochs": float(self.epochs[-1])}

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each epoch; DataError if no epoch is finished."""
        if not self.history:
            raise DataError(
                "no epoch is finished yet, so there are no curves; try again later, or write the page, which needs none"
            )
        columns = list(dict.fromkeys(name for row in self.history for name in row))
        yield columns
        for row in self.history:
            yield [row.get(name) for name in columns]


def open_snapshots(folder: str | Path, *, most: int = MOST) -> SnapshotSeries:
    """Read the snapshots of a training from a run folder, or from a folder of callbacks.Snapshots.

    At most ``most`` snapshots are read, including the first and the last. Snapshots with NaN or infinity are left out,
    as ``notes`` say. DataError if there are none.
    """
    path = Path(folder)
    run = path if (path / NAME).is_dir() else path.parent if path.name == NAME else None
    held = SnapshotFolder(path / NAME if run == path else path)
    said, facts = held.about()
    numbers = held.numbers
    if not numbers:
        raise DataError(f"{held.path} has no snapshot yet; try again once the training has begun")
    some = numbers
    notes = []
    if len(numbers) > most:
        some = [numbers[i] for i in np.linspace(0, len(numbers) - 1, most).round().astype(int)]
        notes.append(f"{len(some)} of {len(numbers)} snapshots")
    frame = facts.frame(len(said), len(said.model.score_names))
    read = [held.read(number, frame) for number in some]
    finite = [one.finite for one in read]
    if not any(finite):
        raise DataError(f"{held.path} has NaN or infinity in every snapshot; retrain with a lower learning rate")
    if not all(finite):
        notes.append(f"left out {counted(finite.count(False), 'snapshot')} with NaN or infinity")
    read = [one for one, good in zip(read, finite, strict=True) if good]
    history, best = _history(run, held)
    with reading(held.path, f"{held.path} holds snapshots of several trainings; train again"):
        series = _series(said, facts, read, history, best, tuple(notes))
        check_declared(series, held.path)
        return series


def _series(
    said: Predictions,
    facts: SnapshotFacts,
    read: Sequence[Snapshot],
    history: Sequence[Mapping[str, float]],
    best: int,
    notes: tuple[str, ...],
) -> SnapshotSeries:
    def stacked(name: str) -> np.ndarray:
        return np.stack([one.arrays[name].astype(np.float32) for one in read])

    kept, seen = facts.filters, facts.maps
    answers = stacked("answers")
    return SnapshotSeries(
        said.images,
        replace(said.model, history=tuple(history)),
        answers[-1],
        epochs=np.array([one.time.epoch for one in read], np.float64),
        kernels={one.path: stacked(f"filters{i}") for i, one in enumerate(kept)},
        maps={one.path: stacked(f"maps{i}") for i, one in enumerate(seen)},
        kept=kept,
        seen=seen,
        heat=None if facts.how is None else stacked("heat"),
        how=facts.how,
        why_no_heat=facts.why_no_heatmaps,
        answers=answers,
        figures=tuple(one.time.figures for one in read),
        history=tuple(history),
        best=best,
        notes=notes,
        followed=facts.followed,
    )


def _history(run: Path | None, held: SnapshotFolder) -> tuple[list[Mapping[str, float]], int]:
    """Return one row per epoch, and the number of the best; none for a training in its first epoch."""
    if run is None or not (run / HISTORY).is_file():
        return list(held.curves()), 0
    return run_history(run)
