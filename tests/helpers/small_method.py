"""Attribution methods with few samples."""

from __future__ import annotations

from cnnviz.attribution.all_methods import METHODS
from cnnviz.attribution.method import Method
from cnnviz.core.registry import fields_of

#: Fewer samples than a person would take: the contract does not depend on their number.
FEW = {"samples": 6, "steps": 6, "masks": 12, "channels": 4, "designs": 4}


def small(name: str) -> Method:
    cls = METHODS[name]
    return cls(**{key: value for key, value in FEW.items() if key in fields_of(cls)})
