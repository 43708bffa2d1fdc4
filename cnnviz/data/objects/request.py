"""What is wanted of an object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..background import Invert
from ..fit import Fit
from ..input_spec import InputSpec


@dataclass(frozen=True)
class Request:
    """The options of open_images that a reader needs: see there."""

    like: InputSpec | None = None
    limit: int | None = None
    class_names: Sequence[str] | None = None
    fit: Fit | None = None
    invert: Invert = "auto"
    white: float | None = None
