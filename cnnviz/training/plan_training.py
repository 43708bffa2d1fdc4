"""What to train and how: a network and its recipe, from a name, a YAML file, layer text or a model, and settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnviz.core.errors import UsageError

from .distillation import taught_by
from .recipe import TrainingRecipe, changed_recipe
from .resolve_network import Network, chosen_network
from .yaml_file import SUFFIXES, read_plan

if TYPE_CHECKING:
    import keras

    from cnnviz.models.probe import Probe


class TrainingPlan(NamedTuple):
    """A network, the recipe that it is trained by, and the settings that were given and not the network's own."""

    network: Network
    recipe: TrainingRecipe
    given: Mapping[str, Any]


def plan_training(
    network: str | Network | None = None,
    *,
    layers: str | Sequence[str] | None = None,
    transfer: keras.Model | Probe | str | Path | None = None,
    freeze_until: str | None = None,
    teacher: keras.Model | Probe | str | Path | None = None,
    recipe: TrainingRecipe | None = None,
    settings: Mapping[str, Any] | None = None,
) -> TrainingPlan:
    """Return what to train; arguments are as for train.

    ``network`` may also be a YAML file of layers and settings, which ``settings`` override, or a Network, which takes
    no other arguments than ``recipe``, ``teacher`` and ``settings``. UsageError for contradictory arguments.
    """
    given = dict(settings or {})
    if isinstance(network, Network):
        if layers is not None or transfer is not None or freeze_until is not None:
            raise UsageError("a Network has its layers and weights; leave out layers, transfer and freeze_until")
        chosen = network
    else:
        called = "model"
        if isinstance(network, str) and network.lower().endswith(SUFFIXES):
            plan = read_plan(Path(network))
            if layers is not None and plan.layers is not None:
                raise UsageError(f"both {network} and the arguments define layers; give them once")
            called = called if layers is not None else Path(network).stem
            network, layers, given = plan.network, layers or plan.layers, plan.fields | given
        chosen = chosen_network(network, layers, transfer, freeze_until, called)
    chosen = taught_by(chosen, teacher)
    return TrainingPlan(chosen, changed_recipe(recipe or chosen.recipe, given), given)
