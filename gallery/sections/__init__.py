"""The sections of the activations page, in the order of its menu."""

from __future__ import annotations

from .about import ABOUT
from .draw import DRAW
from .image import IMAGE
from .layer import LAYER
from .overview import OVERVIEW

ACTIVATIONS = (OVERVIEW, IMAGE, LAYER, DRAW, ABOUT)
