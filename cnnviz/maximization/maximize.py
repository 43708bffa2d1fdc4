"""Make pictures that excite units of a network as much as can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.features.network import LazyNetwork
from cnnviz.features.predictions import Predictions
from cnnviz.features.ready import ready

from .ascent import Ascent, Climb
from .in_data import answers_to, best_in
from .objective import Objective, objective_of
from .recipe import Recipe
from .result import Making, Maximized
from .span import as_images

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Pictures that climb together. The number is always the same: a matrix product may round otherwise for another number
#: of rows, and what is a last digit at one step is another picture after a hundred.
TOGETHER = 16
#: Values that pictures, and frames of them, may have in all.
MOST_VALUES = 200_000_000

ENGINES = ("cnnviz", "tf-keras-vis")


def maximize(
    model: Any,
    layer: str | None = None,
    units: Sequence[int] | None = None,
    *,
    images: Any = None,
    cell: str = "mean",
    recipe: Recipe | None = None,
    restarts: int = 1,
    seed: int = 0,
    frames: int = 0,
    control: bool = False,
    engine: str = "cnnviz",
    batch_size: int | None = None,
    invert: Invert = "auto",
    progress: Progress = silent,
    **given: Any,
) -> Maximized:
    """Make the picture that excites each unit of a layer most, by gradient ascent from seeded noise.

    ``layer`` is a path, None for the class logits, and ``units`` some of its channels, neurons or classes, None for
    all. Of a channel's map the ``cell`` counts: "mean" of all, "peak" or "centre". ``recipe`` holds the
    hyperparameters, and its fields may be ``given`` one by one, parts as instances or as they are spelled: steps=64,
    transforms=["jitter:pixels=1"], penalties=(), parametrisation="pixels". ``restarts`` pictures are made for each
    unit and told to differ. With ``images``, the answers are held against the highest in that set. ``frames`` pictures
    are kept from each way up. ``control`` does the same to the network with weights drawn at random.

    A unit's pictures depend on the seed and the unit alone, to the byte, and not on which others are asked for.
    UsageError for units that do not exist, and for a scale function that no gradient can be led through.
    """
    from cnnviz.models.open import open_model

    if engine not in ENGINES:
        raise UnknownNameError("engine", engine, list(ENGINES))
    held = None
    if images is None:
        probe = open_model(model)
    else:
        probe, held = ready(model, images, invert)
    if control:
        from cnnviz.models.reinitialise import reinitialised

        probe = reinitialised(probe, seed)
    recipe = replace(recipe or Recipe(), **{name: read(name, value) for name, value in given.items()})
    objective = objective_of(probe, layer, cell)
    wanted = np.arange(objective.units) if units is None else np.asarray(list(units), np.int64)
    _check(wanted, objective, restarts, frames, probe)
    if engine == "cnnviz":
        made = _climbed(probe, objective, recipe, wanted, restarts, seed, frames, progress)
    else:
        from .second_opinion import climbed

        made = climbed(probe, objective, recipe, wanted, restarts, seed, progress)
    pixels, begun, values, kept = made
    every = np.repeat(wanted, restarts)
    reached = answers_to(probe, as_images(pixels), objective)[np.arange(len(every)), every]
    started = answers_to(probe, as_images(begun), objective)[np.arange(len(every)), every]
    order = _best_first(reached, restarts)
    still = np.concatenate([values, reached[:, None], started[:, None]], axis=1).reshape(len(wanted), -1)
    best, rivals = np.full(len(wanted), np.nan, np.float32), None
    if held is not None:
        highest, places = best_in(probe, held, objective, batch_size)
        best, held_for = highest[wanted], held.take(places[wanted])
        rivals = Predictions(held_for, probe.card, probe.probabilities(held_for), network=LazyNetwork(probe))
    shown = as_images(pixels[order], f"maximised {objective.path or 'logits'}")
    return Maximized(
        shown,
        probe.card,
        probe.probabilities(shown),
        network=LazyNetwork(probe),
        unit=every,
        reached=reached[order],
        started=started[order],
        dead=np.repeat(still.max(axis=1) == still.min(axis=1), restarts),
        best=np.repeat(best, restarts),
        rivals=rivals,
        values=values[order],
        frames=kept[order],
        how=Making(
            layer=objective.path,
            cell=cell,
            measures=objective.words,
            parameters=recipe.facts(),
            seed=seed,
            restarts=restarts,
            control=control,
            among=0 if held is None else len(held),
            source="" if held is None else held.source,
            engine=engine,
        ),
    )


def read(name: str, value: Any) -> Any:
    """Return a recipe's field from what a caller gave: parts may be spelled, "jitter:pixels=1"."""
    from .penalty import PENALTIES
    from .picture import PARAMETRISATIONS
    from .transform import TRANSFORMS

    if name == "parametrisation":
        return PARAMETRISATIONS.make(value) if isinstance(value, str) else value
    if name in ("penalties", "transforms"):
        registry: Any = PENALTIES if name == "penalties" else TRANSFORMS
        return tuple(registry.make(one) if isinstance(one, str) else one for one in value)
    known = ("steps", "rate", "spread", "diversity")
    if name not in known:
        raise UnknownNameError("hyperparameter", name, [*known, "parametrisation", "penalties", "transforms"])
    return value


def drawn_for(
    unit: int, restart: int, seed: int, recipe: Recipe, shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return what one picture starts from, float32 of ``shape``, and its random numbers, (steps, draws) in 0…1."""
    random = np.random.default_rng([seed, int(unit), restart])
    start = random.standard_normal(shape, np.float32) * np.float32(recipe.spread)
    return start, random.random((recipe.steps, recipe.draws), np.float32)


def _climbed(
    probe: Probe,
    objective: Objective,
    recipe: Recipe,
    wanted: np.ndarray,
    restarts: int,
    seed: int,
    frames: int,
    progress: Progress,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the pictures, those begun with, the values on the way and the frames, a row a picture."""
    key = (Ascent, objective, replace(recipe, steps=0), restarts, probe.scale.name)

    def make() -> Ascent:
        return Ascent(probe, objective, recipe, restarts)

    ascent = make() if probe.scale.function else probe.engine.cached(key, make)
    shape = recipe.parametrisation.shape(probe.card.input_shape)
    units_at_once = max(1, TOGETHER // restarts)
    stops = np.unique(np.linspace(0, recipe.steps, frames).round().astype(int)) if frames else np.zeros(0, int)
    columns: tuple[list[np.ndarray], ...] = ([], [], [], [])
    for start in range(0, len(wanted), units_at_once):
        own = wanted[start : start + units_at_once]
        # A portion that is not full is filled up with its first unit.
        filled = np.repeat(np.concatenate([own, np.repeat(own[:1], units_at_once - len(own))]), restarts)
        numbers, drawn = zip(
            *(drawn_for(unit, k % restarts, seed, recipe, shape) for k, unit in enumerate(filled)), strict=True
        )
        climb = Climb.begin(np.stack(numbers))
        moves = np.stack(drawn, axis=1)
        begun, kept, values = ascent.pictures(climb.numbers), [], []
        for stop in np.unique([*stops, recipe.steps]).astype(int):
            if stop > climb.done:
                climb, some = ascent.run(climb, filled.astype(np.int32), moves[climb.done : stop])
                values.append(some)
            if stop in stops:
                kept.append(ascent.pictures(climb.numbers))
        count = len(own) * restarts
        film = np.stack(kept, axis=1) if kept else np.zeros((len(filled), 0, *begun.shape[1:]), np.float32)
        way = np.concatenate(values).T if values else np.zeros((len(filled), 0), np.float32)
        for column, made in zip(columns, (ascent.pictures(climb.numbers), begun, way, film), strict=True):
            column.append(made[:count])
        progress(min(start + units_at_once, len(wanted)), len(wanted))
    pixels, starts, ways, films = (np.concatenate(column) for column in columns)
    return pixels, starts, ways, films


def _best_first(reached: np.ndarray, restarts: int) -> np.ndarray:
    """Return positions in which each unit's pictures stand with the highest answer first; equals stay in order."""
    rows = np.argsort(-reached.reshape(-1, restarts), axis=1, kind="stable")
    return np.asarray((rows + np.arange(len(rows))[:, None] * restarts).ravel())


def _check(wanted: np.ndarray, objective: Objective, restarts: int, frames: int, probe: Probe) -> None:
    outside = wanted[(wanted < 0) | (wanted >= objective.units)]
    place = objective.path or "the logits"
    if outside.size:
        raise UsageError(f"there is no unit {outside[0]} in {place}: it has {objective.units}, from 0")
    if not wanted.size or restarts < 1 or frames < 0:
        raise UsageError("choose at least one unit and one restart")
    if len(wanted) * restarts * (1 + frames) * np.prod(probe.card.input_shape) > MOST_VALUES:
        raise UsageError(f"{len(wanted)} units × {restarts} are too many pictures of this size; choose fewer units")
