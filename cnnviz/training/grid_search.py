"""Grid search over training settings."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from cnnviz.core.errors import CnnvizError, DivergedError, UnknownNameError, UsageError
from cnnviz.data.images import Images

from .fit import TrainingProgress
from .recipe import SAME, TrainingRecipe, changed_recipe, field_name
from .resolve_network import Network, chosen_network
from .run_folder import refuse_trained
from .train import split, train_on
from .training_images import check_labeled
from .trials import Trial, Trials, default_rates_note, rank_trials

#: The most trainings of a grid.
MOST = 200
#: The table in the folder of a grid.
TABLE = "trials.csv"
#: The settings of a grid.
KNOWN = (*(field.name for field in fields(TrainingRecipe) if field.name != "validation"), "dropout", *SAME)


def read_grid(spelled: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return settings and values from "rate=0.001,0.01" and "dropout=0.2,0.4", in the order given.

    They may be in one text, "rate=0.001,0.01,dropout=0.2,0.4".
    """
    grid: dict[str, tuple[str, ...]] = {}
    for word in (part for one in spelled for part in _settings_in(one)):
        name, sign, values = word.partition("=")
        name = field_name(name)
        if name == "validation":
            raise UsageError("trainings are compared on the same held-out images; give validation once, not to try")
        if name not in KNOWN:
            raise UnknownNameError("setting to try", name, KNOWN)
        held = tuple(dict.fromkeys(value.strip() for value in values.split(",") if value.strip()))
        if not sign or not held:
            raise UsageError(f"{word!r} has no values; write {name}=0.1,0.2")
        if name in grid:
            raise UsageError(f"{name} is given twice; join its values by commas")
        grid[name] = held
    if not grid:
        raise UsageError("there is nothing to try; write rate=0.001,0.01")
    return grid


def _settings_in(spelled: str) -> list[str]:
    """Split "rate=0.1,0.2,dropout=0,0.5" before each name."""
    return re.split(r",(?=\s*[a-z][\w-]*\s*=)", spelled)


def try_all(
    chosen: Network,
    images: Images,
    recipe: TrainingRecipe,
    grid: Mapping[str, Sequence[str]],
    *,
    out: Path | None = None,
    rate: float | None = None,
    resume: bool = False,
    on_step: Callable[[int, int, TrainingProgress], None] = lambda trial, trials, progress: None,
    on_epoch: Callable[[str, Mapping[str, float]], None] = lambda trial, row: None,
    on_trial: Callable[[Trial], None] = lambda trial: None,
    on_note: Callable[[str], None] = lambda note: None,
) -> Trials:
    """Train every combination of a grid on one split of the images, and return the trials, the best first.

    Diverged trainings come last; CnnvizError if all diverge.

    ``dropout`` is the rate of the network's dropout layers; all other settings are fields of the recipe. Optimizers
    are tried with their default learning rates, or all with ``rate``. With ``out`` each training has a run folder in
    it, "rate=0.01-dropout=0.2", which ``on_epoch`` gets too, and trials.csv has the table of those that are done.
    ``on_note`` gets the notes on the images before the first training. UsageError for an invalid value and for a folder
    that already has a training, before anything is trained.
    """
    notes = []
    if "optimizer" in grid and "rate" not in grid:
        if rate:
            grid = {**grid, "rate": (str(rate),)}
        else:
            notes.append(default_rates_note(grid["optimizer"]))
            on_note(notes[0])
    if chosen.teacher is not None or "transfer" in chosen.settings:
        raise UsageError("a grid compares trainings from fresh weights and without a teacher")
    combinations = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    if len(combinations) > MOST:
        raise UsageError(f"these are {len(combinations)} trainings; give fewer values (up to {MOST} trainings)")
    prepared = [_prepared(chosen, recipe, one) for one in combinations]
    training, validation = split(check_labeled(images), prepared[0][1])
    if not len(validation):
        raise UsageError("settings are compared on held-out images; leave validation above 0")
    names = ["-".join(f"{name}={value}" for name, value in settings.items()) for settings in combinations]
    refuse_trained(out, names, resume)
    trials = []
    for number, ((network, used), settings) in enumerate(zip(prepared, combinations, strict=True)):
        try:
            run = train_on(
                network,
                training,
                validation,
                used,
                out=out / names[number] if out else None,
                resume=resume,
                snapshots=False,
                on_note=on_note if number == 0 else lambda note: None,
                on_step=partial(on_step, number, len(combinations)),
                on_epoch=partial(on_epoch, names[number]),
            )
            trials.append(Trial(settings, run))
        except DivergedError as error:
            trials.append(Trial(settings, None, error.epoch))
        if out:
            # After each trial, so that an interrupted search leaves a table.
            rank_trials(trials).to_csv(out / TABLE)
        on_trial(trials[-1])
    if not any(trial.run for trial in trials):
        raise CnnvizError(f"all {len(trials)} trainings diverged; try lower learning rates")
    return rank_trials(trials, notes)


def _prepared(chosen: Network, recipe: TrainingRecipe, settings: Mapping[str, str]) -> tuple[Network, TrainingRecipe]:
    network = with_dropout(chosen, settings["dropout"]) if "dropout" in settings else chosen
    return network, changed_recipe(
        recipe, {name: _value(name, text) for name, text in settings.items() if name != "dropout"}
    )


def with_dropout(network: Network, share: str) -> Network:
    """Return the network with another dropout rate; UsageError if it has no dropout layers."""
    if not re.fullmatch(r"0|0?\.\d+", share):
        raise UsageError(f"dropout cannot be {share!r}; it is a share from 0 to under 1")
    words, count = re.subn(r"\bdropout\s+[\d.]+", f"dropout {share}", network.words or "", flags=re.IGNORECASE)
    if not count:
        raise UsageError(f"{network.name} has no dropout layer")
    return chosen_network(layers=words, called=network.name)


def _value(name: str, text: str) -> Any:
    kind = {field.name: field.type for field in fields(TrainingRecipe)}[name]
    if name == "changes":
        return tuple(text.split("+")) if text != "none" else ()
    try:
        if name == "rate" and float(text) == 0:
            raise ValueError
        if kind == "bool":
            return {"yes": True, "true": True, "no": False, "false": False}[text.lower()]
        return {"int": int, "float": float, "str": str}[str(kind)](text)
    except (KeyError, ValueError):
        raise UsageError(f"{name} cannot be {text!r}") from None
