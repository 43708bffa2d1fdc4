"""Settings of activation maximization."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypedDict

from cnnviz.core.deprecation import renamed_fields
from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.registry import parameters

from .parametrization import PARAMETRIZATIONS, Fourier, Parametrization
from .penalty import PENALTIES, Penalty, SquaredSize, TotalVariation
from .transform import TRANSFORMS, Jitter, Rotation, Scaling, Transform

_WAVES = Fourier()
_CHARGED: tuple[Penalty, ...] = (TotalVariation(), SquaredSize())
_MOVED: tuple[Transform, ...] = (Jitter(), Rotation(), Scaling())


@renamed_fields(parametrisation="parametrization")
@dataclass(frozen=True)
class MaximizationSettings:
    """The hyperparameters of activation maximization.

    ``rate`` is Adam's learning rate for the image parameters; ``spread`` the standard deviation of their initial
    values. ``diversity`` is the weight of the term that separates several images of one unit (Olah et al. 2017, section
    "Diversity"): the mean cosine similarity of their Gram matrices at the unit's layer.
    """

    steps: int = 192
    rate: float = 0.2
    spread: float = 1.0
    parametrization: Parametrization = _WAVES
    penalties: tuple[Penalty, ...] = _CHARGED
    transforms: tuple[Transform, ...] = _MOVED
    diversity: float = 0.3

    def __post_init__(self) -> None:
        if self.steps < 0:
            raise UsageError("steps must be 0 or more")
        if not self.rate > 0 or not self.spread >= 0:
            raise UsageError("rate must be over 0 and spread 0 or more")

    @property
    def draws(self) -> int:
        """The number of random numbers that all transforms take per step and image."""
        return sum(transform.draws for transform in self.transforms)

    def facts(self) -> dict[str, Any]:
        """Return the settings as JSON-ready values, parts as text: "jitter:pixels=2"."""
        return {
            "steps": self.steps,
            "rate": self.rate,
            "spread": self.spread,
            "parametrization": part_text(self.parametrization),
            "penalties": [part_text(one) for one in self.penalties],
            "transforms": [part_text(one) for one in self.transforms],
            "diversity": self.diversity,
        }


class SettingOverrides(TypedDict, total=False):
    """The fields of MaximizationSettings as ``maximize`` takes them: parts may be text, "jitter:pixels=1"."""

    steps: int
    rate: float
    spread: float
    parametrization: Parametrization | str
    penalties: Sequence[Penalty | str]
    transforms: Sequence[Transform | str]
    diversity: float


def changed_settings(settings: MaximizationSettings, overrides: Mapping[str, Any]) -> MaximizationSettings:
    """Return the settings with some fields changed; UnknownNameError for an unknown field."""
    names = [field.name for field in fields(settings)]
    for name in overrides:
        if name not in names:
            raise UnknownNameError("hyperparameter", name, names)
    return replace(settings, **{name: _part_of_text(name, value) for name, value in overrides.items()})


def _part_of_text(name: str, value: Any) -> Any:
    if name == "parametrization":
        return PARAMETRIZATIONS.make(value) if isinstance(value, str) else value
    if name == "penalties":
        return tuple(PENALTIES.make(one) if isinstance(one, str) else one for one in value)
    if name == "transforms":
        return tuple(TRANSFORMS.make(one) if isinstance(one, str) else one for one in value)
    return value


def part_text(part: Any) -> str:
    """Return a part as text that its registry reads."""
    given = ",".join(f"{name}={value:g}" for name, value in parameters(part).items())
    return f"{part.name}:{given}" if given else str(part.name)
