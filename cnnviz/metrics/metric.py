"""The base of metrics of attribution maps: frozen dataclasses called with explained images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from cnnviz.core.registry import Registry

if TYPE_CHECKING:
    from .explained import Explained


@dataclass(frozen=True, eq=False)
class Measured:
    """A metric of each map.

    ``values`` is float64 (n,); NaN where it is undefined, as a correlation of a constant. ``curve`` is float64 (n,
    points), the scores that it is taken from, and ``at`` (points,) what they are plotted against; None without a curve.
    """

    values: np.ndarray
    curve: np.ndarray | None = None
    at: np.ndarray | None = None


@dataclass(frozen=True)
class Metric:
    """A metric of attribution maps.

    Fields are its settings and nothing else. ``title`` is its display name, ``paper`` the reference, ``unit`` a short
    description of a value, ``better`` which end is, and ``asks`` what it tells: "faithful" whether the score follows
    the map, "robust" whether the map stays when the image hardly changes, "simple" whether it is concentrated,
    "located" whether it lies where the object is, or "sensitive" whether it changes with the network.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    paper: ClassVar[str]
    unit: ClassVar[str]
    better: ClassVar[Literal["high", "low"]]
    asks: ClassVar[Literal["faithful", "robust", "simple", "located", "sensitive"]]
    #: Whether the maps are computed again, of other images or of another network.
    explains_again: ClassVar[bool] = False

    def __call__(self, case: Explained) -> Measured:
        """Return the metric of each image's map."""
        raise NotImplementedError


#: Every metric, by name.
METRICS: Registry[Metric] = Registry("metric")
