"""A pruned model with what was removed from it and what that cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

from cnnviz.core.csv_text import Cell
from cnnviz.core.documented import Documented
from cnnviz.core.errors import UsageError
from cnnviz.core.json_document import SCHEMA_VERSION
from cnnviz.models.open import file_size
from cnnviz.models.probe import Probe
from cnnviz.models.saved.write import save_model

from .findings import pruned_findings

#: Columns of the table: a row for each layer that has lost filters or that cannot lose any.
COLUMNS = ("layer", "removed", "filters", "unchanged because")


class ModelFile(NamedTuple):
    """The file of a pruned model: its path, its size in bytes, and that of the original's file, None without one."""

    path: Path
    size: int
    original_size: int | None

    @classmethod
    def of(cls, path: Path, original: str | Path) -> Self:
        """Return the file at ``path``; ``original`` is the file, run folder or bundled name of the original model."""
        return cls(path, path.stat().st_size, file_size(original))


@dataclass(frozen=True, eq=False)
class Pruned(Documented):
    """A pruned model. ``probe`` holds it; ``removed`` maps each layer to its removed filters.

    ``before`` and ``after`` are accuracies, ``loss_before`` and ``loss_after`` cross-entropies, on ``pictures`` images
    that were not used for the choice; ``low`` to ``high`` is the 95 % interval of the accuracy lost. ``left_alone``
    maps layers that cannot be pruned to the reason.

    ``save`` writes the model, which ``open_model`` opens. There is no figure and no page: the cost of removing filters
    is shown by ``ablate``, and the pruned model by ``report(pruned.probe, images)``.
    """

    kind: ClassVar[str] = "pruned model"

    probe: Probe
    removed: Mapping[str, tuple[int, ...]]
    parameters_before: int
    before: float
    after: float
    loss_before: float
    loss_after: float
    low: float
    high: float
    pictures: int
    left_alone: Mapping[str, str]

    @property
    def model(self) -> Any:
        """The Keras model."""
        return self.probe.model

    @property
    def parameters(self) -> int:
        """The number of parameters left."""
        return self.probe.card.parameters

    def __repr__(self) -> str:
        gone = ", ".join(f"{len(filters)} of {path}" for path, filters in self.removed.items())
        return f"Pruned({self.parameters_before:,} → {self.parameters:,} parameters; without {gone or 'nothing'})"

    @property
    def findings(self) -> tuple[str, ...]:
        """What was removed, the accuracy before and after, and the layers that cannot be pruned, as sentences."""
        return pruned_findings(self)

    def findings_of(self, file: ModelFile) -> tuple[str, ...]:
        """Return the findings of a model that was saved, with the path and the size of its file."""
        return pruned_findings(self, file)

    def summary_document(self, file: ModelFile | None = None) -> dict[str, Any]:
        """Return the figures as JSON-ready values; with ``file``, its path and its size in bytes too."""
        saved = {} if file is None else {"path": str(file.path), "bytes": _change(file.original_size, file.size)}
        return {
            **saved,
            "removed": {layer: list(filters) for layer, filters in self.removed.items()},
            "left_alone": dict(self.left_alone),
            "parameters": _change(self.parameters_before, self.parameters),
            "accuracy": _change(self.before, self.after),
            "loss": _change(self.loss_before, self.loss_after),
            "lost_interval": [self.low, self.high],
            "pictures": self.pictures,
        }

    def document(self) -> dict[str, Any]:
        """Return the removed filters by layer, and accuracy, loss and parameters before and after."""
        model = {"name": self.probe.card.name, "hash": self.probe.card.hash}
        return {"schema_version": SCHEMA_VERSION, "kind": self.kind, "model": model, **self.summary_document()}

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield COLUMNS, then a row for each layer that has lost filters or that cannot lose any."""
        yield COLUMNS
        for layer, filters in self.removed.items():
            yield layer, len(filters), " ".join(map(str, filters)), None
        for layer, why in self.left_alone.items():
            yield layer, 0, None, why

    def save(self, path: str | Path, force: bool = True) -> Path:
        """Write the model to a .keras file atomically; return the path."""
        place = Path(path)
        if place.suffix.lower() != ".keras":
            raise UsageError(f"{place} is not a .keras file; end its name in .keras")
        save_model(self.model, place, force)
        return place


def _change(before: Any, after: Any) -> dict[str, Any]:
    return {"before": before, "after": after}
