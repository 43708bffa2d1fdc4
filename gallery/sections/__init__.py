"""The sections of the activations page, in the order of its menu."""

from __future__ import annotations

from .about import ABOUT
from .image import IMAGE
from .layer import LAYER
from .overview import OVERVIEW

ACTIVATIONS = (OVERVIEW, IMAGE, LAYER, ABOUT)
