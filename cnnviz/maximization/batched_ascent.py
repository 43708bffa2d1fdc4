"""Gradient ascent for many units, batch by batch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cnnviz.core.in_order import in_order
from cnnviz.core.progress import Progress, silent
from cnnviz.models.batch_size import AT_INPUT, portion_for

from .ascent import Ascent, AscentState
from .objective import Objective
from .settings import MaximizationSettings

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Images per batch, fewer where a batch would not fit in memory. The number is constant for a model, since a matrix
#: product may round differently for another number of rows, and rounding errors grow over a hundred steps.
TOGETHER = 16
#: Steps after which progress is reported where a batch takes long, because its images are large.
PIECE = 16
#: Batches of small images that are computed at once.
AT_ONCE = 2


class AscentResult(NamedTuple):
    """One row per image: ``pixels`` (n, h, w, c), initial ``begun``, ``values`` (n, steps), ``frames`` (n, f, …)."""

    pixels: np.ndarray
    begun: np.ndarray
    values: np.ndarray
    frames: np.ndarray


def random_start(
    unit: int, restart: int, seed: int, settings: MaximizationSettings, shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the initial parameters of one image, float32 of ``shape``, and its random numbers, (steps, draws)."""
    random = np.random.default_rng([seed, int(unit), restart])
    start = random.standard_normal(shape, np.float32) * np.float32(settings.spread)
    return start, random.random((settings.steps, settings.draws), np.float32)


def ascend(
    probe: Probe,
    objective: Objective,
    settings: MaximizationSettings,
    wanted: np.ndarray,
    restarts: int,
    seed: int,
    frames: int = 0,
    progress: Progress = silent,
    starts: np.ndarray | None = None,
) -> AscentResult:
    """Maximize ``wanted`` units, ``restarts`` images each, from noise or ``starts`` (parameters, one row per unit)."""
    key = (Ascent, objective, replace(settings, steps=0), restarts, probe.scale.name)

    def make() -> Ascent:
        return Ascent(probe, objective, settings, restarts)

    ascent = make() if probe.scale.function else probe.runner.cached(key, make)
    shape = settings.parametrization.shape(probe.card.input_shape)
    together = min(TOGETHER, portion_for(probe.runner.graph, AT_INPUT))
    units_at_once = max(1, together // restarts)
    pieces = range(0, settings.steps, PIECE) if together < TOGETHER else ()
    stops = np.unique(np.linspace(0, settings.steps, frames).round().astype(int)) if frames else np.zeros(0, int)

    def batch(start: int) -> AscentResult:
        own = np.arange(start, min(start + units_at_once, len(wanted)))
        # The last batch is padded with its first unit.
        places = np.repeat(np.concatenate([own, np.repeat(own[:1], units_at_once - len(own))]), restarts)
        filled = wanted[places]
        numbers, drawn = zip(
            *(random_start(unit, k % restarts, seed, settings, shape) for k, unit in enumerate(filled)), strict=True
        )
        state = AscentState.begin(np.stack(numbers) if starts is None else starts[places])
        moves = np.stack(drawn, axis=1)
        begun, kept, values = ascent.images(state.numbers), [], []
        for stop in np.unique([*stops, *pieces, settings.steps]).astype(int):
            if pieces:
                progress(start * settings.steps + len(own) * state.done, len(wanted) * settings.steps)
            if stop > state.done:
                state, some = ascent.run(state, filled.astype(np.int32), moves[state.done : stop])
                values.append(some)
            if stop in stops:
                kept.append(ascent.images(state.numbers))
        count = len(own) * restarts
        film = np.stack(kept, axis=1) if kept else np.zeros((len(filled), 0, *begun.shape[1:]), np.float32)
        way = np.concatenate(values).T if values else np.zeros((len(filled), 0), np.float32)
        return AscentResult(*(made[:count] for made in (ascent.images(state.numbers), begun, way, film)))

    made, steps = [], settings.steps if pieces else 1
    # Small images leave a core idle, and two batches at once give what each gives alone. Large ones fill the memory.
    for one in in_order(batch, range(0, len(wanted), units_at_once), 1 if pieces else AT_ONCE):
        made.append(one)
        done = min(len(made) * units_at_once, len(wanted))
        progress(done * steps, len(wanted) * steps)
    return AscentResult(*(np.concatenate(column) for column in zip(*made, strict=True)))
