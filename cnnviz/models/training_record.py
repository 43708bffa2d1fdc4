"""The training record in a model's run folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnviz.core.errors import DataError, UsageError
from cnnviz.core.json_document import read_json
from cnnviz.core.packing import from_plain
from cnnviz.data.fit import Fit, fit_from

MODEL, HISTORY, RUN = "model.keras", "history.json", "run.json"


@dataclass(frozen=True)
class TrainingRecord:
    """Class names, scale and recipe of a training, and its history, one mapping per epoch."""

    about: Mapping[str, Any]
    history: tuple[Mapping[str, float], ...]

    @property
    def class_names(self) -> tuple[str, ...]:
        """One name per class, in the order of the outputs."""
        return tuple(self.about["class_names"])

    @property
    def fit(self) -> Fit | None:
        """How the training images were fitted; None if it is not recorded."""
        try:
            return fit_from(self.about.get("fit"))
        except UsageError:
            return None


def model_path(path: Path) -> Path:
    """Return the model of a run folder, or the path itself if it is none."""
    return path / MODEL if (path / RUN).is_file() and (path / MODEL).is_file() else path


def training_record(path: Path) -> TrainingRecord | None:
    """Return the record beside a model trained by cnnviz; None for any other model, or if it cannot be read."""
    if path.name != MODEL:
        return None
    try:
        about = read_json((path.parent / RUN).read_text(encoding="utf-8"))
        if not (isinstance(about["class_names"], list) and about["scale"] == "0-1"):
            return None
        return TrainingRecord(about, tuple(_rows(path.parent)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def run_history(folder: Path) -> tuple[list[Mapping[str, float]], int]:
    """Return the history of a run folder, one mapping an epoch, and its best epoch; DataError if it cannot be read.

    Before its first epoch is written, the best one is 0.
    """
    try:
        rows = _rows(folder)
        if not (folder / RUN).is_file():
            return rows, 0
        return rows, int(read_json((folder / RUN).read_text(encoding="utf-8"))["best_epoch"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"the history in {folder} cannot be read; train again") from error


def _rows(folder: Path) -> list[Mapping[str, float]]:
    columns = read_json((folder / HISTORY).read_text(encoding="utf-8"))["history"]
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return list(from_plain(tuple[dict[str, float], ...], rows))
