"""How often each method found each known answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, ClassVar

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import booleans, floats, integers
from cnnviz.core.json_document import SCHEMA_VERSION
from cnnviz.core.paired_test import holm, sign_flip_test
from cnnviz.features.result import Result

from .findings import finding_about, findings_of

#: The control that a method has to beat: the edges of the image, which no network has a part in.
EDGES = "edges"
#: Resamplings of an interval, and its level; and the largest corrected p-value of a difference.
ROUNDS, LEVEL, SIGNIFICANT = 2_000, 0.95, 0.05


@dataclass(frozen=True, eq=False)
class Solved:
    """A problem with the network that solves it.

    ``accuracy`` is the network's on new images; ``learned`` is whether that is enough to ask it for explanations.
    ``chance`` is the mean share of an image that the truth covers, which is what a constant map scores. ``facts`` are
    shares that show what the network uses. ``image`` is one image, uint8 (h, w, c), and ``truth`` its known answer.
    """

    name: str
    title: str
    words: str
    measure: str
    present: bool
    accuracy: float
    learned: bool
    count: int
    chance: float
    facts: Mapping[str, float]
    image: Annotated[np.ndarray, integers("h", "w", "c")]
    truth: Annotated[np.ndarray, booleans("h", "w")]


@dataclass(frozen=True, eq=False)
class Scores:
    """The scores of a method, or of a control, on one problem, a number from 0 to 1 for each image.

    ``precision``, ``mass`` and ``pointing`` are those of found_share.py. ``example`` is its evidence on the problem's
    image, uint8 (h, w), 255 for the strongest pixel. ``seconds`` is what all maps took.
    """

    problem: str
    method: str
    title: str
    control: bool
    precision: Annotated[np.ndarray, floats("images")]
    mass: Annotated[np.ndarray, floats("images")]
    pointing: Annotated[np.ndarray, floats("images")]
    example: Annotated[np.ndarray, integers("h", "w")]
    seconds: float

    def of(self, measure: str) -> np.ndarray:
        """Return the scores by "precision", "mass" or "pointing"."""
        found: np.ndarray = getattr(self, measure)
        return found


@dataclass(frozen=True)
class Entry:
    """A method's mean score on a problem with its 95 % interval, and its difference from the edges of the image.

    ``p`` is of that difference, corrected for the number of methods, and ``beats_edges`` is whether the method finds
    significantly more. ``fooled`` is whether it finds more than chance in what the network ignores.
    """

    mean: float
    low: float
    high: float
    over_edges: float
    p: float
    beats_edges: bool
    fooled: bool


@dataclass(frozen=True, eq=False)
class Arena(Result):
    """Problems with known answers × attribution methods.

    ``problems`` has the problems with their networks, ``scores`` an entry for each method and control on each of them,
    and ``left_out`` what could not be computed, a sentence each. ``count`` is the most images of a problem and ``seed``
    that of everything random.
    """

    kind: ClassVar[str] = "arena"
    stored_as: ClassVar[str] = "an arena"
    ascii_only: ClassVar[bool] = False

    problems: tuple[Solved, ...]
    scores: tuple[Scores, ...]
    count: int
    seed: int
    left_out: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        return f"Arena({len(self.methods)} methods on {len(self.problems)} problems, up to {self.count} images of each)"

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be computed, one sentence each."""
        return self.left_out

    @cached_property
    def methods(self) -> tuple[str, ...]:
        """The methods, in order, without the controls."""
        return tuple(dict.fromkeys(one.method for one in self.scores if not one.control))

    @cached_property
    def controls(self) -> tuple[str, ...]:
        """The controls, in order."""
        return tuple(dict.fromkeys(one.method for one in self.scores if one.control))

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """The display name of each method and control."""
        return {one.method: one.title for one in self.scores}

    def find(self, method: str, problem: str) -> Scores | None:
        """Return a method's scores on a problem; None if they could not be computed."""
        return self._found.get((method, problem))

    def entry(self, method: str, problem: str) -> Entry | None:
        """Return a method's mean score on a problem; None if it could not be computed."""
        return self._entries.get((method, problem))

    @cached_property
    def _found(self) -> Mapping[tuple[str, str], Scores]:
        return {(one.method, one.problem): one for one in self.scores}

    @cached_property
    def _entries(self) -> Mapping[tuple[str, str], Entry]:
        made: dict[tuple[str, str], Entry] = {}
        for problem in self.problems:
            held = [one for one in self.scores if one.problem == problem.name]
            edges = self.find(EDGES, problem.name)
            differences = [
                np.zeros(1) if edges is None else one.of(problem.measure) - edges.of(problem.measure) for one in held
            ]
            tested = [i for i, one in enumerate(held) if not one.control]
            p = np.ones(len(held))
            if tested:
                p[tested] = holm(np.array([sign_flip_test(differences[i], self.seed) for i in tested]))
            for one, difference, chance in zip(held, differences, p, strict=True):
                values = one.of(problem.measure)
                low, high = _interval(values, self.seed)
                better = problem.present and difference.mean() > 0 and chance < SIGNIFICANT
                made[one.method, problem.name] = Entry(
                    mean=float(values.mean()),
                    low=low,
                    high=high,
                    over_edges=float(difference.mean()),
                    p=float(chance),
                    beats_edges=bool(better),
                    fooled=not problem.present and low > problem.chance,
                )
        return made

    @cached_property
    def findings(self) -> tuple[str, ...]:
        """What all problems together say, one sentence each, most important first."""
        return findings_of(self)

    def finding(self, problem: Solved) -> str:
        """Return what the scores on one of the problems say, in a sentence."""
        return finding_about(self, problem)

    def document(self) -> dict[str, Any]:
        """Return problems, entries and findings; no image and no single score."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": self.kind,
            "count": self.count,
            "seed": self.seed,
            "findings": list(self.findings),
            "problems": [
                {
                    "name": one.name,
                    "title": one.title,
                    "about": one.words,
                    "finding": self.finding(one),
                    "measure": one.measure,
                    "present": one.present,
                    "accuracy": round(one.accuracy, 4),
                    "learned": one.learned,
                    "images": one.count,
                    "chance": round(one.chance, 4),
                    "facts": {name: round(value, 4) for name, value in one.facts.items()},
                }
                for one in self.problems
            ],
            "scores": [dict(zip(self._columns(), row, strict=True)) for row in self._rows()],
            "left_out": list(self.left_out),
        }

    def summary_document(self) -> dict[str, Any]:
        """Return the numbers of problems, methods and images, and the findings."""
        return {
            "problems": len(self.problems),
            "methods": len(self.methods),
            "images": self.count,
            "findings": list(self.findings),
        }

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each method and control on each problem."""
        yield self._columns()
        yield from self._rows()

    @staticmethod
    def _columns() -> tuple[str, ...]:
        return (
            *(
                "problem",
                "method",
                "control",
                "measure",
                "mean",
                "low",
                "high",
                "over_edges",
                "p",
                "beats_edges",
                "fooled",
            ),
            *("precision", "mass", "pointing", "seconds"),
        )

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        measures = {one.name: one.measure for one in self.problems}
        for one in self.scores:
            entry = self._entries[one.method, one.problem]
            numbers = (entry.mean, entry.low, entry.high, entry.over_edges, entry.p)
            means = (one.precision.mean(), one.mass.mean(), one.pointing.mean())
            yield (
                *(one.problem, one.method, one.control, measures[one.problem]),
                *(round(value, 4) for value in numbers),
                entry.beats_edges,
                entry.fooled,
                *(round(float(value), 4) for value in means),
                round(one.seconds, 2),
            )


def _interval(values: np.ndarray, seed: int) -> tuple[float, float]:
    """Return the bootstrap interval of a mean."""
    drawn = np.random.default_rng(seed).integers(0, len(values), (ROUNDS, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
