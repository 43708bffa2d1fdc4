"""All attribution methods, imported to register them."""

from __future__ import annotations

from . import cams, gradients, lrp, perturbation, rules
from .method import METHODS

__all__ = ["METHODS", "cams", "gradients", "lrp", "perturbation", "rules"]
