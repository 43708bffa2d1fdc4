"""Assignment of rules to the steps of a network, and the replacement steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cnnviz.core.errors import ModelError

from ..head import Head, without_activation
from ..unrolled_graph import Graph, Slot, Step
from .affine import batch_normalization, fit_affine
from .backward_pass import Linear, Note, redistribute, route_relevance, start_relevance
from .gating import gate_of, signal_takes_all
from .layer_kinds import (
    ADDING,
    ARITHMETIC,
    AVERAGING,
    COPYING,
    DENSE,
    ELEMENTWISE,
    KERNELS,
    NORMALIZING,
    function_name,
)
from .linear_layers import kernel_of
from .lrp_rules import Bounds, Redistribution
from .pooling_and_sums import Sum
from .tensor_analysis import InputBounds, Plan, from_input, mergeable, never_negative
from .tensor_arguments import Wiring

Operation = Callable[..., Any]
#: Gives each path its Note.
Notes = Callable[[str], Note]


@dataclass(frozen=True)
class RelevanceRule:
    """A backward pass of relevance; ``dense``, ``convolution`` and ``other`` are the rules by kind of layer.

    ``first`` is the rule of the layers that read the image itself, given the ``bounds`` of its values; rescaling and
    normalization before them then pass relevance unchanged. Rules other than Epsilon treat a convolution and the batch
    normalization after it as one layer, so that relevance does not depend on whether they are merged. Activations pass
    relevance unchanged, a maximum gives all of it to the winner, and a product none to its gate.
    """

    dense: Redistribution
    convolution: Redistribution
    other: Redistribution
    first: Redistribution | None = None
    bounds: InputBounds | None = None

    def start(self, scores: Any) -> Any:
        """Start relevance with the value of what is explained, times its weight."""
        return start_relevance(scores)

    def replacements(
        self, graph: Graph, head: Head, output: Slot | None = None, notes: Notes | None = None
    ) -> Mapping[str, Operation]:
        """Return the replacements of the steps up to ``output``.

        ModelError, naming the layer, if one of them has no rule.
        """
        needed = graph.towards(output or head.slot)
        plan = self._plan(needed, head)
        made = dict(head.replace)
        for step in needed.steps:
            replacement = self._replacement(step, needed, head, plan, None if notes is None else notes(step.path))
            if replacement is not None:
                made[step.path] = replacement
        return made

    def _plan(self, graph: Graph, head: Head) -> Plan:
        first: Mapping[str, Bounds] = {}
        leading = frozenset[str]()
        if self.first is not None and self.bounds is not None:
            first, leading = from_input(graph, self.bounds)
        merged = {
            path: norm
            for path, norm in mergeable(graph, head).items()
            if not self._of_kernel(graph.step(path), first).plain
        }
        return Plan(never_negative(graph), first, leading, merged)

    def _of_kernel(self, step: Step, first: Mapping[str, Bounds]) -> Redistribution:
        if self.first is not None and step.path in first:
            return self.first
        return self.dense if step.kind in DENSE else self.convolution

    def _replacement(self, step: Step, graph: Graph, head: Head, plan: Plan, note: Note | None) -> Operation | None:
        """Return the replacement of a step, or None if its plain gradient is its relevance."""
        tensors = len(Wiring.of(step).places)
        if step.kind in KERNELS:
            return self._kernel(step, head, plan, note)
        if step.path in head.replace or step.kind in COPYING:
            return None
        if step.path in plan.leading or step.path in {norm.path for norm in plan.merged.values()}:
            return _passing(step)
        if step.kind in NORMALIZING or (step.kind in ARITHMETIC and tensors == 1):
            return self._linear(step, plan, note)
        if step.kind in ADDING or (step.kind in AVERAGING and tensors == 1):
            copied = step.kind == "UpSampling2D" and step.operation.interpolation == "nearest"
            return None if copied else self._linear(step, plan, note)
        gate = gate_of(step, graph)
        if gate is not None:
            return signal_takes_all(step, gate)
        # Recurrent layers have an activation too, but are not elementwise.
        if tensors == 1 and (function_name(step) if step.kind == "Activation" else step.kind.lower()) in ELEMENTWISE:
            return _passing(step)
        raise no_rule(step)

    def _kernel(self, step: Step, head: Head, plan: Plan, note: Note | None) -> Operation:
        function = None
        if step.path not in head.replace and function_name(step) != "linear":
            if function_name(step) not in ELEMENTWISE:
                raise no_rule(step)
            function = step.operation.activation
        full = head.replace.get(step.path) or (without_activation(step.operation) if function else step.operation)
        norm = plan.merged.get(step.path)
        after = None if norm is None else batch_normalization(norm.operation, len(norm.shapes[0]))
        linear = kernel_of(step, after)
        rule = self._of_kernel(step, plan.first)
        bounds = plan.first.get(step.path)
        wiring = Wiring.of(step)
        positive = plan.never_negative.issuperset(step.inputs)

        def call(*args: Any, **kwargs: Any) -> Any:
            xs = wiring.tensors(args, kwargs)
            z = full(*args, **kwargs)
            return route_relevance(
                xs,
                function(z) if function else z,
                lambda relevance: redistribute(
                    rule, linear, xs, z, relevance, never_negative=positive, bounds=bounds, note=note
                ),
            )

        return call

    def _linear(self, step: Step, plan: Plan, note: Note | None) -> Operation:
        wiring = Wiring.of(step)
        positive = plan.never_negative.issuperset(step.inputs)

        def call(*args: Any, **kwargs: Any) -> Any:
            xs = wiring.tensors(args, kwargs)
            z = step.operation(*args, **kwargs)
            apply = wiring.calling(step.operation, args, kwargs)
            linear: Linear
            if step.kind == "BatchNormalization":
                linear = batch_normalization(step.operation, len(xs[0].shape))
            elif step.kind in NORMALIZING or (len(xs) == 1 and step.kind in ARITHMETIC):
                linear = fit_affine(apply, xs[0])
            else:
                linear = Sum(apply, frozenset({1}) if step.kind == "Subtract" else frozenset())
            return route_relevance(
                xs,
                z,
                lambda relevance: redistribute(
                    self.other, linear, xs, z, relevance, never_negative=positive, note=note
                ),
            )

        return call


def no_rule(step: Step) -> ModelError:
    """Return the error for a step through which relevance cannot be propagated."""
    what = step.kind
    if step.kind in KERNELS or step.kind == "Activation":
        what = f"{step.kind} with {function_name(step)}"
    return ModelError(
        f"LRP has no rule for {step.path} ({what}); use integrated-gradients, whose shares add up on any network"
    )


def _passing(step: Step) -> Operation:
    """Return the replacement of an elementwise function, which passes relevance unchanged."""
    wiring = Wiring.of(step)

    def call(*args: Any, **kwargs: Any) -> Any:
        return route_relevance(
            wiring.tensors(args, kwargs), step.operation(*args, **kwargs), lambda relevance: [relevance]
        )

    return call
