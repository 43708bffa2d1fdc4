"""The loss that a model was compiled with, as far as it says what the outputs mean.

It is read from the compiled model, or from the configuration in its file. Nothing of it is built or run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Losses by what they train: spelled in lower case, without underscores.
BINARY = frozenset("binarycrossentropy binaryfocalcrossentropy hinge squaredhinge".split())
EXCLUSIVE = frozenset(
    "categoricalcrossentropy sparsecategoricalcrossentropy categoricalfocalcrossentropy categoricalhinge "
    "kldivergence kullbackleiblerdivergence kld".split()
)
NUMBERS = frozenset(
    "meansquarederror mse meanabsoluteerror mae huber logcosh meanabsolutepercentageerror mape "
    "meansquaredlogarithmicerror msle poisson".split()
)
#: Losses of directions and distances between embeddings.
DISTANCES = frozenset("cosinesimilarity circle tripletsemihardloss triplethardloss contrastiveloss".split())


@dataclass(frozen=True)
class Loss:
    """A loss by name, as Keras spells it: ``BinaryCrossentropy`` or ``binary_crossentropy``."""

    name: str

    def trains(self, kind: frozenset[str]) -> bool:
        """Whether it is one of BINARY, EXCLUSIVE, NUMBERS or DISTANCES."""
        return self.name.replace("_", "").lower() in kind


def loss_of_model(model: Any) -> Any:
    """Return what a model in memory was compiled with, None if it was not."""
    return getattr(model, "loss", None) if getattr(model, "compiled", False) else None


def loss_of_config(training: Any) -> Any:
    """Return the loss of a file's compile configuration, None if it has none."""
    if not isinstance(training, Mapping):
        return None
    # Keras 2 stores the configuration itself, Keras 3 the arguments of compile.
    return training.get("loss")


def loss_of_output(given: Any, number: int, name: str, count: int) -> Loss | None:
    """Return the loss of one of ``count`` outputs, None if unknown.

    ``given`` is what compile takes, or its configuration: a name, a function, a Loss, or a list or mapping of these.
    """
    if isinstance(given, Mapping) and not _is_configuration(given):
        return loss_of_output(given.get(name), 0, name, 1)
    if isinstance(given, Sequence) and not isinstance(given, str):
        return loss_of_output(given[number], 0, name, 1) if number < len(given) == count else None
    named = _name(given)
    return Loss(named) if named else None


def _is_configuration(given: Mapping[Any, Any]) -> bool:
    return "class_name" in given or "config" in given


def _name(given: Any) -> str:
    if isinstance(given, Mapping):
        inner = given.get("config")
        if given.get("class_name") in ("function", "LossFunctionWrapper"):
            # Keras 3 stores a function by its name, Keras 2 the wrapper of one.
            inner = inner.get("fn") if isinstance(inner, Mapping) else inner
            return inner if isinstance(inner, str) else ""
        name = given.get("class_name")
        return name if isinstance(name, str) else ""
    if given is None or isinstance(given, str):
        return given or ""
    wrapped = getattr(given, "fn", given) if type(given).__name__ == "LossFunctionWrapper" else given
    return str(getattr(wrapped, "__name__", type(wrapped).__name__))
