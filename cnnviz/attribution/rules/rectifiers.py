"""The base of DeconvNet and guided backpropagation: a gradient with a modified rule at each ReLU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnviz.data.images import Images

from ..method import Maps, Method

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@dataclass(frozen=True)
class RectifierMethod(Method):
    """A gradient with the rule ``backward`` at every rectifier; ModelError for a model without rectifiers."""

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """Return ∂S/∂x under the rule, (n, height, width, channels)."""
        from cnnviz.models.relu_rules import RectifierRule

        found = probe.value_and_gradients(images, target, rule=RectifierRule(self.backward))
        return Maps(found.gradients[0].reshape(images.pixels.shape), found.scores, found.logits)

    @staticmethod
    def backward(gate: Any, output: Any, gradient: Any) -> Any:
        """Return the gradient of a rectifier's input from that of its output; gate(R, x) is (x > 0) · R."""
        raise NotImplementedError

    def notes(self, probe: Probe) -> tuple[str, ...]:
        """Return notes on the overridden rectifiers and a known limitation."""
        return (
            rectifier_note(probe),
            "close to an edge detector: it stays much the same when the weights are randomized (Adebayo et al. 2018)",
        )


def rectifier_note(probe: Probe, below: str | None = None) -> str:
    """Return a note on the overridden rectifiers, all or those that layer ``below`` depends on."""
    from cnnviz.models.relu_rules import rectifiers

    graph = probe.runner.graph
    rested_on = graph if below is None else graph.towards(graph.step(below).outputs[0])
    paths = rectifiers(rested_on, probe.runner.head)
    some = ", ".join(paths[:4]) + (", …" if len(paths) > 4 else "")
    own = [step.path for step in rested_on.steps if not step.is_keras]
    # The inside of a custom layer is not visible.
    besides = f"; not inside custom layers {', '.join(own[:4])}{', …' if len(own) > 4 else ''}" if own else ""
    return f"gradients modified at {len(paths)} ReLU activation{'' if len(paths) == 1 else 's'}: {some}{besides}"
