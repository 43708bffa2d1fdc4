"""The base of attribution methods: frozen dataclasses called with a probe, images and a target."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cnnviz.core.deprecation import Renamed
from cnnviz.core.registry import Registry
from cnnviz.data.images import Images

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@dataclass(frozen=True, eq=False)
class Maps:
    """What a method returns for a batch: ``values``, and the batch's own scores where they were computed on the way.

    ``values`` is float32 (n, h, w), or (n, height, width, channels) with one value for each input value. ``scores`` is
    float32 (n,), the target's scores of the unchanged images, and ``logits`` float32 (n, classes). None for values that
    the method did not need; the caller computes them.
    """

    values: np.ndarray
    scores: np.ndarray | None = None
    logits: np.ndarray | None = None


@dataclass(frozen=True)
class Method:
    """An attribution method.

    Fields are the method's hyperparameters and nothing else; options, captions and provenance are derived from them.
    ``title`` is its display name, ``paper`` the reference, ``measures`` a short description of a value, and ``signed``
    whether values may be negative. A method is registered in METHODS under its command-line name.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    paper: ClassVar[str]
    measures: ClassVar[str]
    signed: ClassVar[bool]

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """Return the maps of one batch of images, whose number the caller bounds.

        ``images`` are fitted to the probe. ``target`` is any of core/targets.
        """
        raise NotImplementedError

    def layers(self, probe: Probe) -> tuple[str, ...]:
        """Return the paths of the target layers, if the method has any."""
        return ()

    def units_label(self, probe: Probe) -> str:
        """Return a short description of a value with these parameters; by default ``measures``."""
        return self.measures

    unit = Renamed("units_label")

    def notes(self, probe: Probe) -> tuple[str, ...]:
        """Return notes for reading the maps, one line each."""
        return ()


#: Every method, by name.
METHODS: Registry[Method] = Registry("method")


def run_method(method: Callable[[Probe, Images, Any], Any], probe: Probe, images: Images, target: Any) -> Maps:
    """Return the maps of any method for one batch; a method that returns a bare array warns."""
    made = method(probe, images, target)
    if isinstance(made, Maps):
        return made
    warnings.warn(
        f"{type(method).__name__} returns an array; return cnnviz.attribution.method.Maps(array) instead",
        DeprecationWarning,
        stacklevel=2,
    )
    return Maps(np.asarray(made, np.float32))
