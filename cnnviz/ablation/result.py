"""The result of an ablation, with its provenance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import booleans, floats, integers
from cnnviz.core.packing import from_plain
from cnnviz.core.render import show
from cnnviz.features.document import document_head
from cnnviz.features.predictions import Parts, Predictions
from cnnviz.features.result_file import Base
from cnnviz.features.withheld_findings import findings_on

from .document import measured
from .findings import findings, measured_on
from .removal_curves import Curves, Removable
from .removal_orders import ORDERS
from .table import COLUMNS, rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ARRAYS = ("accuracy", "loss", "norm", "taylor", "idle")


@dataclass(frozen=True, eq=False)
class LayerAblation:
    """The cost of each filter of a layer.

    ``site`` is the step whose output is masked, ``noun`` is "filter" or "unit". ``accuracy`` and ``loss`` are
    (2, filters): accuracy lost (a share) and cross-entropy gained (nats) without each, by MODES. ``norm`` and
    ``taylor`` are (filters,), ``idle`` marks filters whose removal changes the scores of no image. ``curves`` and
    ``removable`` are about removing many; ``tied`` is the reason why the layer cannot be pruned, None if it can.
    """

    path: str
    site: str
    noun: str
    accuracy: Annotated[np.ndarray, floats(2, "filters")]
    loss: Annotated[np.ndarray, floats(2, "filters")]
    norm: Annotated[np.ndarray, floats("filters")]
    taylor: Annotated[np.ndarray, floats("filters")]
    idle: Annotated[np.ndarray, booleans("filters")]
    curves: Curves
    removable: Removable
    tied: str | None = None

    @property
    def count(self) -> int:
        """The number of filters of the layer."""
        return len(self.norm)

    @property
    def ranks(self) -> np.ndarray:
        """The rank of each filter by the loss gained when it is set to zero, (filters,), 1 for the costliest."""
        order = np.argsort(-self.loss[0], kind="stable")
        ranks = np.empty(self.count, np.int64)
        ranks[order] = np.arange(1, self.count + 1)
        return ranks


@dataclass(frozen=True, eq=False)
class Ablation(Predictions):
    """The cost of removing filters, per layer and overall.

    ``choosing`` and ``measuring`` are the positions of the images that set the orders and of those that measure the
    curves. ``overall`` and ``overall_removable`` cover all layers together, with filters numbered in the order of
    ``layers``; None for a single layer. ``plain_loss`` is the cross-entropy of the whole model, and ``within`` the
    accuracy loss that the findings allow. Other fields are those of Predictions.
    """

    kind: ClassVar[str] = "ablation"
    stored_as: ClassVar[str] = "an ablation"
    of_all: ClassVar[bool] = True

    layers: Mapping[str, LayerAblation] = field(kw_only=True)
    choosing: Annotated[np.ndarray, integers("some", below="n")] = field(kw_only=True)
    measuring: Annotated[np.ndarray, integers("others", below="n")] = field(kw_only=True)
    plain_loss: float = field(kw_only=True)
    within: float = field(kw_only=True)
    overall: Curves | None = field(default=None, kw_only=True)
    overall_removable: Removable | None = field(default=None, kw_only=True)

    def __getitem__(self, path: str) -> LayerAblation:
        return self.layers[path]

    def __repr__(self) -> str:
        counts = ", ".join(f"{path}: {layer.count}" for path, layer in self.layers.items())
        return f"Ablation({len(self)} images of {self.images.source!r} by {self.model.name!r}; {counts})"

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings as sentences, most important first; withheld while the input scaling is an assumption."""
        return findings_on(self.model, findings(self))

    @property
    def notes(self) -> tuple[str, ...]:
        """The images that everything was measured on, with a warning if they look like training images."""
        return (measured_on(self),)

    def plot(self, layer: str | None = None) -> Figure:
        """Return a Matplotlib figure of the curves of one layer, or of all layers together."""
        return show(self, "figure", layer=layer)

    def summary_document(self) -> dict[str, Any]:
        """Return the number of images, the accuracy, and the findings."""
        return super().summary_document() | {"accuracy": self.accuracy, "findings": list(self.findings)}

    def document(self) -> dict[str, Any]:
        """Return all that was measured."""
        return document_head(self.kind, self) | measured(self)

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield a row for each filter, the names of the columns first; accuracies are shares, losses nats."""
        yield COLUMNS
        yield from rows(self)

    def _parts(self) -> Parts:
        arrays: dict[str, np.ndarray] = {"choosing": self.choosing, "measuring": self.measuring}
        about = []
        for number, layer in enumerate(self.layers.values()):
            prefix = f"layer{number}."
            arrays |= {prefix + name: getattr(layer, name) for name in _ARRAYS}
            arrays |= _curve_arrays(layer.curves, prefix)
            facts = {name: getattr(layer, name) for name in ("path", "site", "noun", "tied")}
            about.append(facts | {"removable": asdict(layer.removable)})
        overall = None
        if self.overall is not None and self.overall_removable is not None:
            arrays |= _curve_arrays(self.overall, "overall.")
            overall = asdict(self.overall_removable)
        facts = {"layers": about, "overall": overall, "plain_loss": self.plain_loss, "within": self.within}
        return {}, arrays, facts

    @classmethod
    def _of_parts(cls, base: Base, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Self:
        layers = {}
        for number, about in enumerate(facts["layers"]):
            prefix = f"layer{number}."
            path, site, noun = (from_plain(str, about[name]) for name in ("path", "site", "noun"))
            layers[path] = LayerAblation(
                path=path,
                site=site,
                noun=noun,
                tied=from_plain(str | None, about["tied"]),
                curves=_curves(arrays, prefix),
                removable=from_plain(Removable, about["removable"]),
                **{name: arrays[prefix + name] for name in _ARRAYS},
            )
        overall = from_plain(Removable | None, facts["overall"])
        return cls(
            *base,
            layers=layers,
            choosing=arrays["choosing"],
            measuring=arrays["measuring"],
            plain_loss=from_plain(float, facts["plain_loss"]),
            within=from_plain(float, facts["within"]),
            overall=_curves(arrays, "overall.") if overall else None,
            overall_removable=overall,
        )


def _curve_arrays(curves: Curves, prefix: str) -> dict[str, np.ndarray]:
    made = {"counts": curves.counts, "random_accuracy": curves.random_accuracy, "random_loss": curves.random_loss}
    for name in ORDERS:
        made |= {
            f"order.{name}": curves.orders[name],
            f"accuracy.{name}": curves.accuracy[name],
            f"loss.{name}": curves.loss[name],
        }
    return {f"{prefix}curve.{name}": values for name, values in made.items()}


def _curves(arrays: Mapping[str, np.ndarray], prefix: str) -> Curves:
    def of(name: str) -> np.ndarray:
        return arrays[f"{prefix}curve.{name}"]

    per_order = ({name: of(f"{what}.{name}") for name in ORDERS} for what in ("order", "accuracy", "loss"))
    orders, accuracy, loss = per_order
    return Curves(of("counts"), orders, accuracy, loss, of("random_accuracy"), of("random_loss"))
