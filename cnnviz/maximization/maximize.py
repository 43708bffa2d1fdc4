"""Activation maximization."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from cnnviz.core.deprecation import renamed_parameters, warn_renamed
from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.progress import Progress, halves, silent
from cnnviz.core.signal import is_constant
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.white import WhiteLike
from cnnviz.features.lazy_network import LazyNetwork
from cnnviz.features.predictions import Predictions
from cnnviz.features.prepare_inputs import prepare

from .batched_ascent import AscentResult, ascend
from .best_images import best_images, unit_activations
from .input_range import as_images
from .objective import Objective, objective_of
from .refine_from_data import refine_from_best
from .result import MaximizationProvenance, Maximized
from .settings import MaximizationSettings, SettingOverrides, changed_settings

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.find_layer import LayerLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

#: The most values of all images and frames.
MOST_VALUES = 200_000_000

ENGINES = ("cnnviz", "tf-keras-vis")


@renamed_parameters(again="refine_from_data", parametrisation="parametrization", recipe="settings", units="channels")
def maximize(
    model: ModelLike,
    layer: LayerLike | None = None,
    channels: Sequence[int] | None = None,
    *,
    images: ImagesLike | None = None,
    cell: str = "mean",
    settings: MaximizationSettings | None = None,
    restarts: int = 1,
    seed: int = 0,
    frames: int = 0,
    control: bool = False,
    with_control: bool = False,
    refine_from_data: bool = True,
    engine: str = "cnnviz",
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
    **overrides: Unpack[SettingOverrides],
) -> Maximized:
    """Return images that maximally activate each unit of a layer, by gradient ascent from seeded noise.

    ``layer`` is a path, None for the class logits, and ``channels`` some of its channels, neurons or classes, None for
    all. ``cell`` selects the objective on a channel's map: its "mean", its "peak" or its "center". ``settings`` holds
    the hyperparameters; ``overrides`` set single fields, with parts as instances or as text: steps=64,
    transforms=["jitter:pixels=1"], penalties=(), parametrization="pixels". ``restarts`` images are made per unit, with
    a diversity term. With ``images``, activations are compared with the highest in that set, and a unit that stays
    below it is restarted from that image with free pixels (``from_best`` marks these), unless ``refine_from_data`` is
    False. ``frames`` images are kept of each ascent. ``control`` does the same with randomized weights instead;
    ``with_control`` does both, and the other one is the result's ``control``, which the page shows too.

    A unit's images depend only on the seed and the unit, to the byte, and not on the other units. UsageError for units
    that do not exist, and for a scale function that is not linear.
    """
    from cnnviz.models.open import open_for_layers, open_model

    if engine not in ENGINES:
        raise UnknownNameError("engine", engine, list(ENGINES))
    if cell == "centre":
        warn_renamed('maximize(cell="centre")', 'maximize(cell="center")', stacklevel=4)
        cell = "center"
    held = None
    if images is None:
        probe = open_for_layers(model) if layer is not None else open_model(model)
    else:
        probe, held = prepare(model, images, invert, fit, bands, white, scored=layer is None)
    asked: dict[str, Any] = {
        "cell": cell,
        "settings": changed_settings(settings or MaximizationSettings(), overrides),
        "restarts": restarts,
        "seed": seed,
        "refine_from_data": refine_from_data,
        "engine": engine,
        "batch_size": batch_size,
    }
    if not with_control:
        return run_maximization(
            probe, layer, channels, images=held, frames=frames, control=control, progress=progress, **asked
        )
    if control:
        raise UsageError("a control has no control of its own; give control or with_control")
    first, second = halves(progress)
    result = run_maximization(probe, layer, channels, images=held, frames=frames, progress=first, **asked)
    return replace(result, control=run_maximization(probe, layer, channels, control=True, progress=second, **asked))


def _at_mean_rows(probe: Probe) -> Probe:
    """Return the probe with the mean of the rows of further inputs, since a maximized image has no row."""
    tables = probe.runner.tables
    if not tables:
        return probe
    said = [
        f"maximized images have no row of the input {name!r}: the mean of its {len(tables[name]):,} rows is fed, also "
        "with the images beside them"
        for name in tables
    ]
    card = replace(probe.card, notes=(*probe.card.notes, *said))
    return replace(probe, runner=probe.runner.at_mean_rows(), card=card)


def run_maximization(
    probe: Probe,
    layer: LayerLike | None = None,
    units: Sequence[int] | None = None,
    *,
    images: Images | None = None,
    cell: str = "mean",
    settings: MaximizationSettings | None = None,
    restarts: int = 1,
    seed: int = 0,
    frames: int = 0,
    control: bool = False,
    refine_from_data: bool = True,
    engine: str = "cnnviz",
    batch_size: int | None = None,
    progress: Progress = silent,
) -> Maximized:
    """Return the maximized images of units; ``images`` to compare with are fitted to the probe."""
    settings = settings or MaximizationSettings()
    probe = _at_mean_rows(probe)
    if control:
        from cnnviz.models.reinitialize import reinitialized_copy

        probe = reinitialized_copy(probe, seed)
    objective = objective_of(probe, layer, cell)
    wanted = np.arange(objective.units) if units is None else np.asarray(list(units), np.int64)
    _check(wanted, objective, restarts, frames, probe)
    if engine == "cnnviz":
        made = ascend(probe, objective, settings, wanted, restarts, seed, frames, progress)
    else:
        from .tf_keras_vis import ascend as by_the_other

        made = by_the_other(probe, objective, settings, wanted, restarts, seed, progress)
    every = np.repeat(wanted, restarts)
    reached = _own_activations(probe, objective, made.pixels, every)
    best, rivals, second = np.full(len(wanted), np.nan, np.float32), None, np.zeros(len(every), bool)
    if images is not None:
        highest, places = best_images(probe, images, objective, batch_size)
        best, held_for = highest[wanted], images.take(places[wanted])
        rivals = Predictions(held_for, probe.card, _predicted(probe, held_for), network=LazyNetwork(probe))
        behind = np.flatnonzero(reached.reshape(-1, restarts).max(axis=1) < best)
        if refine_from_data and behind.size and settings.steps and engine == "cnnviz":
            further = refine_from_best(probe, objective, settings, wanted[behind], held_for.take(behind), seed, frames)
            higher = _own_activations(probe, objective, further.pixels, wanted[behind])
            # It replaces the lowest one.
            rows = behind * restarts + reached.reshape(-1, restarts)[behind].argmin(axis=1)
            better = higher > reached.reshape(-1, restarts)[behind].max(axis=1)
            for column, own in zip((*made, reached), (*further, higher), strict=True):
                column[rows[better]] = own[better]
            second[rows[better]] = True
    order = _best_first(reached, restarts)
    made, reached, second = AscentResult(*(column[order] for column in made)), reached[order], second[order]
    started = _own_activations(probe, objective, made.begun, every)
    still = np.concatenate([made.values, reached[:, None], started[:, None]], axis=1).reshape(len(wanted), -1)
    shown = as_images(made.pixels, f"maximised {objective.path or 'logits'}")
    shown = shown if images is None else replace(shown, bands=images.bands)
    return Maximized(
        shown,
        probe.card,
        _predicted(probe, shown),
        network=LazyNetwork(probe),
        unit=every,
        reached=reached,
        started=started,
        dead=np.repeat(is_constant(still.min(axis=1), still.max(axis=1)), restarts),
        best=np.repeat(best, restarts),
        rivals=rivals,
        from_best=second,
        values=made.values,
        frames=made.frames,
        how=MaximizationProvenance(
            layer=objective.path,
            cell=cell,
            measures=objective.words,
            parameters=settings.facts(),
            seed=seed,
            restarts=restarts,
            control=control,
            among=0 if images is None else len(images),
            source="" if images is None else images.source,
            engine=engine,
        ),
    )


def _predicted(probe: Probe, images: Images) -> np.ndarray:
    """Return what Predictions hold of these images."""
    return probe.runner.probabilities(probe.logits(images))


def _own_activations(probe: Probe, objective: Objective, pixels: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Return the activation of each image's own unit, (n,)."""
    return unit_activations(probe, as_images(pixels), objective)[np.arange(len(units)), units]


def _best_first(reached: np.ndarray, restarts: int) -> np.ndarray:
    """Return positions that sort each unit's images by activation, highest first; ties stay in order."""
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
        raise UsageError(f"{len(wanted)} units × {restarts} are too many images of this size; choose fewer units")
