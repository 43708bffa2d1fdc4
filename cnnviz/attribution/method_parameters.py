"""The parameters of the attribution methods of cnnviz, by name."""

from __future__ import annotations

from typing import Literal, TypedDict

from .baseline import Fill


class MethodParameters(TypedDict, total=False):
    """Parameters that ``attribute`` passes on to the method, which must have them; see the methods' own classes."""

    absolute: bool
    baseline: Literal["black", "white", "mean", "zero"]
    cells: int
    centered: bool
    channels: int | None
    designs: int
    epsilon: float
    fill: Fill
    first: Literal["z-box", "flat", "same"]
    fraction: float
    keep: float
    masks: int
    noise: float
    patch: int | None
    reach: float
    reference: str | None
    samples: int
    seed: int
    segments: int | None
    spacing: Literal["dense", "even"]
    steps: int
    stride: int | None
    weighting: Literal["softmax", "increase"]
