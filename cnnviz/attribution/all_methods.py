"""Every method, entered in the registry: a new one is one file and one line here."""

from __future__ import annotations

from . import cams, gradients, lrp, perturbation, rules
from .method import METHODS

__all__ = ["METHODS", "cams", "gradients", "lrp", "perturbation", "rules"]
