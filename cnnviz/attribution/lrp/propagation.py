"""The base of LRP methods: everything but the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images

from ..method import Maps, Method

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe
    from cnnviz.models.relevance import RelevanceRule


@dataclass(frozen=True)
class Propagation(Method):
    """Relevance propagation from the score by ``rule``; ModelError for a layer without a rule."""

    def rule(self, probe: Probe) -> RelevanceRule:
        """Return the rule for each kind of layer."""
        raise NotImplementedError

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """Return R of the model's inputs, (n, height, width, channels)."""
        found = probe.value_and_gradients(images, target, rule=self.rule(probe))
        return Maps(found.gradients[0].reshape(images.pixels.shape), found.scores, found.logits)

    def notes(self, probe: Probe) -> tuple[str, ...]:
        """Return notes on the biases, and on gates if there are any."""
        from cnnviz.models.relevance import gates

        held = gates(probe.runner.graph)
        said: tuple[str, ...] = ("biases keep their share: values need not sum to the score (see lrp.conservation)",)
        if held:
            some = ", ".join(held[:4]) + (", …" if len(held) > 4 else "")
            said += (f"gates receive no relevance, what passes them all of it (Arras et al. 2017): {some}",)
        return said


@dataclass(frozen=True)
class EpsilonPropagation(Propagation):
    """Propagation with a stabilizer ``epsilon``, which is absolute, in units of a layer's values before activation."""

    epsilon: float = 1e-6

    measures = "share of the score"
    signed = True

    def __post_init__(self) -> None:
        if not self.epsilon >= 0:
            raise UsageError(f"{self.name} needs an epsilon of at least 0")
