"""Layer-wise relevance propagation as a custom gradient of every step of a network.

A compiled backward pass then propagates relevance instead of gradients: each step distributes the relevance of its
output over its inputs in proportion to their contributions. The forward pass is unchanged.
"""

from __future__ import annotations

from .balance import Account, account
from .gating import gates
from .lrp_rules import Epsilon, Flat, Redistribution, ZBox, ZPlus
from .rule_assignment import RelevanceRule
from .tensor_analysis import InputBounds

__all__ = [
    "Account",
    "Epsilon",
    "Flat",
    "InputBounds",
    "Redistribution",
    "RelevanceRule",
    "ZBox",
    "ZPlus",
    "account",
    "gates",
]
