"""Run attribution methods on problems whose answer is known."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.attribution.all_methods import METHODS
from cnnviz.attribution.attribute import run_attribution
from cnnviz.attribution.method import Method
from cnnviz.core.errors import UsageError
from cnnviz.core.files import make_folder
from cnnviz.core.progress import Progress, silent
from cnnviz.core.registry import spec_text
from cnnviz.core.temporary import scratch_folder
from cnnviz.metrics.controls import CONTROLS
from cnnviz.metrics.found_share import mass, pointing, precision, strength

from . import all_problems
from .kept_scores import keep, kept, place_of
from .networks import Learned, learned
from .problem import PROBLEMS, Known, Problem
from .result import Arena, Scores, Solved

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Images explained of each problem.
COUNT = 100
#: The least number of images of a result.
FEWEST = 8


def run_arena(
    problems: str | Sequence[str] | None = None,
    methods: str | Method | Sequence[str | Method] | None = None,
    *,
    count: int = COUNT,
    seed: int = 0,
    work: str | Path | None = None,
    progress: Progress = silent,
    on_note: Callable[[str], None] = lambda note: None,
) -> Arena:
    """Return how often attribution methods find answers that are known.

    For each of ``problems``, names of PROBLEMS and by default all, a network is trained, and each of ``methods``, as
    for ``heatmaps`` and by default all, explains up to ``count`` images that it classifies by the known evidence.
    Controls that know nothing of the network are scored beside them. ``work`` is a folder that keeps networks and
    scores: a run that was cut goes on where it was, and later runs compute only what is new. Everything random follows
    ``seed``. UsageError for unknown names, fewer than 8 images, or Fashion-MNIST missing for the problems made of it.
    """
    assert all_problems
    chosen = [PROBLEMS[name]() for name in _names(problems, list(PROBLEMS))]
    asked = [_method(one) for one in _names(methods, list(METHODS))]
    if count < FEWEST:
        raise UsageError(f"the arena needs at least {FEWEST} images of each problem, not {count}")
    with ExitStack() as held:
        folder = held.enter_context(scratch_folder()) if work is None else Path(work)
        make_folder(folder, "--work")
        return _Run(folder, asked, count, seed, progress, on_note).all(chosen)


class _Run:
    """One run, with its counter of what is done."""

    def __init__(
        self,
        work: Path,
        methods: Sequence[Method],
        count: int,
        seed: int,
        progress: Progress,
        on_note: Callable[[str], None],
    ) -> None:
        self.work, self.methods, self.count, self.seed = work, methods, count, seed
        self.progress, self.on_note = progress, on_note
        self.done = self.whole = 0
        self.left_out: list[str] = []

    def all(self, problems: Sequence[Problem]) -> Arena:
        """Run every method on every problem."""
        self.whole = len(problems) * (1 + len(self.methods) + len(CONTROLS))
        solved: list[Solved] = []
        made: list[Scores] = []
        for problem in problems:
            self.progress(self.done, self.whole)
            about, scored = self.one(problem)
            solved.append(about)
            made.extend(scored)
        return Arena(tuple(solved), tuple(made), self.count, self.seed, tuple(self.left_out))

    def one(self, problem: Problem) -> tuple[Solved, list[Scores]]:
        """Train the network of a problem and run every method on it."""
        network = learned(problem, self.work, self.seed, lambda step: None)
        probe, known = problem.known(network.trained, self.count, self.seed)
        self.step()
        solved = _solved(problem, network, known)
        made = []
        for name, control in CONTROLS.items():
            maps = control(known.images, self.seed)
            made.append(_scored(problem, known, name, control.title, maps, 0.0, control=True))
            self.step()
        for method in self.methods:
            one = self.explained(problem, probe, known, method)
            made.extend([] if one is None else [one])
            self.step()
        return solved, made

    def explained(self, problem: Problem, probe: Probe, known: Known, method: Method) -> Scores | None:
        """Return the scores of a method, kept or new; None, with a note, if it cannot run on this network."""
        about = {"network": probe.card.hash, "count": self.count, "seed": self.seed}
        place = place_of(self.work, problem.name, **about, method=method.name, settings=asdict(method))
        if (earlier := kept(place)) is not None:
            return earlier
        begun = time.perf_counter()
        try:
            found = run_attribution(probe, known.images, method, [int(one) for one in known.targets])
        except UsageError as error:
            self.left_out.append(f"{method.title} does not run on {problem.name}: {error}")
            self.on_note(self.left_out[-1])
            return None
        seconds = time.perf_counter() - begun
        made = _scored(problem, known, spec_text(method), method.title, found.maps, seconds, control=False)
        keep(place, made)
        return made

    def step(self) -> None:
        """Count one more thing as done."""
        self.done += 1
        self.progress(self.done, self.whole)


def _names(given: object, every: list[str]) -> list:  # type: ignore[type-arg]
    if given is None or given == "all":
        return list(every)
    return list(dict.fromkeys(given)) if isinstance(given, list | tuple) else [given]


def _method(given: str | Method) -> Method:
    return METHODS.make(given) if isinstance(given, str) else given


def _solved(problem: Problem, network: Learned, known: Known) -> Solved:
    return Solved(
        problem.name,
        problem.title,
        problem.words,
        problem.measure,
        problem.present,
        accuracy=network.accuracy,
        learned=network.accuracy >= problem.least_accuracy,
        count=len(known.images),
        chance=float(known.truth.mean()),
        facts=known.facts,
        image=known.images.pixels[0],
        truth=known.truth[0],
    )


def _scored(
    problem: Problem, known: Known, name: str, title: str, maps: np.ndarray, seconds: float, *, control: bool
) -> Scores:
    found = strength(maps, known.images.shape[:2], problem.signed)
    most = found[0].max()
    return Scores(
        problem.name,
        name,
        title,
        control,
        precision=precision(found, known.truth),
        mass=mass(found, known.truth),
        pointing=pointing(found, known.truth),
        example=np.rint(found[0] / (most or 1.0) * 255).astype(np.uint8),
        seconds=seconds,
    )
