"""Training recipes: everything that determines the outcome besides the network and the images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, TypedDict

import numpy as np

from cnnviz.core.deprecation import earlier_name
from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.data.augmentation.augment import chosen_changes

#: Optimizers with their default peak learning rates.
RATES = {"adam": 2e-3, "adamw": 2e-3, "sgd": 0.02, "momentum": 0.1, "rmsprop": 1e-3}
SCHEDULES = ("one-cycle", "cosine", "steps", "constant")
PRECISIONS = ("auto", "float32", "bfloat16")
#: Types of fields by annotation, with their descriptions.
KINDS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "int": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "str": (str, "a word"),
    "bool": (bool, "True or False"),
    "tuple[str, ...]": (tuple, "a list of changes"),
}
#: Aliases of settings in files and grids.
SAME = {"lr": "rate", "learning_rate": "rate", "batch": "batch_size", "smoothing": "label_smoothing"}


@dataclass(frozen=True)
class TrainingRecipe:
    """A training recipe: epochs, optimizer, schedule, augmentation and seed.

    ``rate`` is the peak learning rate; 0 is the optimizer's default ("momentum" is SGD with Nesterov momentum 0.9).
    ``schedule`` "one-cycle" rises over a tenth of the steps and falls to zero as half a cosine (Smith & Topin,
    "Super-Convergence", 2018), "cosine" only falls, "steps" divides by ten after half and after three quarters.
    ``weight_decay`` is decoupled and excludes biases and normalization (Loshchilov & Hutter, ICLR 2019). ``changes``
    are the random augmentations of every image, as text as in augment. ``validation`` is the held-out share of each
    class; the best epoch on it is saved. ``patience`` stops after so many epochs without improvement; 0 never stops.
    ``balanced`` weights all classes equally.
    """

    epochs: int = 15
    batch_size: int = 128
    optimizer: str = "adam"
    rate: float = 0.0
    schedule: str = "one-cycle"
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    changes: tuple[str, ...] = ()
    validation: float = 1 / 12
    patience: int = 0
    balanced: bool = False
    precision: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        self._as_plain_data()
        for what, value, known in (
            ("optimizer", self.optimizer, tuple(RATES)),
            ("schedule", self.schedule, SCHEDULES),
            ("precision", self.precision, PRECISIONS),
        ):
            if value not in known:
                raise UnknownNameError(what, value, known)
        for what, number, low, high in (
            ("epochs", self.epochs, 1, 100_000),
            ("batch_size", self.batch_size, 1, 1_000_000),
            ("rate", self.rate, 0, 1000),
            ("weight_decay", self.weight_decay, 0, 10),
            ("label_smoothing", self.label_smoothing, 0, 0.99),
            ("validation", self.validation, 0, 0.9),
            ("patience", self.patience, 0, 100_000),
            ("seed", self.seed, 0, 2**32 - 1),
        ):
            if not low <= number <= high:
                raise UsageError(f"{what} must be from {low:g} to {high:g}, not {number:g}")
        if self.changes:
            chosen_changes(self.changes)

    def _as_plain_data(self) -> None:
        """Convert NumPy numbers and a single change; UsageError for other types."""
        for field in fields(self):
            value, (wanted, words) = getattr(self, field.name), KINDS[str(field.type)]
            if isinstance(value, np.generic):
                value = value.item()
            elif field.name == "changes":
                value = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value or ()
            if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
                raise UsageError(f"{field.name} must be {words}, not {value!r}")
            object.__setattr__(self, field.name, value)

    @property
    def peak_rate(self) -> float:
        """The peak learning rate."""
        return self.rate or RATES[self.optimizer]

    def document(self) -> dict[str, Any]:
        """Return the fields as plain data, with the actual rate."""
        return {**asdict(self), "changes": list(self.changes), "rate": self.peak_rate}


class RecipeOverrides(TypedDict, total=False):
    """The fields of TrainingRecipe as ``train`` takes them."""

    epochs: int
    batch_size: int
    optimizer: str
    rate: float
    schedule: str
    weight_decay: float
    label_smoothing: float
    changes: str | Sequence[str]
    validation: float
    patience: int
    balanced: bool
    precision: str
    seed: int


def field_name(spelled: str) -> str:
    """Return the field of an alias: batch_size for "batch-size", rate for "lr"; others unchanged."""
    name = spelled.strip().replace("-", "_")
    return SAME.get(name, name)


def changed_recipe(recipe: TrainingRecipe, changes: Mapping[str, Any]) -> TrainingRecipe:
    """Return the recipe with some fields changed; UnknownNameError for an unknown field."""
    names = [field.name for field in fields(TrainingRecipe)]
    given = {field_name(name): value for name, value in changes.items()}
    for name in given:
        if name not in names:
            raise UnknownNameError("setting of a training", name, names)
    # A new optimizer gets its own default rate.
    if given.get("optimizer", recipe.optimizer) != recipe.optimizer:
        given.setdefault("rate", 0.0)
    return replace(recipe, **given)


def __getattr__(name: str) -> Any:
    return earlier_name(__name__, name, {"Recipe": "TrainingRecipe"}, globals())
