"""All metrics, imported to register them."""

from __future__ import annotations

from . import (
    deletion,
    entropy,
    gini,
    infidelity,
    insertion,
    max_sensitivity,
    mu_fidelity,
    pointing,
    randomization,
    relevance_mass,
    road,
    sensitivity_n,
    stability,
)
from .metric import METRICS

__all__ = [
    "METRICS",
    "deletion",
    "entropy",
    "gini",
    "infidelity",
    "insertion",
    "max_sensitivity",
    "mu_fidelity",
    "pointing",
    "randomization",
    "relevance_mass",
    "road",
    "sensitivity_n",
    "stability",
]
