"""Methods × metrics on one model and one set of images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, ClassVar

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import floats
from cnnviz.core.json_document import SCHEMA_VERSION
from cnnviz.core.paired_test import holm, sign_flip_test
from cnnviz.features.document import finite_or_none
from cnnviz.features.result import Result

from .findings import findings_of
from .verdict import Verdict, verdict_of

#: The controls that a faithful map has to beat: any map at all, and the edges of the image.
RANDOM, EDGES = "random", "edges"
#: Resamplings of an interval, and its level; and the largest corrected p-value of a difference.
ROUNDS, LEVEL, SIGNIFICANT = 2_000, 0.95, 0.05


@dataclass(frozen=True)
class MetricFacts:
    """A metric with its settings as text, ``spec``, and what its values are."""

    spec: str
    name: str
    title: str
    unit: str
    better: str
    asks: str
    paper: str


@dataclass(frozen=True, eq=False)
class Score:
    """A metric of a method's maps, or of a control's.

    ``values`` is float64 (images,), NaN where undefined; ``curve`` (points,) the mean curve over ``at`` (points,), both
    empty without one. ``seconds`` is what the metric took.
    """

    method: str
    metric: str
    values: Annotated[np.ndarray, floats("images", nan=True)]
    curve: Annotated[np.ndarray, floats("points", nan=True)]
    at: Annotated[np.ndarray, floats("points")]
    seconds: float


@dataclass(frozen=True)
class Entry:
    """A score's mean with its 95 % interval, and how much better it is than the controls.

    ``over_random`` and ``over_edges`` are mean paired differences, positive where the method is better, with their
    p-values corrected for the number of methods. NaN where undefined.
    """

    mean: float
    low: float
    high: float
    over_random: float
    p_random: float
    over_edges: float
    p_edges: float

    @property
    def beats_random(self) -> bool:
        """Whether the method is significantly better than a random map."""
        return self.over_random > 0 and self.p_random < SIGNIFICANT

    @property
    def beats_edges(self) -> bool:
        """Whether the method is significantly better than the edges of the image."""
        return self.over_edges > 0 and self.p_edges < SIGNIFICANT


@dataclass(frozen=True, eq=False)
class Trust(Result):
    """Metrics of attribution methods on a model and its images.

    ``methods`` and ``controls`` map a spec to its display name. ``accuracy`` is the model's on the images, None without
    labels, and ``guessing`` the accuracy of the most frequent class. ``images`` is the number of images, ``again`` that
    of those whose maps were computed again for metrics that need it. ``left_out`` says what could not be computed.
    """

    kind: ClassVar[str] = "trust"
    stored_as: ClassVar[str] = "a trust report"
    ascii_only: ClassVar[bool] = False

    model: str
    source: str
    images: int
    again: int
    accuracy: float | None
    guessing: float
    metrics: tuple[MetricFacts, ...]
    methods: Mapping[str, str]
    controls: Mapping[str, str]
    scores: tuple[Score, ...]
    seconds: Mapping[str, float]
    seed: int
    left_out: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        return f"Trust({self.model!r}: {len(self.methods)} methods × {len(self.metrics)} metrics, {self.images} images)"

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be computed, one sentence each."""
        return self.left_out

    @property
    def titles(self) -> Mapping[str, str]:
        """The display name of each method and control."""
        return {**self.methods, **self.controls}

    def find(self, method: str, metric: str) -> Score | None:
        """Return a score; None if it could not be computed."""
        return self._found.get((method, metric))

    def entry(self, method: str, metric: str) -> Entry | None:
        """Return a score's mean and its comparison with the controls; None if it could not be computed."""
        return self._entries.get((method, metric))

    @cached_property
    def _found(self) -> Mapping[tuple[str, str], Score]:
        return {(one.method, one.metric): one for one in self.scores}

    @cached_property
    def _entries(self) -> Mapping[tuple[str, str], Entry]:
        made: dict[tuple[str, str], Entry] = {}
        for metric in self.metrics:
            held = [one for one in self.scores if one.metric == metric.spec]
            sign = 1.0 if metric.better == "high" else -1.0
            tests = [self._against(control, metric.spec, sign, held) for control in (RANDOM, EDGES)]
            for i, one in enumerate(held):
                mean, low, high = _interval(one.values, self.seed)
                (over_random, p_random), (over_edges, p_edges) = (test[i] for test in tests)
                made[one.method, metric.spec] = Entry(mean, low, high, over_random, p_random, over_edges, p_edges)
        return made

    def _against(self, control: str, metric: str, sign: float, held: list[Score]) -> list[tuple[float, float]]:
        """Return the mean advantage of each score over a control's, and its corrected p-value."""
        other = self.find(control, metric)
        if other is None:
            return [(float("nan"), 1.0)] * len(held)
        differences = [sign * (one.values - other.values) for one in held]
        known = [one[~np.isnan(one)] for one in differences]
        tested = [i for i, one in enumerate(held) if one.method in self.methods and len(known[i])]
        p = np.ones(len(held))
        if tested:
            p[tested] = holm(np.array([sign_flip_test(known[i], self.seed) for i in tested]))
        return [(float(one.mean()) if len(one) else float("nan"), float(p[i])) for i, one in enumerate(known)]

    @cached_property
    def verdicts(self) -> Mapping[str, Verdict]:
        """What the metrics say of each method together, the best first."""
        made = [verdict_of(self, method) for method in self.methods]
        return {one.method: one for one in sorted(made, key=lambda one: (not one.faithful, one.rank))}

    @property
    def learned(self) -> bool:
        """Whether the model is known to be right more often than guessing; True without labels."""
        if self.accuracy is None:
            return True
        spread = np.sqrt(self.guessing * (1 - self.guessing) / max(1, self.images))
        return bool(self.accuracy > self.guessing + 2 * spread)

    @property
    def best(self) -> str | None:
        """The method to use, by its spec; None if none is called faithful."""
        first = next(iter(self.verdicts.values()), None)
        return first.method if first is not None and first.faithful else None

    @cached_property
    def findings(self) -> tuple[str, ...]:
        """What the table says, one sentence each, most important first."""
        return findings_of(self)

    def document(self) -> dict[str, Any]:
        """Return metrics, verdicts, entries and findings; no value of a single image."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": self.kind,
            "model": self.model,
            "source": self.source,
            "images": self.images,
            "explained_again": self.again,
            "accuracy": self.accuracy,
            "seed": self.seed,
            "best": self.best,
            "findings": list(self.findings),
            "metrics": [
                {"metric": one.spec, "title": one.title, "unit": one.unit, "better": one.better, "asks": one.asks}
                for one in self.metrics
            ],
            "verdicts": [one.document() for one in self.verdicts.values()],
            "scores": [dict(zip(self._columns(), row, strict=True)) for row in self._rows()],
            "left_out": list(self.left_out),
        }

    def summary_document(self) -> dict[str, Any]:
        """Return the best method and the findings."""
        return {"images": self.images, "best": self.best, "findings": list(self.findings)}

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each metric of each method and control."""
        yield self._columns()
        yield from self._rows()

    @staticmethod
    def _columns() -> tuple[str, ...]:
        ends = ("mean", "low", "high", "over_random", "p_random", "over_edges", "p_edges", "seconds")
        return "method", "control", "metric", *ends

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        for one in self.scores:
            entry = self._entries[one.method, one.metric]
            numbers = [entry.mean, entry.low, entry.high, entry.over_random, entry.p_random]
            numbers += [entry.over_edges, entry.p_edges, one.seconds]
            rounded = (finite_or_none(value) for value in numbers)
            yield (
                one.method,
                one.method in self.controls,
                one.metric,
                *(None if value is None else round(value, 5) for value in rounded),
            )


def _interval(values: np.ndarray, seed: int) -> tuple[float, float, float]:
    """Return a mean over the known values, with its bootstrap interval; NaN without any."""
    known = values[~np.isnan(values)]
    if not len(known):
        return (float("nan"),) * 3
    drawn = np.random.default_rng(seed).integers(0, len(known), (ROUNDS, len(known)))
    low, high = np.quantile(known[drawn].mean(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(known.mean()), float(low), float(high)
