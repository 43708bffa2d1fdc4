"""The run folder of a training: model, history, settings and state."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import UsageError
from cnnviz.core.files import make_folder, write_bytes
from cnnviz.models.saved.write import save_model
from cnnviz.models.training_record import HISTORY, MODEL, RUN

from .checkpoint import FILE

if TYPE_CHECKING:
    from .result import Trained


class RunFolder:
    """A run folder, whose files are written atomically.

    ``model.keras`` is the best epoch so far; ``history.json`` has history, parameters and configuration; ``run.json``
    the settings, data and machine; ``state.npz`` the state for resuming.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, resume: bool) -> None:
        """Create the folder; UsageError if it has a training without ``resume``, or one that cannot be resumed."""
        refuse_trained(self.path, [""], resume)
        make_folder(self.path)

    def write(self, trained: Trained, *, model: bool) -> None:
        """Write history and settings, and with ``model`` the network."""
        if model:
            save_model(trained.model, self.path / MODEL)
        config = json.loads(trained.model.to_json())
        self._json(HISTORY, {"history": trained.columns, "params": trained.recipe.document(), "config": config})
        seconds = round(sum(row["seconds"] for row in trained.history), 1)
        ends = {"best_epoch": trained.best, "epochs": len(trained.history), "seconds": seconds}
        self._json(RUN, {**trained.about, **ends})

    def _json(self, name: str, document: Any) -> None:
        write_bytes(self.path / name, (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())


def refuse_trained(out: Path | None, names: Sequence[str], resume: bool) -> None:
    """Raise UsageError if one of these folders in ``out`` has a training, without ``resume``.

    With ``resume`` it is raised for a model without a state, which would be overwritten.
    """
    for place in (out / name for name in names) if out else ():
        there = [file for file in (MODEL, RUN, FILE) if (place / file).exists()]
        if there and not resume:
            raise UsageError(
                f"{place} has a training; resume it with --resume, in Python resume=True, or choose another folder"
            )
        if there and FILE not in there:
            raise UsageError(f"{place} has {there[0]} but no {FILE} to resume from; choose another folder")


def resume_hint(out: Path) -> str:
    """Return what an interrupted training has left in its folder, or several in theirs, and how to resume; else ""."""
    again = "resume with the same command and --resume"
    if (out / MODEL).exists():
        return f"the best model so far is {out / MODEL}; {again}"
    if done := sorted(out.glob(f"*/{MODEL}")):
        return f"the best model so far of each training is in {done[0].parent.parent}, {len(done)} of them; {again}"
    return f"no epoch is done yet; {again}" if any(out.rglob(FILE)) else ""


def environment() -> dict[str, Any]:
    """Return versions, machine and date, as plain data."""
    import keras
    import numpy as np
    import tensorflow

    from cnnviz import __version__

    return {
        "versions": {
            "cnnviz": __version__,
            "python": platform.python_version(),
            "tensorflow": tensorflow.__version__,
            "keras": keras.__version__,
            "numpy": np.__version__,
        },
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
        "date": datetime.now(UTC).date().isoformat(),
    }
