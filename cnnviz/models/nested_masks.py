"""Runs of a network under masks of which each removes more channels than the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from .batch_size import portions
from .channel_masking import Masked, MaskedLayer, convolved, shares_can_be_told, times
from .folded_graph import in_float32
from .import_tensorflow import tensorflow
from .runner import Runner
from .tensor_function import compile_function


class NestedMasks:
    """A network with masks on some layers, whose first one a single plain convolution reads.

    The network up to there runs once per image. The sums of the convolution grow from mask to mask by the channels that
    come back, so that those of all masks take the time of one.
    """

    def __init__(self, runner: Runner, sites: Sequence[str]) -> None:
        self.runner, self.sites = runner, tuple(sites)
        self.first = MaskedLayer(runner, self.sites[0])

    @cached_property
    def possible(self) -> bool:
        """Whether the first layer has such a reader, and all other masked layers come after it."""
        after = self.first.after
        if not shares_can_be_told(after) or not in_float32(after.steps[0].operation):
            return False
        return {step.path for step in after.steps} >= set(self.sites[1:])

    def logits(self, inputs: np.ndarray, gone: Mapping[str, np.ndarray]) -> Iterator[Masked]:
        """Yield the logits under each mask, part by part.

        ``gone`` is (masks, channels) bool per site, and each mask of the first site includes the one before.
        """
        tf = tensorflow()
        own, *others = (gone[site] for site in self.sites)
        keeps = [tf.constant(~masks, tf.float32) for masks in others]
        for part in portions(len(inputs), min(self.first.most, self.runner.portion)):
            held, sums = self.first.held(inputs[part]), tf.zeros((1, 1, 1, self.first.after.steps[0].shapes[0][-1]))
            # From the mask that leaves least: sums grow, and none is what remains of two that cancel.
            for row in reversed(range(len(own))):
                before = own[row + 1] if row + 1 < len(own) else np.ones_like(own[row])
                back = np.flatnonzero(before & ~own[row])
                # A convolution cannot run without channels.
                channels, factor = (back, 1.0) if len(back) else (np.zeros(1, np.int64), 0.0)
                given = tf.constant(channels, tf.int32), tf.constant(factor, tf.float32), [keep[row] for keep in keeps]
                sums, logits = self._grown(held, sums, *given)
                yield slice(row, row + 1), part, logits.numpy()[None]

    @cached_property
    def _grown(self) -> Any:
        tf = tensorflow()
        first, runner = self.first, self.runner
        reader = first.after.steps[0]
        layer = reader.operation
        beyond = runner.graph.after(reader.outputs[0], runner.head.slot)
        places = [first.after.inputs.index(slot) for slot in beyond.inputs[1:]]

        def grown(held: Any, sums: Any, channels: Any, factor: Any, keeps: Any) -> Any:
            sums += convolved(layer, tf.gather(held[0], channels, axis=3), channels) * factor
            sums.set_shape(reader.shapes[0])
            made = layer.activation(sums if layer.bias is None else tf.nn.bias_add(sums, layer.bias))
            replace = dict(runner.head.replace)
            for site, keep in zip(self.sites[1:], keeps, strict=True):
                if site == reader.path:
                    made = made * keep
                else:
                    replace[site] = times(replace.get(site, runner.graph.step(site).operation), keep)
            scores = beyond.run([made, *(held[place] for place in places)], replace=replace)[0][0]
            return sums, first.logits_at_head(scores)

        keeps = [tf.TensorSpec((runner.graph.step(site).shapes[0][-1],), tf.float32) for site in self.sites[1:]]
        sums = tf.TensorSpec((None, None, None, reader.shapes[0][-1]), tf.float32)
        specs = sums, tf.TensorSpec((None,), tf.int32), tf.TensorSpec((), tf.float32), keeps
        return compile_function(grown, first.held_specs(), *specs)


def are_nested(masks: np.ndarray) -> bool:
    """Return whether each mask (masks, channels) includes the one before."""
    return bool((masks[1:] | ~masks[:-1]).all())
