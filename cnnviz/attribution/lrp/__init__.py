"""Layer-wise relevance propagation: a score distributed layer by layer down to the pixels."""

from __future__ import annotations

from .composite import LRP
from .conservation import conservation
from .uniform import LRPEpsilon, LRPZPlus

__all__ = ["LRP", "LRPEpsilon", "LRPZPlus", "conservation"]
