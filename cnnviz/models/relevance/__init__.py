"""Layer-wise relevance propagation as a custom gradient of every step of a network.

What flows back through a compiled backward pass is then no gradient but relevance: each step hands what arrives at its
output on to its inputs in proportion to what they put in. The forward pass stays what it is.
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
