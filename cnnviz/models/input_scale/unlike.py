"""Images unlike those that a network was trained on, by the moments that its BatchNormalizations recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from cnnviz.data.images import Images

from .choose import spread, variants
from .moments import FEWEST, MARGIN, UNLIKE, recorded_moments
from .scale import named_affine

if TYPE_CHECKING:
    from ..probe import Probe

#: The most images to compare, and the most pixel values in them, so that large networks start as quickly as before.
IMAGES, VALUES = 64, 2_500_000
#: A mismatch (nats per channel) above which the variants of a scale are tried. Images of the training's kind are below.
DOUBT = 0.05

#: Notes by image set, model and scale: a loop hands over the same images many times.
_known: WeakKeyDictionary[Images, dict[tuple[str, str], tuple[str, ...]]] = WeakKeyDictionary()


def notes_on_unlike(probe: Probe, images: Images) -> tuple[str, ...]:
    """Return a note where images at the probe's scale don't reproduce the moments that the model recorded in training.

    It says whether they would with red and blue exchanged, or inverted. () for fewer than FEWEST images, for models
    without recorded moments, and for a scale function.
    """
    if probe.scale.affine is None or len(images) < FEWEST:
        return ()
    held = _known.setdefault(images, {})
    key = probe.card.hash, probe.scale.name
    if key not in held:
        held[key] = _notes(probe, images)
    return held[key]


def _notes(probe: Probe, images: Images) -> tuple[str, ...]:
    recorded = recorded_moments(probe.runner.graph)
    if not recorded:
        return ()
    count = max(FEWEST, min(IMAGES, VALUES // int(np.prod(images.shape))))
    few = images.take(spread(len(images), count))
    own = probe.scale.name
    fits = {own: recorded.mismatch(probe.inputs(few))}
    if images.scaled is None and fits[own] > DOUBT:
        for name in variants((own,), images.shape[2])[1:]:
            fits[name] = recorded.mismatch(probe.as_scaled(name).inputs(few))
    best = min(fits, key=lambda name: fits[name])
    times = fits[own] / max(fits[best], 1e-9)
    unlike = "unlike the training images, by the moments that the model recorded"
    if times >= MARGIN:
        return (f"{unlike}: {_difference(own, best)} they fit {times:.1f} times better (--scale {best})",)
    return (f"{unlike} ({fits[own]:.1f} nats a channel apart)",) if fits[own] > UNLIKE else ()


def _difference(own: str, other: str) -> str:
    """Return what distinguishes two variants of a scale."""
    first, second = named_affine(own), named_affine(other)
    assert first is not None and second is not None
    changes = ["inverted"] * (first.inverted is not second.inverted)
    changes += ["with red and blue exchanged"] * (first.bgr is not second.bgr)
    return " and ".join(changes)
