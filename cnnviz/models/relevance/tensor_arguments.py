"""The tensor arguments of a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..unrolled_graph import Slot, Step


@dataclass(frozen=True)
class Wiring:
    """The positions of the tensors among a step's flattened arguments."""

    places: tuple[int, ...]

    @staticmethod
    def of(step: Step) -> Wiring:
        """Return the wiring of a step."""
        import keras

        leaves = keras.tree.flatten((step.args, dict(step.kwargs)))
        return Wiring(tuple(place for place, leaf in enumerate(leaves) if isinstance(leaf, Slot)))

    def tensors(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
        """Return the tensors with which the step is called."""
        import keras

        leaves = keras.tree.flatten((args, dict(kwargs)))
        return [leaves[place] for place in self.places]

    def calling(
        self, operation: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Callable[[Sequence[Any]], Any]:
        """Return a function of the tensors alone that calls ``operation`` with the other arguments unchanged."""
        import keras

        structure = (args, dict(kwargs))
        leaves = keras.tree.flatten(structure)

        def apply(xs: Sequence[Any]) -> Any:
            filled = list(leaves)
            for place, x in zip(self.places, xs, strict=True):
                filled[place] = x
            new_args, new_kwargs = keras.tree.pack_sequence_as(structure, filled)
            return operation(*new_args, **new_kwargs)

        return apply
