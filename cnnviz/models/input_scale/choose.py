"""Choose a model's input scale, by the model alone and then by images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..unrolled_graph import Graph
from .arrival import INPUTS, expected_inputs, saturates
from .backbones import Backbone, known_backbone
from .front import Front, front_of
from .moments import (
    FEWEST,
    FITTING,
    INITIAL,
    MARGIN,
    NEARER,
    Measured,
    Moments,
    Recorded,
    clear_winner,
    recorded_moments,
)
from .scale import OTHER_MOMENTS, SCALES, Scale, inverse, is_plain_range, named_affine, other_order

#: Where a recorded mean may lie between black and white, and a recorded deviation as a share of that range.
MEANS, DEVIATIONS = (0.02, 0.98), (0.04, 0.5)


def scale_of_model(graph: Graph, shape: tuple[int, ...], channels: int) -> Scale:
    """Return the scale that the model itself shows; not ``settled`` where it shows none, or several.

    In this order: the range that arrives at the first weights, the moments of a BatchNormalization on the input, and
    the scale of a known backbone's pretrained weights.
    """
    front = front_of(graph, shape, channels)
    if front is not None and front.changes_values:
        return _by_front(front)
    recorded = recorded_moments(graph)
    start = graph.inputs[0] if front is None else front.graph.outputs[0]
    if recorded and recorded.layers[0].slot == start:
        first = recorded.layers[0]
        settled = [name for name in candidates(channels) if _could_have_given(first, name, channels)]
        early = [name for name in candidates(channels) if _could_have_given(first, name, channels, INITIAL)]
        possible = list(dict.fromkeys((*settled, *early)))
        if possible:
            reason = f"assumed: the first BatchNormalization recorded a mean of {first.mean.mean():.3g} in training"
            return Scale(possible[0], reason, settled=False, among=tuple(possible))
    backbone = known_backbone(graph)
    if backbone is not None:
        reason = f"assumed: the scale of the pretrained weights of {backbone.name}, known by its layer names"
        return Scale(backbone.scale, reason, settled=False)
    return Scale("0-1", "assumed: neither the model nor labeled images show the scale", settled=False)


def _by_front(front: Front) -> Scale:
    expected = expected_inputs(front)
    steps = ", ".join(repr(path) for path in front.scaling[:3]) + (", …" if len(front.scaling) > 3 else "")
    if not expected:
        low, high = front.range_for(0, 255)
        doubt = "saturating" if saturates(front, 0, 255) else "which no usual scale does"
        reason = (
            f"assumed: the model's first steps ({steps}) turn 0 to 255 into {low.min():.3g} to {high.max():.3g}, "
            f"{doubt}; raw feeds values as they are stored"
        )
        return Scale("0-1", reason, settled=False, unusual=True)
    name, arrived = next(iter(expected.items()))
    order = " and reverse the channels" if front.reverses_channels else ""
    return _one_of(tuple(expected), f"the model's first steps ({steps}) turn {_words(name)} into {arrived}{order}")


def _one_of(names: Sequence[str], reason: str) -> Scale:
    """Return the first of the scales that a reason leaves, as an assumption if there are more."""
    if len(names) == 1:
        return Scale(names[0], reason, among=tuple(names))
    others = " or ".join(names[1:])
    return Scale(names[0], f"assumed: {reason}, which {others} may do as well", settled=False, among=tuple(names))


def _words(name: str) -> str:
    low, high = INPUTS[name]
    return f"{low:g} to {high:g}".replace("-", "−")


def candidates(channels: int) -> tuple[str, ...]:
    """Return the scales that a model of so many channels may have been trained on."""
    return tuple(name for name, affine in SCALES.items() if len(affine.mean) in (1, channels))


def variants(names: Sequence[str], channels: int) -> tuple[str, ...]:
    """Return scales with the same ones for inverted images and, of three channels, with red and blue exchanged."""
    ordered = (*names, *map(other_order, names)) if channels == 3 else tuple(names)
    return (*ordered, *map(inverse, ordered))


def _could_have_given(recorded: Recorded, name: str, channels: int, initial: Sequence[float] = (0.0,)) -> bool:
    """Return whether images at this scale can have these moments: a mean inside their range, and a deviation.

    ``initial`` are shares of their initial values that the moving averages may still hold.
    """
    affine = named_affine(name)
    assert affine is not None
    if len(recorded.mean) != channels:
        return False
    black = np.broadcast_to(affine.shift, channels)
    width = np.broadcast_to(affine.factor, channels)
    for share in initial:
        mean = recorded.mean / (1 - share)
        deviation = np.sqrt(np.maximum(recorded.variance - share, 0) / (1 - share))
        place, spread = (mean - black) / width, deviation / width
        inside = (place >= MEANS[0]) & (place <= MEANS[1]) & (spread >= DEVIATIONS[0]) & (spread <= DEVIATIONS[1])
        if inside.all():
            return True
    return False


def scale_by_moments(
    scale: Scale,
    recorded: Moments,
    channels: int,
    count: int,
    inputs: Callable[[str], np.ndarray],
    backbone: Backbone | None = None,
) -> Scale:
    """Return the scale under which ``count`` images best reproduce the moments that the model recorded in training.

    ``inputs`` makes the model's inputs from the images at a named scale, and ``backbone`` is the one that the model
    contains. Not ``settled`` where two scales fit alike, none fits well, or the images are few. A few images tell the
    range of the pixels, where it is clear, but neither the order of channels nor inversion.
    """
    names = scale.among or candidates(channels)
    if count >= FEWEST:
        names = variants(names, channels)
    measured = {name: recorded.measured(inputs(name)) for name in names}
    fits = {name: recorded.distance(one) for name, one in measured.items()}
    best, ratio, certain = clear_winner(fits)
    ranked = sorted(fits, key=lambda name: fits[name])
    figures = "; ".join(f"{name} {fits[name]:.2g}" for name in ranked[:3])
    images = f"{count} image{'s' if count > 1 else ''}"
    reason = f"its BatchNormalizations' recorded moments fit {images} best at this scale (mismatch {figures})"
    if count < FEWEST:
        return replace(scale, name=best, reason=f"assumed: {reason}, too few to be sure") if ratio >= MARGIN else scale
    if not certain or fits[best] > FITTING:
        other = next(name for name in ranked if name != best)
        how = "about as well" if ratio < 1.15 else f"only {ratio:.1f} times worse"
        doubt = "; none fits well" if fits[best] > FITTING else f"; {other} fits {how}"
    elif rival := _rival_in_short_training(best, fits[best], recorded, measured):
        doubt = f"; {rival} fits as well after a short training, in which moving averages don't settle"
        best = min((rival, best), key=lambda name: name.count(","))
    else:
        doubt = _doubt_of_winner(best, fits[best], recorded, inputs(best), backbone)
    return replace(scale, name=best, reason=f"assumed: {reason}{doubt}") if doubt else Scale(best, reason)


def _rival_in_short_training(best: str, fit: float, recorded: Moments, measured: Mapping[str, Measured]) -> str | None:
    """Return another scale that fits about as well as the best one if the moving averages are not settled yet.

    That is: if they still hold a share of their initial values. None if there is no such scale.
    """
    others = [name for name in measured if name not in (best, other_order(best))]
    apart = {name: min(recorded.distance(measured[name], share) for share in INITIAL) for name in others}
    rival = min(apart, key=lambda name: (apart[name], name.count(",")), default=None)
    return rival if rival is not None and apart[rival] < MARGIN * fit else None


def _doubt_of_winner(best: str, fit: float, recorded: Moments, inputs: np.ndarray, backbone: Backbone | None) -> str:
    """Return why the clear winner may yet not be the scale of the training, which may be none of the candidates."""
    if not is_plain_range(best) and (backbone is None or backbone.scale != best):
        return OTHER_MOMENTS
    affine = named_affine(best)
    assert affine is not None
    nearby = recorded.mismatch_nearby(inputs, *affine.ends)
    return f"; shifted or stretched a little it fits {fit / nearby:.1f} times better" if fit > NEARER * nearby else ""


def scale_of_scaled(scale: Scale, scaled: tuple[float, float], channels: int) -> Scale:
    """Return the narrowest scale whose range these values of pixels, scaled already, fill; ``scale`` if none does.

    Whichever it is, the pixels are fed to the model unchanged.
    """
    affines = {name: SCALES[name] for name in scale.among or candidates(channels) if name in SCALES}
    fitting = [name for name, affine in affines.items() if affine.explains(scaled)]
    if not fitting:
        return scale
    name = min(fitting, key=lambda one: max(affines[one].factor))
    low, high = scaled
    return replace(scale, name=name, reason=f"assumed: the images are scaled already, from {low:.3g} to {high:.3g}")


def spread(count: int, most: int) -> np.ndarray:
    """Return up to ``most`` positions spread over ``count``."""
    return np.unique(np.linspace(0, count - 1, min(most, count)).astype(int))
